"""The answers to tokens that are not accepted, with the header that RFC 6750 asks for.

=======================================  ======  ======================
case                                     status  ``error``
=======================================  ======  ======================
no token, or another scheme              401     none
malformed Authorization header           401     ``invalid_request``
invalid, expired, revoked …              401     ``invalid_token``
a scope is missing                       403     ``insufficient_scope``
the issuer's keys cannot be had          503
=======================================  ======  ======================
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, PermissionDenied

REALM = "api"


@dataclass(frozen=True, slots=True)
class Challenge:
    """Value of ``WWW-Authenticate``; ASCII without quotes or backslashes (RFC 6750 3)."""

    error: str = ""
    description: str = ""
    scope: str = ""

    def header(self, realm: str = REALM) -> str:
        """Return it as a header value."""
        attributes = {
            "realm": realm,
            "error": self.error,
            "error_description": self.description,
            "scope": self.scope,
        }
        return "Bearer " + ", ".join(f'{name}="{value}"' for name, value in attributes.items() if value)


NO_TOKEN = Challenge()
INVALID_REQUEST = Challenge("invalid_request", "The Authorization header must be Bearer and one token")
# Which of the checks failed is for the log: it would help to forge a better token.
INVALID_TOKEN = Challenge("invalid_token", "The token is invalid, expired or revoked")


class InsufficientScope(PermissionDenied):
    """The token is good but lacks a scope."""

    default_detail = _("The token does not have a scope that this needs.")
    default_code = "insufficient_scope"

    def __init__(self, scopes: Iterable[str]) -> None:
        super().__init__()
        challenge = Challenge("insufficient_scope", "The token lacks a required scope", " ".join(sorted(scopes)))
        # Django REST framework's exception handler sends this as WWW-Authenticate.
        self.auth_header = challenge.header()


class KeysNotAvailable(APIException):
    """Nothing can be said about the token at the moment; the caller is not to blame."""

    status_code = 503
    default_detail = _("The token cannot be checked at the moment. Try again in a few seconds.")
    default_code = "keys_not_available"
    wait = 10
