"""Authentication of requests by tokens of own and trusted pools.

The seam to simplejwt: the class is one of its authentication classes, and its errors are simplejwt's,
so that code written for simplejwt goes on working. No other module imports simplejwt.

Source: RFC 6750; AWS "Verifying JSON web tokens".
"""

import logging
from collections.abc import Collection
from functools import lru_cache
from typing import Any

from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import AuthenticationFailed, InvalidToken

from cognito_auth.choices import TokenUse
from cognito_auth.conf import settings
from cognito_auth.rest_framework import refusals
from cognito_auth.rest_framework.principals import MachinePrincipal, TokenUser
from cognito_auth.services.tokens import errors, live
from cognito_auth.services.tokens.verified_token import VerifiedToken
from cognito_auth.services.tokens.verify import verify

logger = logging.getLogger(__name__)

_SCHEME = b"bearer"
_CHALLENGE = "_cognito_auth_challenge"


class MalformedHeader(AuthenticationFailed):
    """An Authorization header with the scheme Bearer that has no token, or more than one."""

    default_detail = _("The Authorization header must be “Bearer” and one token.")  # type: ignore[assignment]
    default_code = "bad_authorization_header"


class RefusedToken(InvalidToken):
    """A token that is invalid, expired or revoked."""

    default_detail = _("The token is invalid, expired or revoked.")


class CognitoAuthentication(JWTAuthentication):
    """Takes ``Authorization: Bearer <token>`` of every own pool and of ``TRUSTED_POOLS``.

    A view may narrow or widen what it takes by attributes of the same names with the prefix
    ``cognito_``: ``cognito_token_use = ("access", "id")``, ``cognito_accepts_machines = True``; for all
    views, subclass. A token of an unknown issuer is refused: with further authentication classes in
    the list, put those that take other issuers' tokens before this one.

    Attributes:
        token_use: kinds of tokens taken; ``None``: what the settings say.
        user_pool_ids: pools whose tokens are taken; ``None``: all that are trusted.
        client_ids: app clients whose tokens are taken; ``None``: all of these pools, or what ``TRUSTED_POOLS`` says.
        audience: names of the API, one of which an access token has to be bound to (``aud``); ``None``: none has to.
        accepts_machines: whether tokens that stand for an app client instead of a person are taken.
    """

    www_authenticate_realm = refusals.REALM
    token_use: Collection[str] | None = None
    user_pool_ids: Collection[str] | None = None
    client_ids: Collection[str] | None = None
    audience: Collection[str] | None = None
    accepts_machines: bool = False

    # The methods are simplejwt's; their tokens are ours.
    def authenticate(self, request: Request) -> tuple[Any, VerifiedToken] | None:  # type: ignore[override]
        """Return user and token, or ``None`` where the request bears no token.

        Raises:
            AuthenticationFailed: the header is malformed or the token refused.
            KeysNotAvailable: the keys of the token's issuer cannot be had.
        """
        header = self.get_header(request)
        if header is None:
            return None
        try:
            raw_token = self.get_raw_token(header)
            if raw_token is None:
                return None
            token = self.get_validated_token(raw_token, token_use=self._option(request, "token_use"))
            self._check_accepted(request, token)
            return self.get_user(token), token
        except MalformedHeader:
            setattr(request, _CHALLENGE, refusals.INVALID_REQUEST)
            raise
        except errors.TokenRefused as error:
            logger.info("Token refused: %s %s Expected %r.", type(error).__name__, error, error.expected)
            setattr(request, _CHALLENGE, refusals.INVALID_TOKEN)
            raise RefusedToken from None
        except errors.KeysUnavailable:
            raise refusals.KeysNotAvailable from None

    def authenticate_header(self, request: Request) -> str:
        """Return ``WWW-Authenticate``; called on another instance than ``authenticate``."""
        challenge: refusals.Challenge = getattr(request, _CHALLENGE, refusals.NO_TOKEN)
        return challenge.header(self.www_authenticate_realm)

    def get_raw_token(self, header: bytes) -> bytes | None:
        """Return the token in an Authorization header, or ``None`` where it is none of ours.

        Raises:
            MalformedHeader: the scheme is Bearer, without exactly one token.
        """
        parts = header.split()
        # RFC 9110 11.1: schemes are case-insensitive.
        if not parts or parts[0].lower() != _SCHEME:
            is_bare = len(parts) == 1 and parts[0].count(b".") == 2 and settings.accept_bare_tokens
            return parts[0] if is_bare else None
        if len(parts) != 2:
            raise MalformedHeader
        return parts[1]

    def get_validated_token(  # type: ignore[override]
        self, raw_token: bytes, token_use: Collection[str] | None = None
    ) -> VerifiedToken:
        """Return what the token says, after every check that needs no database.

        Raises:
            TokenRefused: with what was expected and what came.
            KeysUnavailable: the keys of its issuer cannot be had.
        """
        accepted = None if token_use is None else _as_set(token_use)
        return verify(raw_token.decode("latin-1"), now=timezone.now(), token_use=accepted)

    def get_user(self, validated_token: VerifiedToken) -> Any:  # type: ignore[override]
        """Return whom the token stands for.

        Raises:
            TokenRefused: the user or the session is no more.
        """
        if validated_token.is_machine:
            if validated_token.is_own:
                live.check_client(validated_token)
            return MachinePrincipal(validated_token)
        if validated_token.is_own:
            return live.user_of(validated_token)
        path = settings.user_resolver
        if path is None:
            return TokenUser(validated_token)
        user = _resolver(path)(validated_token)
        if user is None or not user.is_active:
            raise errors.UserIsDisabled("The local account is disabled, or the resolver knows none.")
        return user

    def _check_accepted(self, request: Request, token: VerifiedToken) -> None:
        pools = self._option(request, "user_pool_ids")
        if pools is not None and token.pool_id not in pools:
            raise errors.UnknownIssuer("Wrong pool.", expected=pools, actual=token.pool_id)
        clients = self._option(request, "client_ids")
        if clients is not None and token.client_id not in _as_set(clients):
            raise errors.WrongClient("Wrong client.", expected=clients, actual=token.client_id)
        audience = self._option(request, "audience")
        if audience is not None and token.token_use == TokenUse.ACCESS and token.audience.isdisjoint(_as_set(audience)):
            raise errors.WrongAudience("Wrong audience.", expected=audience, actual=token.audience)
        if token.is_machine and not self._option(request, "accepts_machines"):
            raise errors.InvalidClaim("The token stands for an app client.")

    def _option(self, request: Request, name: str) -> Any:
        """Return what the view says, or else this class."""
        context = getattr(request, "parser_context", None) or {}
        return getattr(context.get("view"), f"cognito_{name}", getattr(self, name))


def _as_set(kinds: Collection[str]) -> frozenset[str]:
    return kinds if isinstance(kinds, frozenset) else frozenset((kinds,) if isinstance(kinds, str) else kinds)


@lru_cache(maxsize=8)
def _resolver(path: str) -> Any:
    return import_string(path)
