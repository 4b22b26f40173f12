"""What a token that passed every check says."""

import copy
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NoReturn

from cognito_auth.choices import TokenUse
from cognito_auth.services.tokens.trusted import TrustedIssuer

_SCALARS = frozenset({str, int, float, bool, type(None)})


class VerifiedToken(Mapping[str, Any]):
    """A checked token, immutable, and a mapping of its claims.

    It is shared by all requests that bear the same token; lists and objects among the claims are
    therefore given out as copies.

    Attributes:
        trusted: whose token it is, as configured.
        token_use: ``"id"`` or ``"access"``.
        client_id: the app client that it was issued to.
        valid_from, valid_until: epoch seconds, the leeway included.
    """

    __slots__ = ("_claims", "client_id", "token_use", "trusted", "valid_from", "valid_until")

    _claims: dict[str, Any]
    trusted: TrustedIssuer
    token_use: str
    client_id: str
    valid_from: float
    valid_until: float

    def __init__(
        self, claims: dict[str, Any], trusted: TrustedIssuer, client_id: str, valid_from: float, valid_until: float
    ) -> None:
        _set_claims(self, claims)
        _set_trusted(self, trusted)
        _set_token_use(self, claims["token_use"])
        _set_client_id(self, client_id)
        _set_valid_from(self, valid_from)
        _set_valid_until(self, valid_until)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("What a token says cannot be changed.")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("What a token says cannot be changed.")

    def __getitem__(self, name: str) -> Any:
        value = self._claims[name]
        return value if value.__class__ in _SCALARS else copy.deepcopy(value)

    def __iter__(self) -> Iterator[str]:
        return iter(self._claims)

    def __len__(self) -> int:
        return len(self._claims)

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}: {self.token_use} token of {self.sub}>"

    @property
    def claims(self) -> Mapping[str, Any]:
        """All claims, JSON-native, read-only."""
        return MappingProxyType(dict(self))

    @property
    def issuer(self) -> str:
        """The ``iss`` claim."""
        return self.trusted.issuer

    @property
    def pool_id(self) -> str | None:
        """Id of the user pool; ``None`` for an issuer that is no user pool."""
        return self.trusted.user_pool_id

    @property
    def is_own(self) -> bool:
        """Whether a pool of this site issued it."""
        return self.trusted.is_own

    @property
    def sub(self) -> str:
        """The ``sub`` claim: the user, unique within the issuer."""
        sub: str = self._claims["sub"]
        return sub

    @property
    def username(self) -> str:
        """Name of the user, from the claim that this kind of token has; empty for a machine."""
        name = self._claims.get("cognito:username" if self.token_use == TokenUse.ID else "username")
        return name if isinstance(name, str) else ""

    @property
    def scopes(self) -> frozenset[str]:
        """Scopes of an access token."""
        scope = self._claims.get("scope")
        return frozenset(scope.split()) if isinstance(scope, str) else frozenset()

    @property
    def audience(self) -> frozenset[str]:
        """What an access token is bound to (the ``resource`` of its sign-in, RFC 8707); mostly nothing."""
        names = self._claims.get("aud") if self.token_use == TokenUse.ACCESS else None
        listed = names if isinstance(names, list) else [names]
        return frozenset(name for name in listed if isinstance(name, str))

    @property
    def groups(self) -> tuple[str, ...]:
        """Groups of the user when it was issued, the lowest precedence first."""
        groups = self._claims.get("cognito:groups")
        return tuple(name for name in groups if isinstance(name, str)) if isinstance(groups, list) else ()

    @property
    def origin_jti(self) -> str | None:
        """Id of the token family; ``None`` where the client has no revocation."""
        origin_jti = self._claims.get("origin_jti")
        return origin_jti if isinstance(origin_jti, str) else None

    @property
    def is_machine(self) -> bool:
        """Whether it stands for an app client instead of a person (client credentials)."""
        return self.token_use == TokenUse.ACCESS and "username" not in self._claims


# Assignment is refused, so slots are filled through their descriptors.
_set_claims, _set_trusted, _set_token_use, _set_client_id, _set_valid_from, _set_valid_until = (
    VerifiedToken.__dict__[name].__set__
    for name in ("_claims", "trusted", "token_use", "client_id", "valid_from", "valid_until")
)
