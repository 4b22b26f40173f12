"""Signing out, everywhere or of one browser, with its event."""

import datetime

from django.db import transaction

from cognito_auth import reasons, signals
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


def everywhere_else(
    kept: BrowserSession, *, client_id: str = "", origin: RequestOrigin | None, now: datetime.datetime
) -> None:
    """End all sessions of the user of ``kept`` but this one of a browser; apps that it signed in to ask it again.

    Raises:
        ResourceNotFoundException: this one has ended meanwhile, so that it ends no others.
    """
    user = kept.user
    with transaction.atomic():
        # Two browsers at once: one ends the other.
        locked = type(user)._default_manager.select_for_update().filter(pk=user.pk).first()
        rows = BrowserSession.objects.filter(pk=kept.pk, ended_at=None)
        if locked is None or not rows.filter(token_epoch=locked.token_epoch).exists():
            raise reasons.USER_SESSION_NOT_FOUND()
        revoke.sign_out_everywhere(user, now=now)
        rows.update(token_epoch=user.token_epoch)
    kept.token_epoch = user.token_epoch
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
