"""Who is ``request.user`` when no row of the user table is."""

from collections.abc import Collection
from typing import Any

from cognito_auth.services.tokens.verified_token import VerifiedToken


class Principal:
    """What Django and Django REST framework ask of a user, without a row and without permissions."""

    is_active = True
    is_authenticated = True
    is_anonymous = False
    is_staff = False
    is_superuser = False

    def __init__(self, token: VerifiedToken) -> None:
        self.token = token

    @property
    def pk(self) -> str:
        """What tells it from others, also those of other issuers: throttles count by it."""
        return f"{self.token.issuer}|{self.token.sub}"

    @property
    def id(self) -> str:
        """The same as ``pk``."""
        return self.pk

    @property
    def sub(self) -> str:
        """The subject of the token."""
        return self.token.sub

    @property
    def username(self) -> str:
        """The name in the token; empty for a machine."""
        return self.token.username

    def get_username(self) -> str:
        """Return the name in the token."""
        return self.token.username

    def __str__(self) -> str:
        return self.token.username or self.token.client_id

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and isinstance(other, Principal) and other.pk == self.pk

    def __hash__(self) -> int:
        return hash(self.pk)

    def has_perm(self, _permission: str, _obj: Any = None) -> bool:
        """Tell that it has no Django permission."""
        return False

    def has_perms(self, permissions: Collection[str], _obj: Any = None) -> bool:
        """Tell whether it has all of no permissions."""
        return not permissions

    def has_module_perms(self, _app_label: str) -> bool:
        """Tell that it has no Django permission."""
        return False


class TokenUser(Principal):
    """A person of a trusted pool, known by the token alone."""

    @property
    def email(self) -> str:
        """The e-mail address in an ID token; empty in an access token. Identifies nobody."""
        return str(self.token.get("email", ""))


class MachinePrincipal(Principal):
    """An app client that acts for itself (client credentials)."""

    @property
    def client_id(self) -> str:
        """The app client."""
        return self.token.client_id
