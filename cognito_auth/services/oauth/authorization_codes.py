"""Authorization codes: made for a browser, exchanged by its client, once and within five minutes.

A code that comes a second time has been seen by somebody else: what it gave is taken back.

Source: RFC 6749 4.1.2, 4.1.3, 10.5; RFC 7636 4.6; RFC 9700 2.1.1, 4.5.
"""

import base64
import datetime
import hashlib
import hmac
import re
import secrets
import uuid

from django.db import IntegrityError, transaction

from cognito_auth import crypto
from cognito_auth.exceptions import CognitoError, TriggerError
from cognito_auth.models import AbstractCognitoUser, AuthorizationCode, BrowserSession, TokenFamily, UserPoolClient
from cognito_auth.services.attributes import permissions
from cognito_auth.services.oauth import errors
from cognito_auth.services.oauth.authorization_requests import AuthorizationRequest
from cognito_auth.services.oauth.errors import OAuthError
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.tokens import issue, scopes
from cognito_auth.services.tokens.issue import Authorization, IssuedTokens
from cognito_auth.services.triggers import pre_token_generation
from cognito_auth.services.triggers.pre_token_generation import Issue

LIFE = datetime.timedelta(minutes=5)
# RFC 7636 4.1 asks for 43 characters or more. flask-cognito-lib, made for Cognito, sends fewer: 32 random octets in
# base64 without its signs. The bound leaves 128 bits even of hexadecimal digits.
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{32,128}")
_MAX_CODE = 128


def create(request: AuthorizationRequest, session: BrowserSession, *, now: datetime.datetime) -> str:
    """Return a new code for the person of ``session``. It looks like a UUID, all of it random.

    Raises:
        OAuthError: the person, their session or the client was deleted at this moment.
    """
    code = str(uuid.UUID(bytes=secrets.token_bytes(16)))
    row = AuthorizationCode(
        digest=crypto.digest(code),
        client=request.client,
        user=session.user,
        browser_session=session,
        provider_name=session.provider_name,
        redirect_uri=request.redirect_uri,
        scope=request.scope,
        nonce=request.nonce,
        code_challenge=request.code_challenge,
        audience=request.resource,
        authenticated_at=session.authenticated_at,
        amr=session.amr,
        token_epoch=session.token_epoch,
        created_at=now,
        expires_at=now + LIFE,
    )
    try:
        row.save(force_insert=True)
    except IntegrityError:
        raise OAuthError(errors.ACCESS_DENIED, "The account is not there any more.") from None
    return code


def exchange(
    client: UserPoolClient,
    code: str,
    *,
    redirect_uri: str,
    code_verifier: str,
    origin: RequestOrigin,
    now: datetime.datetime,
) -> IssuedTokens:
    """Return the tokens of a code; ``client`` has proved itself before. Of two at the same time one gets them.

    Raises:
        OAuthError: the code is unknown, used, expired or of another client or address; the verifier does
            not match; the user may not sign in any more; or, in a strict pool, the client may not read all
            that its scopes give.
        TriggerError: the pre token generation trigger refused, failed or answered nonsense.
    """
    row = None if len(code) > _MAX_CODE else _find(code)
    if row is None or row.client_id != client.pk:
        raise OAuthError(errors.INVALID_GRANT, "Unknown code, or of another client.", shown=False)
    if row.used_at is not None:
        raise _replayed(row, now=now)
    if now >= row.expires_at:
        raise OAuthError(errors.INVALID_GRANT, "The code has expired.", shown=False)
    if row.redirect_uri != redirect_uri:
        raise OAuthError(errors.UNAUTHORIZED_CLIENT, "invalid_redirect")
    _check_verifier(row, code_verifier)
    # Cognito gives nothing then; a pool that is not strict gives what may be read.
    if client.pool.strict and not scopes.are_readable(row.scope, permissions.readable_names(client)):
        raise OAuthError(errors.INVALID_GRANT, "The client may not read all that its scopes give.", shown=False)
    row.user.pool = client.pool
    with transaction.atomic():
        # A second exchange waits here until the family is known that it has to end.
        if not AuthorizationCode.objects.filter(pk=row.pk, used_at=None).update(used_at=now):
            tokens = None
        else:
            tokens = _issue(client, row, origin=origin, now=now)
            AuthorizationCode.objects.filter(pk=row.pk).update(family=tokens.family_id)
    if tokens is None:
        raise _replayed(row, now=now)
    return tokens


def redeem(
    client: UserPoolClient, code: str, *, redirect_uri: str, code_verifier: str, now: datetime.datetime
) -> AbstractCognitoUser:
    """Return whose code it is, for the site itself, which needs no tokens; of two at the same time one gets it.

    Raises:
        OAuthError: as :func:`exchange` does.
    """
    row = None if len(code) > _MAX_CODE else _find(code)
    if row is None or row.client_id != client.pk or row.redirect_uri != redirect_uri or now >= row.expires_at:
        raise OAuthError(errors.INVALID_GRANT, "Unknown code, or of another client.", shown=False)
    _check_verifier(row, code_verifier)
    if not AuthorizationCode.objects.filter(pk=row.pk, used_at=None).update(used_at=now):
        raise _replayed(row, now=now)
    user = row.user
    if not user.is_active or user.token_epoch != row.token_epoch:
        raise OAuthError(errors.INVALID_GRANT, "The user may not sign in any more.", shown=False)
    user.pool = client.pool
    return user


def _find(code: str) -> AuthorizationCode | None:
    return AuthorizationCode.objects.filter(digest=crypto.digest(code)).select_related("user").first()


def _check_verifier(row: AuthorizationCode, verifier: str) -> None:
    if not row.code_challenge:
        # Who sends a verifier believes to be protected: the challenge was taken out on the way (RFC 9700 2.1.1).
        if verifier:
            raise OAuthError(errors.INVALID_GRANT, "A verifier without a challenge.", shown=False)
        return
    if not _VERIFIER.fullmatch(verifier):
        raise OAuthError(errors.INVALID_GRANT, "The verifier is missing or none.", shown=False)
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=")
    if not hmac.compare_digest(made, row.code_challenge.encode()):
        raise OAuthError(errors.INVALID_GRANT, "The verifier does not match.", shown=False)


def _issue(
    client: UserPoolClient, row: AuthorizationCode, *, origin: RequestOrigin, now: datetime.datetime
) -> IssuedTokens:
    try:
        return issue.issue(
            row.user,
            client,
            authenticated_at=row.authenticated_at,
            token_epoch=row.token_epoch,
            now=now,
            authorization=Authorization(
                row.scope, nonce=row.nonce, audience=row.audience, browser_session_id=row.browser_session_id
            ),
            amr=row.amr,
            origin=origin,
            occasion=Issue(pre_token_generation.HOSTED_AUTH),
        )
    except TriggerError:
        raise
    except CognitoError as error:
        raise OAuthError(errors.INVALID_GRANT, error.message, shown=False) from None


def _replayed(row: AuthorizationCode, *, now: datetime.datetime) -> OAuthError:
    """End the family of a code that was used before and return the refusal."""
    family = AuthorizationCode.objects.filter(pk=row.pk).values("family")
    TokenFamily.objects.filter(pk__in=family, revoked_at=None).update(revoked_at=now)
    return OAuthError(errors.INVALID_GRANT, "The code was used before.", shown=False)
