"""The sections of the account page, in order, and which of them a person has a use for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from cognito_auth.models import AbstractCognitoUser, UserPoolClient
from cognito_auth.models.browser_sessions import NATIVE
from cognito_auth.services import devices, external_users, first_factors, linked_identities, mfa
from cognito_auth.services.attributes import permissions
from cognito_auth.services.mfa import software_token
from cognito_auth.services.oauth.authorization_requests import offered_providers
from cognito_auth.services.passkeys import configuration, credentials

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Section:
    """A section: the part of its address after ``account/``, and when it is offered."""

    path: str
    title: "_StrPromise"
    is_offered: Callable[[AbstractCognitoUser, UserPoolClient], bool] = lambda _user, _client: True


@dataclass(frozen=True, slots=True)
class Group:
    """Sections that belong together, under a heading."""

    title: "_StrPromise"
    sections: tuple[Section, ...]


def _has_phone(user: AbstractCognitoUser, client: UserPoolClient) -> bool:
    return bool(user.phone_number) or permissions.may_write(client, "phone_number")


def _has_email(user: AbstractCognitoUser, client: UserPoolClient) -> bool:
    return bool(user.email) or permissions.may_write(client, "email")


def _has_password(user: AbstractCognitoUser, client: UserPoolClient) -> bool:
    allowed = first_factors.PASSWORD in first_factors.allowed(user.pool)
    return not external_users.is_external(user) and (allowed or user.has_usable_password())


def _has_factors(user: AbstractCognitoUser, client: UserPoolClient) -> bool:
    pool = user.pool
    is_used = pool.mfa_configuration != "OFF" and any(getattr(pool, field) for field in mfa.FACTORS.values())
    return is_used and not external_users.is_external(user)


def _has_app(user: AbstractCognitoUser, client: UserPoolClient) -> bool:
    return _has_factors(user, client) and bool(user.pool.software_token_mfa_enabled)


def _has_recovery_codes(user: AbstractCognitoUser, client: UserPoolClient) -> bool:
    return _has_app(user, client) and software_token.verified_of(user) is not None


def _has_passkeys(user: AbstractCognitoUser, client: UserPoolClient) -> bool:
    if external_users.is_external(user):
        return False
    pool = user.pool
    is_usable = configuration.is_enabled(pool) and bool(configuration.relying_party_id(pool))
    return is_usable or credentials.of(user).exists()


def _has_devices(user: AbstractCognitoUser, client: UserPoolClient) -> bool:
    return devices.is_tracked(user.pool) and not external_users.is_external(user)


def _has_identities(user: AbstractCognitoUser, client: UserPoolClient) -> bool:
    return any(name != NATIVE for name in offered_providers(client)) or bool(linked_identities.of(user))


GROUPS: tuple[Group, ...] = (
    Group(
        _("About you"),
        (
            Section("profile", _("Profile")),
            Section("email", _("Email address"), _has_email),
            Section("phone", _("Phone number"), _has_phone),
        ),
    ),
    Group(
        _("Signing in"),
        (
            Section("password", _("Password"), _has_password),
            Section("passkeys", _("Passkeys"), _has_passkeys),
            Section("factors", _("Second step"), _has_factors),
            Section("app", _("Authenticator app"), _has_app),
            Section("recoveryCodes", _("Recovery codes"), _has_recovery_codes),
            Section("identities", _("Linked accounts"), _has_identities),
        ),
    ),
    Group(
        _("Where you are signed in"),
        (
            Section("sessions", _("Sessions")),
            Section("devices", _("Devices"), _has_devices),
        ),
    ),
    Group(
        _("Your data"),
        (
            Section("data", _("Download your data")),
            Section("delete", _("Delete your account")),
        ),
    ),
)
PATHS = frozenset(section.path for group in GROUPS for section in group.sections)


def offered(user: AbstractCognitoUser, client: UserPoolClient) -> list[tuple[Group, list[Section]]]:
    """Return the groups with those of their sections that the person has a use for."""
    found = [(group, [section for section in group.sections if section.is_offered(user, client)]) for group in GROUPS]
    return [(group, sections) for group, sections in found if sections]


def paths_of(groups: Iterable[tuple[Group, list[Section]]]) -> set[str]:
    """Return the paths of sections that are offered."""
    return {section.path for _group, sections in groups for section in sections}
