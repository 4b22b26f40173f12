"""What people and staff say about an event afterwards: it was them, or it was not.

Sign-ins that were disowned do not make a device known, and one that is under way goes no further. A
person's word comes with a token that names the event, expires and works once.
Source: AWS API_AdminUpdateAuthEventFeedback, API_UpdateAuthEventFeedback.
"""

import datetime
import uuid
from typing import Any

from django.db import transaction

from cognito_auth import crypto, reasons
from cognito_auth.models import AbstractCognitoUser, AuthEvent, UserPool

LIFETIME = datetime.timedelta(days=7)
_PURPOSE = "auth-event-feedback"
# In the stored feedback: the token was used. Whatever staff say later, it is not good again.
_TOKEN_USED = "TokenUsed"


def token_of(event_id: uuid.UUID, *, now: datetime.datetime) -> str:
    """Return the token with which the person may say something about an event, once and for a week."""
    expires_at = str(int((now + LIFETIME).timestamp()))
    return f"{expires_at}.{crypto.keyed_digest(_PURPOSE, str(event_id), expires_at)}"


def check_token(event_id: str, token: str, *, now: datetime.datetime) -> None:
    """Refuse a token that is not of this event, or too old.

    Raises:
        NotAuthorizedException: it is.
    """
    expires_at, _dot, signature = token.partition(".")
    event = _uuid(event_id)
    is_genuine = event is not None and crypto.matches_keyed_digest(signature, _PURPOSE, str(event), expires_at)
    if not is_genuine or int(expires_at) <= now.timestamp():
        raise reasons.FEEDBACK_TOKEN_INVALID()


def give(user: AbstractCognitoUser, event_id: str, *, value: str, now: datetime.datetime) -> None:
    """Note what staff say about an event of ``user``: "Valid" or "Invalid".

    Raises:
        ResourceNotFoundException: the user has no such event.
    """
    _note({"user_id": user.pk}, event_id, value=value, provider="Admin", now=now)


def give_by_token(
    event_id: str,
    token: str,
    *,
    value: str,
    user: AbstractCognitoUser | None = None,
    pool: UserPool | None = None,
    now: datetime.datetime,
) -> None:
    """Note what the person says about an event of theirs, and use up the token.

    ``user`` or ``pool`` is whose event it has to be.

    Raises:
        NotAuthorizedException: the token is not of this event, too old or used.
        ResourceNotFoundException: there is no such event.
    """
    check_token(event_id, token, now=now)
    whose = {"user_id": user.pk} if user is not None else {"pool": pool, "user__isnull": False}
    _note(whose, event_id, value=value, provider="User", now=now)


def _note(whose: dict[str, Any], event_id: str, *, value: str, provider: str, now: datetime.datetime) -> None:
    event_key = _uuid(event_id)
    if event_key is None:
        raise reasons.AUTH_EVENT_NOT_FOUND()
    with transaction.atomic():
        event = AuthEvent.objects.select_for_update(of=("self",)).filter(pk=event_key, **whose).first()
        if event is None:
            raise reasons.AUTH_EVENT_NOT_FOUND()
        is_used = bool((event.feedback or {}).get(_TOKEN_USED))
        by_person = provider == "User"
        if by_person and is_used:
            raise reasons.FEEDBACK_TOKEN_INVALID()
        event.feedback = {"FeedbackValue": value, "Provider": provider, "FeedbackDate": now.timestamp()}
        if by_person or is_used:
            event.feedback[_TOKEN_USED] = True
        event.save(update_fields=["feedback"])


def is_disowned(event_id: uuid.UUID) -> bool:
    """Tell whether somebody said that an event was not the person's."""
    feedback = AuthEvent.objects.filter(pk=event_id).values_list("feedback", flat=True).first()
    return (feedback or {}).get("FeedbackValue") == "Invalid"


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
