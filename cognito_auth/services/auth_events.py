"""The record of sign-ins, sign-ups, resets and their like, also of refused ones."""

import datetime
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from cognito_auth.choices import AuthEventResponse, AuthEventType
from cognito_auth.conf import settings
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import AbstractCognitoUser, AuthEvent, UserPool, UserPoolClient
from cognito_auth.models.statements import CompiledInsert, OnlyIf, Statement, execute_together
from cognito_auth.services.log_delivery import configuration, delivery, records
from cognito_auth.services.request_origin import RequestOrigin

_INSERT = CompiledInsert(lambda: AuthEvent)
_USER_AGENT_LENGTH = 256
# What threat protection has not looked at.
_NO_RISK: Mapping[str, Any] = {
    "device_name": "",
    "city": "",
    "country": "",
    "risk_level": "",
    "risk_decision": "",
    "is_compromised": False,
    "feedback": None,
}


def record(
    kind: AuthEventType,
    response: AuthEventResponse,
    *,
    pool: UserPool,
    user: AbstractCognitoUser | None = None,
    client: UserPoolClient | None = None,
    origin: RequestOrigin | None,
    reason: str = "",
    challenges: Sequence[str] = (),
    risk: Mapping[str, Any] | None = None,
    now: datetime.datetime,
) -> None:
    """Write one event. Of a refusal, call it outside the transaction that is rolled back.

    ``reason`` is the id of the refusal in the catalogue; ``challenges`` are those that were passed;
    ``risk`` is what threat protection found, by column. The events of a user go when the user goes, so of
    one who was deleted meanwhile nothing is written.
    """
    if not settings.auth_events:
        return
    row = _row(kind, response, pool, user, client, origin, reason, challenges, risk, now)
    whose = None if user is None else OnlyIf(type(user), {"id": user.pk}, locked=True)
    execute_together([_INSERT.row(row, only_if=whose)])
    if pool.delivers_logs:
        _deliver(row, user)


def statements(
    kind: AuthEventType,
    response: AuthEventResponse,
    *,
    pool: UserPool,
    user: AbstractCognitoUser | None,
    client: UserPoolClient | None = None,
    origin: RequestOrigin | None,
    challenges: Sequence[str] = (),
    risk: Mapping[str, Any] | None = None,
    now: datetime.datetime,
    only_if: OnlyIf | None = None,
    deliveries: list[Callable[[], None]],
) -> list[Statement]:
    """Return what writes one event together with what it is about, only if the row ``only_if`` is there.

    Once that is written, call what was added to ``deliveries``: it tells of the event elsewhere.
    For a ``user`` who is just being inserted ``only_if`` is their row, which tells their id.
    """
    if not settings.auth_events:
        return []
    row = _row(kind, response, pool, user, client, origin, "", challenges, risk, now)
    taken = {}
    if user is not None and user.pk is None:
        del row["user_id"]
        taken = {"user_id": "id"}
    if pool.delivers_logs:
        deliveries.append(lambda: _deliver(row, user))
    return [_INSERT.row(row, only_if=only_if, taken=taken)]


def complete(
    event_id: uuid.UUID,
    *,
    pool: UserPool,
    user: AbstractCognitoUser,
    client: UserPoolClient,
    origin: RequestOrigin,
    challenges: Sequence[str],
    risk: Mapping[str, Any] | None,
    now: datetime.datetime,
    deliveries: list[Callable[[], None]],
) -> bool:
    """Make the event of a step that of the success which followed; tell whether there is such an event.

    ``deliveries``: as in :func:`statements`.
    """
    changed = {
        "response": AuthEventResponse.PASS.value,
        "challenges": list(challenges),
        "is_compromised": bool((risk or {}).get("is_compromised")),
    }
    if not AuthEvent.objects.filter(pk=event_id).update(**changed):
        return False
    if pool.delivers_logs:
        kind = AuthEventType.SIGN_IN
        row = _row(kind, AuthEventResponse.PASS, pool, user, client, origin, "", challenges, risk, now)
        deliveries.append(lambda: _deliver(row | {"id": event_id}, user))
    return True


def _row(
    kind: AuthEventType,
    response: AuthEventResponse,
    pool: UserPool,
    user: AbstractCognitoUser | None,
    client: UserPoolClient | None,
    origin: RequestOrigin | None,
    reason: str,
    challenges: Sequence[str],
    risk: Mapping[str, Any] | None,
    now: datetime.datetime,
) -> dict[str, Any]:
    """Return the columns of ``AuthEvent``."""
    return {
        "id": uuid.uuid4(),
        "pool_id": pool.pk,
        "user_id": None if user is None else user.pk,
        "client_id": "" if client is None else client.pk,
        "type": kind.value,
        "response": response.value,
        "reason": reason,
        "challenges": list(challenges),
        "ip_address": None if origin is None else origin.ip_address,
        "user_agent": "" if origin is None else printable(origin.user_agent),
        **_NO_RISK,
        **(risk or {}),
        "created_at": now,
    }


def _deliver(row: Mapping[str, Any], user: AbstractCognitoUser | None) -> None:
    """Tell of an event where the pool wants it to go."""
    username, sub = ("", "") if user is None else (user.username, str(user.sub))
    delivery.deliver(
        row["pool_id"],
        configuration.USER_AUTH_EVENTS,
        lambda: records.auth_event(row, username=username, sub=sub, now=row["created_at"]),
    )


def record_refusal(
    kind: AuthEventType,
    error: CognitoError,
    *,
    pool: UserPool,
    user: AbstractCognitoUser | None = None,
    client: UserPoolClient | None = None,
    origin: RequestOrigin | None,
    challenges: Sequence[str] = (),
    risk: Mapping[str, Any] | None = None,
    now: datetime.datetime,
) -> None:
    """Write that an attempt was refused, with the id of the refusal and nothing secret.

    ``challenges`` are those that were passed before.
    """
    record(
        kind,
        AuthEventResponse.FAIL,
        pool=pool,
        user=user,
        client=client,
        origin=origin,
        reason=error.reason.id if error.reason else error.code,
        challenges=challenges,
        risk=risk,
        now=now,
    )


def printable(text: str) -> str:
    """Return a header's text as rows hold it: cut, and without what terminals or databases stumble over."""
    # A header may hold anything; NUL is refused by PostgreSQL, and logs are read in terminals.
    text = text[:_USER_AGENT_LENGTH]
    return text if text.isprintable() else "".join(character for character in text if character.isprintable())
