"""A user's sessions: where they are signed in, ending one, and how many there may be.

============  ==============================  ===============================================
session       row                             id in the API
============  ==============================  ===============================================
token         a token family                  ``tkn…``: its ``origin_jti`` in another spelling
single        a browser that is signed in     ``sso…``: half of its digest, likewise
sign-on       at the pages
============  ==============================  ===============================================

The sessions that an app got through a browser are linked to the browser's. Ending all sessions is
``sign_out``; half-finished sign-ins (the API's ``Session``) are ``sign_in.sessions``.
Source: AWS API_ListUserSessions, API_RevokeUserSession, API_SetUserPoolSessionConfiguration.
"""

import datetime
import re
import uuid
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.db import connections
from django.db.models import QuerySet

from cognito_auth import reasons
from cognito_auth.choices import AuthEventResponse, AuthEventType
from cognito_auth.models import AbstractCognitoUser, BrowserSession, TokenFamily, UserPool, UserPoolClient
from cognito_auth.models.cursors import alias_for_write
from cognito_auth.models.statements import Statement
from cognito_auth.services import auth_events, paging, user_pools
from cognito_auth.services.request_origin import RequestOrigin

PAGE_SIZE = 125
# Of the browsers, which end by themselves soon, the first page has the newest.
_MAX_BROWSERS = 25
DEFAULT_MAX_PER_USER = 20
DEFAULT_SSO_MINUTES = 60
# A session in use is noted once in this time, not at each of its refreshes.
NOTED_EVERY = datetime.timedelta(minutes=1)
_TOKEN, _SINGLE_SIGN_ON = "tkn", "sso"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
# 36^25 is just over 2^128.
_ID_DIGITS = 25
_ID = re.compile(rf"(?:{_TOKEN}|{_SINGLE_SIGN_ON})[{_DIGITS}]{{{_ID_DIGITS}}}")
_ORDER = ("authenticated_at", "origin_jti")


def id_of(family_id: uuid.UUID) -> str:
    """Return the API's id of a session: ``tkn`` and 25 lower-case letters and digits."""
    return _TOKEN + _spelled(family_id.int)


def id_of_browser(digest: str) -> str:
    """Return the API's id of a browser's session: ``sso`` and 25 lower-case letters and digits.

    Made of half the digest of the cookie's value, which tells nothing of the value.
    """
    return _SINGLE_SIGN_ON + _spelled(int(digest[:32], 16))


def family_id_in(session_id: str) -> uuid.UUID | None:
    """Return the family that a session id stands for, or ``None``; single sign-on sessions have none."""
    number = _number_in(session_id, _TOKEN)
    return None if number is None else uuid.UUID(int=number)


def _spelled(number: int) -> str:
    digits = ""
    while len(digits) < _ID_DIGITS:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits


def _number_in(session_id: str, prefix: str) -> int | None:
    if not session_id.startswith(prefix) or not _ID.fullmatch(session_id):
        return None
    number = int(session_id.removeprefix(prefix), 36)
    return number if number < 1 << 128 else None


# Looking and ending


def alive(user: AbstractCognitoUser, *, now: datetime.datetime) -> "QuerySet[TokenFamily]":
    """Return the sessions of ``user`` that can still be refreshed."""
    return TokenFamily.objects.filter(
        user_id=user.pk, revoked_at=None, token_epoch=user.token_epoch, expires_at__gt=now
    )


def browsers(user: AbstractCognitoUser, *, now: datetime.datetime) -> "QuerySet[BrowserSession]":
    """Return the living single sign-on sessions of ``user``, the newest first."""
    return BrowserSession.objects.filter(
        user_id=user.pk, ended_at=None, expires_at__gt=now, token_epoch=user.token_epoch
    ).order_by("-created_at", "digest")


def page_of(
    user: AbstractCognitoUser, *, token: str | None, now: datetime.datetime
) -> paging.Page[TokenFamily | BrowserSession]:
    """Return sessions of ``user``, as far as one page goes: browsers, then token sessions, each the newest first.

    Raises:
        InvalidParameterException: the token is not good.
        OperationNotEnabledException: a strict pool does not track sessions.
    """
    if user.pool.strict:
        check_tracked(user.pool)
    first = [] if token else list(browsers(user, now=now)[:_MAX_BROWSERS])
    page = paging.by_key(
        alive(user, now=now),
        _ORDER,
        limit=PAGE_SIZE - len(first),
        token=token,
        scope=paging.scope_of("sessions", {"user": user.pk}),
        now=now,
        to_json=str,
        newest_first=True,
    )
    return paging.Page([*first, *page.items], page.next_token)


def end(
    user: AbstractCognitoUser,
    session_id: str,
    *,
    current: uuid.UUID | None = None,
    with_linked: bool = False,
    origin: RequestOrigin | None,
    now: datetime.datetime,
) -> None:
    """End one session of ``user``; its tokens are refused from the next request on.

    ``current`` is the session of the person who asks, which they end by signing out. ``with_linked`` ends
    along with a token session the browser's that it came from, and along with a browser's all that came from it.

    Raises:
        ResourceNotFoundException: the user has no such session, or it has ended.
        InvalidParameterException: it is the current one.
        OperationNotEnabledException: a strict pool does not track sessions.
    """
    if user.pool.strict:
        check_tracked(user.pool)
    family_id = family_id_in(session_id)
    if family_id is not None and family_id == current:
        raise reasons.SESSION_IS_CURRENT()
    if family_id is not None:
        has_ended = alive(user, now=now).filter(pk=family_id).update(revoked_at=now)
        if has_ended and with_linked:
            end_browser_of(family_id, now=now)
    else:
        has_ended = _end_browser(user, session_id, with_linked=with_linked, now=now)
    if not has_ended:
        raise reasons.USER_SESSION_NOT_FOUND()
    auth_events.record(
        AuthEventType.SIGN_OUT, AuthEventResponse.PASS, pool=user.pool, user=user, origin=origin, now=now
    )


def end_browser_of(family_id: uuid.UUID, *, now: datetime.datetime) -> None:
    """End the single sign-on session that a token session came from, if it came from one."""
    BrowserSession.objects.filter(token_families=family_id, ended_at=None).update(ended_at=now)


def _end_browser(user: AbstractCognitoUser, session_id: str, *, with_linked: bool, now: datetime.datetime) -> int:
    number = _number_in(session_id, _SINGLE_SIGN_ON)
    if number is None:
        return 0
    found = browsers(user, now=now).filter(pk__startswith=f"{number:032x}").first()
    if found is None:
        return 0
    has_ended = BrowserSession.objects.filter(pk=found.pk, ended_at=None).update(ended_at=now)
    if has_ended and with_linked:
        alive(user, now=now).filter(browser_session=found).update(revoked_at=now)
    return has_ended


# Settings


def is_tracked(pool: UserPool) -> bool:
    """Tell whether the pool limits the number of sessions."""
    configuration: Mapping[str, Any] = pool.session_configuration or {}
    return configuration.get("UserSessionTracking") == "ENABLED"


def check_tracked(pool: UserPool) -> None:
    """Refuse where the pool does not track sessions.

    Raises:
        OperationNotEnabledException: it does not.
    """
    if not is_tracked(pool):
        raise reasons.SESSIONS_NOT_TRACKED()


def max_per_user(pool: UserPool) -> int:
    """Return how many sessions the pool's settings name, whether they are in force or not."""
    configuration: Mapping[str, Any] = pool.session_configuration or {}
    limit: int = configuration.get("TokenSession", {}).get("MaxPerUser", DEFAULT_MAX_PER_USER)
    return limit


def configure_pool(pool: UserPool, *, is_tracked: bool, max_per_user: int, now: datetime.datetime) -> None:
    """Set whether sessions are limited in number, and to how many; nobody is signed out by it at once.

    Raises:
        FeatureUnavailableInTierException: a strict pool of the LITE tier.
    """
    if pool.strict and pool.tier == "LITE":
        raise reasons.FEATURE_UNAVAILABLE(feature="Session tracking below the ESSENTIALS tier")
    configuration = {
        "UserSessionTracking": "ENABLED" if is_tracked else "DISABLED",
        "TokenSession": {"MaxPerUser": max_per_user},
    }
    user_pools.update(pool, {"session_configuration": configuration}, now=now)


def sso_minutes(client: UserPoolClient) -> int:
    """Return for how long the client signs people in again without asking, in minutes."""
    configuration: Mapping[str, Any] = client.session_configuration or {}
    minutes: int = configuration.get("MaxValidityMinutes", DEFAULT_SSO_MINUTES)
    return minutes


def configure_client(client: UserPoolClient, *, sso_minutes: int, now: datetime.datetime) -> None:
    """Set for how long the client signs people in again without asking, in minutes.

    Raises:
        OperationNotEnabledException: a strict pool does not track sessions.
        FeatureUnavailableInTierException: a strict pool of the LITE tier.
    """
    pool = client.pool
    if pool.strict and pool.tier == "LITE":
        raise reasons.FEATURE_UNAVAILABLE(feature="Session tracking below the ESSENTIALS tier")
    if pool.strict:
        check_tracked(pool)
    values = {"session_configuration": {"MaxValidityMinutes": sso_minutes}, "last_modified_at": now}
    UserPoolClient.objects.filter(pk=client.pk).update(**values)
    for name, value in values.items():
        setattr(client, name, value)


# What issuing and refreshing tokens write


def limit_statements(
    user: AbstractCognitoUser, pool: UserPool, *, token_epoch: int, now: datetime.datetime
) -> tuple[list[Statement], list[Statement]]:
    """Return what to write before and after a new session of ``user`` where their number is limited.

    Beyond the limit the one that was not used for longest ends. The first statements make sign-ins of
    one person wait for each other: otherwise two at once would each see only their own session.
    """
    if not is_tracked(pool):
        return [], []
    connection = connections[alias_for_write()]
    quote, users = connection.ops.quote_name, type(user)._meta
    lock, evict = _limit_sql(
        connection.vendor, quote(TokenFamily._meta.db_table), quote(users.db_table), quote(str(users.pk.column))
    )
    moment = connection.ops.adapt_datetimefield_value(now)
    before = [Statement(lock, [user.pk])] if lock else []
    return before, [Statement(evict, [moment, user.pk, token_epoch, moment, max_per_user(pool)], follows=True)]


@lru_cache(maxsize=8)
def _limit_sql(vendor: str, families: str, users: str, user_key: str) -> tuple[str, str]:
    is_postgresql = vendor == "postgresql"
    # A key lock would let the other sign-in go on; this one conflicts with itself.
    lock = f"SELECT 1 FROM {users} WHERE {user_key} = %s FOR NO KEY UPDATE" if is_postgresql else ""  # noqa: S608
    surplus = (
        f"SELECT origin_jti FROM {families} WHERE user_id = %s AND revoked_at IS NULL AND token_epoch = %s"  # noqa: S608
        " AND expires_at > %s ORDER BY COALESCE(refreshed_at, authenticated_at) DESC, authenticated_at DESC, origin_jti"
        f" {'' if is_postgresql else 'LIMIT -1'} OFFSET %s"
    )
    return lock, f"UPDATE {families} SET revoked_at = %s WHERE origin_jti IN ({surplus})"  # noqa: S608


def note_use(family: TokenFamily, *, origin: RequestOrigin | None, now: datetime.datetime) -> None:
    """Note that the session was refreshed, from where and with what; at most once a minute."""
    if now - (family.refreshed_at or family.authenticated_at) < NOTED_EVERY:
        return
    seen: dict[str, Any] = {"refreshed_at": now}
    if origin is not None:
        seen |= {"ip_address": origin.ip_address, "user_agent": auth_events.printable(origin.user_agent)}
    TokenFamily.objects.filter(pk=family.pk).update(**seen)
