"""The buttons for accounts elsewhere, and whether the pool's own people may sign in."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cognito_auth.choices import IdentityProviderType
from cognito_auth.models import UserPoolClient
from cognito_auth.models.browser_sessions import NATIVE
from cognito_auth.services.identity_providers import records
from cognito_auth.services.oauth.authorization_requests import AuthorizationRequest, offered_providers
from cognito_auth.web import addresses, queries

_NAMES = {
    IdentityProviderType.GOOGLE: "Google",
    IdentityProviderType.FACEBOOK: "Facebook",
    IdentityProviderType.LOGIN_WITH_AMAZON: "Amazon",
    IdentityProviderType.SIGN_IN_WITH_APPLE: "Apple",
}


@dataclass(frozen=True, slots=True)
class Provider:
    """A button: what stands on it, where it leads, and whose mark it has."""

    label: str
    address: str
    kind: str
    name: str = ""


def has_native(asked: AuthorizationRequest) -> bool:
    """Tell whether people of the pool itself may sign in to the client."""
    return NATIVE in offered_providers(asked.client)


def buttons(request: HttpRequest, asked: AuthorizationRequest) -> list[Provider]:
    """Return a button for each provider elsewhere that the client offers, in the client's order."""
    names = [name for name in offered_providers(asked.client) if name != NATIVE]
    if not names:
        return []
    kinds = records.types_of(asked.pool, names)
    return [_button(request, asked, name, kinds[name]) for name in names if name in kinds]


def _button(request: HttpRequest, asked: AuthorizationRequest, name: str, kind: str, **changes: str) -> Provider:
    query = queries.changed(asked.query, identity_provider=name, idp_identifier=None, **changes)
    address = addresses.page(request, asked.pool.pk, "oauth2/idprequest", query)
    return Provider(_("Continue with %(provider)s") % {"provider": shown_name(name, kind)}, address, kind)


def domains(asked: AuthorizationRequest) -> dict[str, str]:
    """Return the client's provider for each domain of e-mail addresses that leads to one."""
    names = [name for name in offered_providers(asked.client) if name != NATIVE]
    return records.by_domain(asked.pool, names) if names else {}


def button_for(request: HttpRequest, asked: AuthorizationRequest, email: str) -> Provider | None:
    """Return the button of the provider that the domain of ``email`` leads to, which is told the address."""
    name = domains(asked).get(email.rpartition("@")[2].lower())
    if name is None:
        return None
    return _button(request, asked, name, records.types_of(asked.pool, [name])[name], login_hint=email)


def shown_name(name: str, kind: str) -> str:
    """Return what people know a provider as: the brand of a social one, else the pool's name for it."""
    return _NAMES.get(IdentityProviderType(kind), name)


def offers(client: UserPoolClient) -> list[Provider]:
    """Return for each provider elsewhere that the client offers what links an account there; no address, but a name."""
    names = [name for name in offered_providers(client) if name != NATIVE]
    kinds = records.types_of(client.pool, names) if names else {}
    return [
        Provider(_("Link %(provider)s") % {"provider": shown_name(name, kinds[name])}, "", kinds[name], name)
        for name in names
        if name in kinds
    ]
