"""What a provider said of a person, after everything that can be checked was."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cognito_auth.models import IdentityProvider
from cognito_auth.services.identity_providers import attribute_mapping
from cognito_auth.services.oauth import errors
from cognito_auth.services.oauth.errors import OAuthError

# One index row in any script; see ``LinkedIdentity``.
_MAX_SUBJECT = 512


@dataclass(frozen=True, slots=True, repr=False)
class ExternalIdentity:
    """A person at a provider.

    Attributes:
        claims: of the ID token and the user information together, or the attributes of a SAML assertion
            with ``NameID``; JSON-native.
        sources: what the inbound federation trigger is shown: ``tokenResponse``, ``idToken`` and
            ``userInfo``, or ``samlResponse``.
        saml_session: what ends the session at a SAML provider, as text.
    """

    provider: IdentityProvider
    claims: Mapping[str, Any]
    sources: Mapping[str, Any] = field(default_factory=dict)
    saml_session: str = ""

    def __post_init__(self) -> None:
        """Drop claims that no database keeps: text with NUL characters or lone surrogates."""
        kept = {name: value for name, value in self.claims.items() if _is_storable(value)}
        object.__setattr__(self, "claims", kept)

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


def _is_storable(value: Any) -> bool:
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, Mapping):
        return all(_is_storable(name) and _is_storable(item) for name, item in value.items())
    if isinstance(value, list | tuple):
        return all(map(_is_storable, value))
    return True
