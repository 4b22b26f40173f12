"""What the token of a request must say, as permissions of Django REST framework.

They take their parameters where they are named, and combine with ``&``, ``|`` and ``~``::

    permission_classes = [HasScope("shop/orders.read") | InGroup("admin")]
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import BasePermission, OperationHolderMixin
from rest_framework.request import Request

from cognito_auth.rest_framework.refusals import InsufficientScope
from cognito_auth.services.tokens.verified_token import VerifiedToken


class TokenPermission(OperationHolderMixin, BasePermission):
    """A permission with names as parameters, that looks at the token only."""

    def __init__(self, *names: str) -> None:
        if not names:
            raise TypeError(f"{type(self).__name__} needs at least one name.")
        self.names = frozenset(names)

    def __call__(self) -> "TokenPermission":
        """Return itself: Django REST framework calls each permission to make an instance."""
        return self

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(repr(name) for name in sorted(self.names))})"

    def is_met_by(self, token: VerifiedToken) -> bool:
        """Tell whether the token says what is asked."""
        raise NotImplementedError

    def has_permission(self, request: Request, view: Any) -> bool:
        """Tell whether the request bears a token that says what is asked."""
        token = request.auth
        return isinstance(token, VerifiedToken) and self.is_met_by(token)


class _AnyScope(TokenPermission):
    """Tells whether a token has any of the scopes; a part of a combination, since another may say yes."""

    message = _("The token does not have a scope that this needs.")

    def is_met_by(self, token: VerifiedToken) -> bool:
        return not self.names.isdisjoint(token.scopes)


class HasScope(_AnyScope):
    """Wants an access token with any of the scopes; combine with ``&`` to want several.

    It refuses as RFC 6750 says, with the scopes in ``WWW-Authenticate``; in a combination it only says
    yes or no.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        """Tell whether the token has one of the scopes.

        Raises:
            InsufficientScope: there is a token, and it has none of them.
        """
        allowed = super().has_permission(request, view)
        if not allowed and isinstance(request.auth, VerifiedToken):
            raise InsufficientScope(self.names)
        return allowed

    def __and__(self, other: Any) -> Any:
        return self._as_part() & other

    def __or__(self, other: Any) -> Any:
        return self._as_part() | other

    def __rand__(self, other: Any) -> Any:
        return other & self._as_part()

    def __ror__(self, other: Any) -> Any:
        return other | self._as_part()

    def __invert__(self) -> Any:
        return ~self._as_part()

    def _as_part(self) -> Any:
        return _AnyScope(*self.names)


class InGroup(TokenPermission):
    """Wants a token of a member of any of the groups, as of when it was issued."""

    message = _("You are not in a group that may do this.")

    def is_met_by(self, token: VerifiedToken) -> bool:
        """Tell whether one of the groups is in the token."""
        return not self.names.isdisjoint(token.groups)


class TokenUse(TokenPermission):
    """Wants a token of one of the kinds ``"id"`` and ``"access"``.

    It narrows what the authentication class lets in; see ``CognitoAuthentication.token_use``.
    """

    message = _("This needs a token of another kind.")

    def is_met_by(self, token: VerifiedToken) -> bool:
        """Tell whether the token is of one of the kinds."""
        return token.token_use in self.names
