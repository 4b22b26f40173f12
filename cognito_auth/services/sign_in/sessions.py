"""Half-finished sign-ins: stored under the digest of a random session string, used once."""

import datetime
import json
import secrets

from django.db.models import CharField, Exists, OuterRef

from cognito_auth import crypto, reasons
from cognito_auth.models import GroupMembership, LinkedIdentity, SignInAttempt, UserPoolClient
from cognito_auth.models.compiled import CompiledQuery, Parameter
from cognito_auth.models.statements import CompiledInsert
from cognito_auth.services import user_names
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.sign_in.attempt import SignIn

# 96 characters of the URL-safe alphabet; the API allows 20 to 2048.
_SESSION_BYTES = 72
_INSERT = CompiledInsert(lambda: SignInAttempt)
_BY_HASH = CompiledQuery(
    lambda: (
        SignInAttempt.objects.filter(session_hash=Parameter("session_hash", CharField()))
        .select_related("user")
        .annotate(is_in_groups=Exists(GroupMembership.objects.filter(user=OuterRef("user"))))
        .annotate(has_identities=Exists(LinkedIdentity.objects.filter(user=OuterRef("user"))))
    )
)


def new_session() -> str:
    """Return a fresh session string; nothing is stored yet."""
    return secrets.token_urlsafe(_SESSION_BYTES)


def store(sign_in: SignIn, challenge: str, session: str) -> None:
    """Store the sign-in under ``session`` until ``challenge`` is answered."""
    state = {**sign_in.state, "username": sign_in.username, "passed": sign_in.passed}
    state["is_browser"] = sign_in.is_browser
    row = SignInAttempt(
        session_hash=crypto.digest(session),
        client_id=sign_in.client.pk,
        user_id=None if sign_in.user is None else sign_in.user.pk,
        flow=sign_in.flow,
        challenge=challenge,
        state_json=json.dumps(state),
        token_epoch=sign_in.token_epoch,
        created_at=sign_in.now,
        expires_at=sign_in.now + datetime.timedelta(minutes=sign_in.client.auth_session_validity_minutes),
    )
    _INSERT.execute(row)


def load(
    client: UserPoolClient,
    session_hash: str | None,
    *,
    challenge: str,
    username: str,
    is_browser: bool = False,
    origin: RequestOrigin,
    now: datetime.datetime,
) -> tuple[SignInAttempt, SignIn]:
    """Return the stored sign-in that waits for an answer to ``challenge``; it is not used up yet.

    The administrative operations and the public ones go on with each other's sessions: servers and apps
    (cognitopy, moto's tests) begin with one and answer with the other.

    Raises:
        InvalidParameterException: no session given.
        NotAuthorizedException: not one of this client, user and challenge, or of a browser's pages and not of
            the API; expired; used; or ended by a sign-out or disabling since it began.
    """
    if session_hash is None:
        raise reasons.MISSING_PARAMETER(name="Session")
    row: SignInAttempt | None = _BY_HASH.first(session_hash=session_hash)
    if row is None or row.client_id != client.pk:
        raise reasons.SESSION_INVALID()
    sign_in = _restore(row, client, challenge=challenge, origin=origin, now=now)
    if sign_in.is_browser != is_browser or not _is_theirs(sign_in, username):
        raise reasons.SESSION_INVALID()
    return row, sign_in


def load_alone(
    session: str, *, challenge: str, origin: RequestOrigin, now: datetime.datetime
) -> tuple[SignInAttempt, SignIn]:
    """Return what :func:`load` does, for operations that name neither client nor user.

    Raises:
        NotAuthorizedException: unknown, of another challenge, expired, used, or ended.
    """
    rows = SignInAttempt.objects.select_related("user", "client__pool")
    row = rows.filter(session_hash=crypto.digest(session)).first()
    if row is None:
        raise reasons.SESSION_INVALID()
    return row, _restore(row, row.client, challenge=challenge, origin=origin, now=now)


def _restore(
    row: SignInAttempt, client: UserPoolClient, *, challenge: str, origin: RequestOrigin, now: datetime.datetime
) -> SignIn:
    if row.challenge != challenge:
        raise reasons.SESSION_INVALID()
    if row.consumed_at is not None:
        raise reasons.SESSION_USED()
    if row.expires_at <= now:
        raise reasons.SESSION_EXPIRED()
    state = row.state
    sign_in = SignIn(
        client=client,
        flow=row.flow,
        username=state.pop("username"),
        origin=origin,
        now=now,
        is_browser=state.pop("is_browser", False),
        user=row.user,
        token_epoch=row.token_epoch,
        passed=state.pop("passed"),
        state=state,
    )
    if sign_in.user is not None:
        sign_in.user.pool = client.pool
        # Whether there are groups and identities to read for the claims, where the same query has told it.
        if hasattr(row, "is_in_groups"):
            sign_in.user.is_in_groups = row.is_in_groups  # type: ignore[attr-defined]
            sign_in.user.has_identities = row.has_identities  # type: ignore[attr-defined]
        if sign_in.user.token_epoch != row.token_epoch:
            raise reasons.SESSION_INVALID()
    return sign_in


def _is_theirs(sign_in: SignIn, username: str) -> bool:
    key_of = sign_in.pool.key_of
    # The name that the person gave, or the one that they were told to go by.
    if key_of(username) in (key_of(sign_in.username), key_of(sign_in.state.get("known_as", ""))):
        return True
    return sign_in.user is not None and user_names.is_name_of(sign_in.user, username)


def consume(row: SignInAttempt, *, now: datetime.datetime) -> None:
    """Use up the session; call it inside the transaction that goes on to the next step.

    Raises:
        NotAuthorizedException: a simultaneous answer was first.
    """
    used = SignInAttempt.objects.filter(pk=row.pk, consumed_at__isnull=True).update(consumed_at=now)
    if not used:
        raise reasons.SESSION_USED()
    row.consumed_at = now
