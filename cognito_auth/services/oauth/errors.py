"""Refusals of the authorization server, in the words of RFC 6749."""

from typing import Final

INVALID_REQUEST: Final = "invalid_request"
INVALID_CLIENT: Final = "invalid_client"
INVALID_GRANT: Final = "invalid_grant"
INVALID_SCOPE: Final = "invalid_scope"
UNAUTHORIZED_CLIENT: Final = "unauthorized_client"
UNSUPPORTED_GRANT_TYPE: Final = "unsupported_grant_type"
UNSUPPORTED_TOKEN_TYPE: Final = "unsupported_token_type"
ACCESS_DENIED: Final = "access_denied"
LOGIN_REQUIRED: Final = "login_required"
SERVER_ERROR: Final = "server_error"


class OAuthError(Exception):
    """A refusal that the client gets: ``error`` of a fixed list, and a sentence for its developer.

    Attributes:
        shown: the sentence goes to the client too; without it to the log only, as Cognito does at its
            token endpoint.
    """

    def __init__(self, error: str, description: str = "", *, shown: bool = True) -> None:
        text = f"{error}: {description}" if description else error
        # Requests have a say in it: no lines of their own in the log.
        super().__init__("".join(filter(str.isprintable, text)))
        self.error = error
        self.description = description
        self.shown = shown


class NobodyToTell(Exception):
    """An authorization request whose client or address of return is not known: only the person can be told.

    ``error`` is what the error page is called with, e.g. ``"redirect_mismatch"``.
    """

    def __init__(self, error: str, *, client_id: str = "") -> None:
        super().__init__(error)
        self.error = error
        self.client_id = client_id
