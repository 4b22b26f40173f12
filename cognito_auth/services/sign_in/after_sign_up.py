"""Signing in right after signing up, with the sessions of SignUp and ConfirmSignUp.

================  ==========================  =================================================
session from      stored as waiting for       good for
================  ==========================  =================================================
SignUp            ``SIGNED_UP``               ConfirmSignUp: confirms this very account
ConfirmSignUp     ``CONFIRMED``               InitiateAuth with USER_AUTH: signed in, once
================  ==========================  =================================================

Neither name is a challenge of the API, so that neither session can be answered as one.
Source: AWS API_SignUp, API_ConfirmSignUp, "Session".
"""

import datetime

from cognito_auth import crypto, reasons
from cognito_auth.choices import AuthFlow, UserStatus
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import AbstractCognitoUser, UserPoolClient
from cognito_auth.services import first_factors
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.sign_in import sessions
from cognito_auth.services.sign_in.attempt import SignIn

_SIGNED_UP, _CONFIRMED = "SIGNED_UP", "CONFIRMED"
PASSED = "CONFIRM_SIGN_UP"


def _store(
    client: UserPoolClient,
    user: AbstractCognitoUser,
    username: str,
    waiting_for: str,
    *,
    origin: RequestOrigin,
    now: datetime.datetime,
) -> str:
    session = sessions.new_session()
    sign_in = SignIn(
        client=client,
        flow=AuthFlow.USER_AUTH,
        username=username,
        origin=origin,
        now=now,
        user=user,
        token_epoch=user.token_epoch,
    )
    sessions.store(sign_in, waiting_for, session)
    return session


def signed_up(
    client: UserPoolClient, user: AbstractCognitoUser, username: str, *, origin: RequestOrigin, now: datetime.datetime
) -> str | None:
    """Return the session of a sign-up, or ``None`` where people cannot choose how to sign in."""
    if not first_factors.may_choose(client):
        return None
    return _store(client, user, username, _SIGNED_UP, origin=origin, now=now)


def check(
    client: UserPoolClient, session: str | None, username: str, *, origin: RequestOrigin, now: datetime.datetime
) -> None:
    """Refuse a session that a confirmation came with unless it is of this person's sign-up.

    One that has expired is good enough: the code is what proves, and a message may take its time.

    Raises:
        NotAuthorizedException: of another client or person, or none of ours.
    """
    if session is None:
        return
    try:
        sessions.load(
            client,
            crypto.digest(session),
            challenge=_SIGNED_UP,
            username=username,
            origin=origin,
            now=now,
        )
    except CognitoError as error:
        if error.reason is reasons.SESSION_EXPIRED:
            return
        raise


def confirmed(
    client: UserPoolClient,
    user: AbstractCognitoUser,
    username: str,
    *,
    is_browser: bool = False,
    origin: RequestOrigin,
    now: datetime.datetime,
) -> str | None:
    """Return the session with which a person who has just confirmed their account signs in.

    Clients get none where people cannot choose how to sign in. ``is_browser`` is for the login pages, which
    know that the same browser chose the password a moment ago.
    """
    if not (is_browser or first_factors.may_choose(client)):
        return None
    return _store(client, user, username, _CONFIRMED, origin=origin, now=now)


def redeem(sign_in: SignIn, session: str) -> None:
    """Identify the person by the session of their confirmation, once.

    Raises:
        NotAuthorizedException: not theirs, expired or used, or the account may not sign in any more.
    """
    row, stored = sessions.load(
        sign_in.client,
        crypto.digest(session),
        challenge=_CONFIRMED,
        username=sign_in.username,
        origin=sign_in.origin,
        now=sign_in.now,
    )
    user = stored.known_user
    sign_in.user = user
    if not user.is_active:
        raise reasons.USER_DISABLED()
    if user.status != UserStatus.CONFIRMED:
        raise reasons.SESSION_INVALID()
    sessions.consume(row, now=sign_in.now)
    sign_in.identify(user, passed=PASSED)
