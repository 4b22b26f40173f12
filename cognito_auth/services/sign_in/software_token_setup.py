"""Setting up an authenticator app in the middle of a sign-in: the operations that take its session.

Between MFA_SETUP and its answer each step uses up one session and gives the next. All of it is refused
once the person has a second factor, so that an old session cannot add another.
Source: AWS API_AssociateSoftwareToken, API_VerifySoftwareToken, "Session".
"""

import datetime

from django.db import transaction

from cognito_auth import reasons
from cognito_auth.models import SignInAttempt
from cognito_auth.services import mfa
from cognito_auth.services.mfa import decision, software_token
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.sign_in import sessions
from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.sign_in.challenges.mfa_setup import APP_VERIFIED


def associate(session: str, *, origin: RequestOrigin, now: datetime.datetime) -> tuple[str, str]:
    """Return a new secret in base32, and the session to verify it with.

    Raises:
        NotAuthorizedException: the session cannot be used, or the person has a second factor by now.
        SoftwareTokenMFANotFoundException: the pool has no authenticator apps.
    """
    row, sign_in = _load(session, origin=origin, now=now)
    with transaction.atomic():
        sessions.consume(row, now=now)
        secret = software_token.associate(sign_in.known_user)
        return secret, _go_on(sign_in)


def verify(session: str, code: str, *, friendly_name: str, origin: RequestOrigin, now: datetime.datetime) -> str:
    """Enrol the app whose code is right and switch it on; return the session to answer MFA_SETUP with.

    A wrong code leaves the session open.

    Raises:
        NotAuthorizedException: the session cannot be used, or the person has a second factor by now.
        EnableSoftwareTokenMFAException: the code is not the app's.
        SoftwareTokenMFANotFoundException: no secret waits.
    """
    row, sign_in = _load(session, origin=origin, now=now)
    user = sign_in.known_user
    with transaction.atomic():
        sessions.consume(row, now=now)
        software_token.verify(user, code, friendly_name=friendly_name, now=now, only_first=True)
        type(user)._default_manager.filter(pk=user.pk).update(software_token_mfa_enabled=True, last_modified_at=now)
        sign_in.state[APP_VERIFIED] = True
        return _go_on(sign_in)


def _load(session: str, *, origin: RequestOrigin, now: datetime.datetime) -> tuple[SignInAttempt, SignIn]:
    row, sign_in = sessions.load_alone(session, challenge=mfa.SETUP, origin=origin, now=now)
    if not sign_in.known_user.is_active:
        raise reasons.USER_DISABLED()
    if decision.owed(sign_in) != [mfa.SETUP]:
        raise reasons.SESSION_INVALID()
    return row, sign_in


def _go_on(sign_in: SignIn) -> str:
    session = sessions.new_session()
    sessions.store(sign_in, mfa.SETUP, session)
    return session
