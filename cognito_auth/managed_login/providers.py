"""The buttons for accounts elsewhere, and whether the pool's own people may sign in."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cognito_auth.choices import IdentityProviderType
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


def has_native(asked: AuthorizationRequest) -> bool:
    """Tell whether people of the pool itself may sign in to the client."""
    return NATIVE in offered_providers(asked.client)


def buttons(request: HttpRequest, asked: AuthorizationRequest) -> list[Provider]:
    """Return a button for each provider elsewhere that the client offers, in the client's order."""
    names = [name for name in offered_providers(asked.client) if name != NATIVE]
    if not names:
        return []
    kinds = records.types_of(asked.pool, names)
    found = []
    for name in names:
        if name not in kinds:
            continue
        query = queries.changed(asked.query, identity_provider=name, idp_identifier=None)
        address = addresses.page(request, asked.pool.pk, "oauth2/idprequest", query)
        shown = _NAMES.get(IdentityProviderType(kinds[name]), name)
        found.append(Provider(_("Continue with %(provider)s") % {"provider": shown}, address, kinds[name]))
    return found
