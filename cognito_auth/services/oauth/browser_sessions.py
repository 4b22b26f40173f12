"""Who is signed in to a pool's pages with which browser.

The cookie holds a random value, the database its digest. A session lives an hour, or as long as the client
says (SetUserPoolClientSessionConfiguration), and is not prolonged by use; a sign-out everywhere, a disabling
or a deletion of the user ends it at once.

Source: AWS "Managed login", session cookie.
"""

import datetime
import secrets
from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.db.models import CharField, QuerySet

from cognito_auth import crypto
from cognito_auth.models import AbstractCognitoUser, BrowserSession, UserPool, UserPoolClient
from cognito_auth.models.browser_sessions import NATIVE
from cognito_auth.models.compiled import CompiledQuery, Parameter
from cognito_auth.services import auth_events, sessions
from cognito_auth.services.federation import saml_sessions
from cognito_auth.services.federation.saml_sessions import SamlSession
from cognito_auth.services.oauth import errors
from cognito_auth.services.oauth.errors import OAuthError
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.sign_in.attempt import SignedIn

# For how long after proving who they are a person may change what others could lock them out with.
FRESH_FOR = datetime.timedelta(minutes=10)
_BYTES = 32
_BY_DIGEST = CompiledQuery(
    lambda: BrowserSession.objects.filter(digest=Parameter("digest", CharField())).select_related("user")
)


def begin(
    client: UserPoolClient,
    signed_in: SignedIn,
    *,
    provider: str = NATIVE,
    saml_session: SamlSession | None = None,
    origin: RequestOrigin,
    now: datetime.datetime,
) -> tuple[BrowserSession, str]:
    """Begin the session of a person who has just proved who they are; return it and the cookie's value.

    Always a new one, so that nobody can plant theirs. ``provider`` is who vouches for the person,
    ``saml_session`` what a SAML provider knows its own session by.

    Raises:
        OAuthError: the user or the client was deleted meanwhile.
    """
    value = secrets.token_urlsafe(_BYTES)
    session = BrowserSession(
        digest=crypto.digest(value),
        pool=client.pool,
        user_id=signed_in.user.pk,
        client=client,
        provider_name=provider,
        authenticated_at=signed_in.authenticated_at,
        amr=list(signed_in.amr),
        token_epoch=signed_in.token_epoch,
        ip_address=origin.ip_address,
        user_agent=auth_events.printable(origin.user_agent),
        saml_session="" if saml_session is None else saml_session.as_text(),
        saml_digest=saml_sessions.digest_of(client.pool_id, saml_session),
        created_at=now,
        expires_at=now + datetime.timedelta(minutes=sessions.sso_minutes(client)),
    )
    try:
        with transaction.atomic():
            session.save(force_insert=True)
    except IntegrityError:
        raise OAuthError(errors.ACCESS_DENIED, "The user or the client was deleted.") from None
    session.user = signed_in.user  # type: ignore[assignment]
    return session, value


def find(pool: UserPool, value: str | None, *, now: datetime.datetime) -> BrowserSession | None:
    """Return the living session of ``pool`` behind a cookie, its user loaded, or ``None``; one query."""
    if not value:
        return None
    session: BrowserSession | None = _BY_DIGEST.first(digest=crypto.digest(value))
    if session is None or session.pool_id != pool.pk or not is_alive(session, now=now):
        return None
    session.pool = session.user.pool = pool
    return session


def is_alive(session: BrowserSession, *, now: datetime.datetime) -> bool:
    """Tell whether a session, whose user is loaded, still counts."""
    user = session.user
    return (
        session.ended_at is None
        and now < session.expires_at
        and user.is_active
        and user.token_epoch == session.token_epoch
    )


def is_fresh(session: BrowserSession, *, within: datetime.timedelta = FRESH_FOR, now: datetime.datetime) -> bool:
    """Tell whether the person of ``session`` proved who they are a moment ago."""
    return now - session.authenticated_at <= within


def last_client(pool: UserPool, value: str | None) -> UserPoolClient | None:
    """Return the app client of the session behind a cookie, though it may have ended, or ``None``."""
    if not value:
        return None
    rows = BrowserSession.objects.filter(digest=crypto.digest(value), pool=pool).select_related("client")
    session = rows.first()
    if session is None or session.client is None:
        return None
    session.client.pool = pool
    client: UserPoolClient = session.client
    return client


def as_signed_in(session: BrowserSession) -> SignedIn:
    """Return what was proved when the session began."""
    return SignedIn(session.user, session.authenticated_at, session.token_epoch, tuple(session.amr))


def end(session: BrowserSession, *, now: datetime.datetime) -> None:
    """End a session; one that has ended stays as it is."""
    BrowserSession.objects.filter(pk=session.pk, ended_at=None).update(ended_at=now)
    session.ended_at = session.ended_at or now


def of_user(user: AbstractCognitoUser, *, now: datetime.datetime) -> QuerySet[BrowserSession]:
    """Return the living sessions of ``user``, the newest first."""
    return sessions.browsers(user, now=now)


def end_others(user: AbstractCognitoUser, *, keep: Collection[str], now: datetime.datetime) -> int:
    """End the user's sessions but those with the digests in ``keep``; return how many."""
    return of_user(user, now=now).exclude(pk__in=keep).update(ended_at=now)
