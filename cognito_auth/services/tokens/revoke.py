"""Ending sessions: one family by its refresh token, or all of a user. The next request sees it.

Source: AWS API_RevokeToken, API_GlobalSignOut; RFC 7009.
"""

import datetime

from django.db.models import CharField, F

from cognito_auth import crypto, reasons
from cognito_auth.models import AbstractCognitoUser, RefreshToken, TokenFamily, UserPoolClient
from cognito_auth.models.compiled import CompiledQuery, Parameter
from cognito_auth.services import sessions

_BY_HASH = CompiledQuery(
    lambda: RefreshToken.objects.filter(token_hash=Parameter("token_hash", CharField())).select_related("family")
)


def revoke(client: UserPoolClient, token: str, *, with_browser: bool = False, now: datetime.datetime) -> None:
    """End the family of a refresh token; one that is unknown or was revoked before is a success.

    ``with_browser`` ends the browser's single sign-on session too, if the family came from one.

    Raises:
        UnsupportedOperationException: the client has no token revocation.
        UnsupportedTokenTypeException: an access or ID token.
        UnauthorizedException: a token of another client.
    """
    if not client.enable_token_revocation:
        raise reasons.REVOKE_NOT_ENABLED()
    # A JWT has two dots, a refresh token none.
    if token.count(".") == 2:
        raise reasons.REVOKE_UNSUPPORTED_TOKEN()
    row: RefreshToken | None = _BY_HASH.first(token_hash=crypto.digest(token))
    if row is None:
        # The client wanted the token not to work, and it does not (RFC 7009 2.2).
        return
    if row.family.client_id != client.pk:
        raise reasons.REVOKE_UNAUTHORIZED()
    TokenFamily.objects.filter(pk=row.family_id, revoked_at=None).update(revoked_at=now)
    if with_browser:
        sessions.end_browser_of(row.family_id, now=now)


def sign_out_everywhere(user: AbstractCognitoUser, *, now: datetime.datetime) -> None:
    """End all sessions of the user in one statement, also those that are being made at this moment.

    Of a user who was deleted meanwhile there are none left.
    """
    row = type(user)._default_manager.filter(pk=user.pk)
    row.update(token_epoch=F("token_epoch") + 1, tokens_revoked_at=now)
    stored = row.values_list("token_epoch", "tokens_revoked_at").first()
    if stored is not None:
        user.token_epoch, user.tokens_revoked_at = stored
