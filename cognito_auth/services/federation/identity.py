"""What a provider said of a person, after everything that can be checked was."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cognito_auth.models import IdentityProvider
from cognito_auth.services.federation.saml_sessions import SamlSession
from cognito_auth.services.identity_providers import attribute_mapping
from cognito_auth.services.oauth import errors
from cognito_auth.services.oauth.errors import OAuthError

# One index row in any script; see ``LinkedIdentity``.
_MAX_SUBJECT = 512
# OpenID Connect knows objects in objects (``address``); far below what Python can go down.
_MAX_DEPTH = 16
_MAX_BITS = 1024


@dataclass(frozen=True, slots=True, repr=False)
class ExternalIdentity:
    """A person at a provider.

    Attributes:
        claims: of the ID token and the user information together, or the attributes of a SAML assertion
            with ``NameID``; JSON-native.
        sources: what the inbound federation trigger is shown: ``tokenResponse``, ``idToken`` and
            ``userInfo``, or ``samlResponse``.
        saml_session: what a SAML provider knows its session by.
    """

    provider: IdentityProvider
    claims: Mapping[str, Any]
    sources: Mapping[str, Any] = field(default_factory=dict)
    saml_session: SamlSession | None = None

    def __post_init__(self) -> None:
        """Drop what no database keeps or no JSON: NUL characters, lone surrogates, endless numbers, deep nesting."""
        object.__setattr__(self, "claims", _storable(self.claims))
        sources = {
            name: _storable(value) if isinstance(value, Mapping) else value for name, value in self.sources.items()
        }
        object.__setattr__(self, "sources", sources)

    @property
    def subject(self) -> str:
        """The provider's own id of the person.

        Raises:
            OAuthError: the provider did not tell it.
        """
        value = self.claims.get(attribute_mapping.subject_claim(self.provider))
        is_name = isinstance(value, (str, int)) and not isinstance(value, bool)
        if not is_name or not 0 < len(str(value)) <= _MAX_SUBJECT:
            raise OAuthError(errors.INVALID_REQUEST, f"{self.provider.name} did not tell who the person is.")
        return str(value)


def _storable(claims: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in claims.items() if is_storable(name) and is_storable(value)}


def is_storable(value: Any, *, depth: int = _MAX_DEPTH) -> bool:
    """Tell whether a JSON-native value can be kept: no NUL, no lone surrogates, finite, not nested for its own sake."""
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        # Python itself refuses to write longer ones.
        return value.bit_length() <= _MAX_BITS
    if isinstance(value, Mapping):
        return depth > 0 and all(
            is_storable(name) and is_storable(item, depth=depth - 1) for name, item in value.items()
        )
    if isinstance(value, list | tuple):
        return depth > 0 and all(is_storable(item, depth=depth - 1) for item in value)
    return True
