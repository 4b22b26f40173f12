"""Signing out, everywhere or of one browser, with its event."""

import datetime

from cognito_auth import signals
from cognito_auth.choices import AuthEventResponse, AuthEventType
from cognito_auth.models import AbstractCognitoUser, BrowserSession
from cognito_auth.services import auth_events
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.tokens import revoke


def everywhere(
    user: AbstractCognitoUser, *, client_id: str = "", origin: RequestOrigin | None, now: datetime.datetime
) -> None:
    """End all sessions of the user, wherever they are signed in; seen by the next request."""
    revoke.sign_out_everywhere(user, now=now)
    auth_events.record(
        AuthEventType.SIGN_OUT, AuthEventResponse.PASS, pool=user.pool, user=user, origin=origin, now=now
    )
    signals.user_signed_out.send_robust(sender=type(user), user=user, pool=user.pool, client_id=client_id)


def of_browser(session: BrowserSession, *, origin: RequestOrigin | None, now: datetime.datetime) -> None:
    """End the single sign-on session of a browser, whose user is loaded; tokens that came of it live on.

    Source: AWS "Logout endpoint".
    """
    if BrowserSession.objects.filter(pk=session.pk, ended_at=None).update(ended_at=now):
        auth_events.record(
            AuthEventType.SIGN_OUT,
            AuthEventResponse.PASS,
            pool=session.pool,
            user=session.user,
            origin=origin,
            now=now,
        )
