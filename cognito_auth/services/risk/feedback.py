"""What people and staff say about an event afterwards: it was them, or it was not.

Sign-ins that were disowned do not make a device known. A person's word comes with a token that names
the event and expires.
Source: AWS API_AdminUpdateAuthEventFeedback, API_UpdateAuthEventFeedback.
"""

import datetime
import uuid

from cognito_auth import crypto, reasons
from cognito_auth.models import AbstractCognitoUser, AuthEvent

LIFETIME = datetime.timedelta(days=7)
_PURPOSE = "auth-event-feedback"


def token_of(event: AuthEvent, *, now: datetime.datetime) -> str:
    """Return the token with which the person may say something about ``event``, for a week."""
    expires_at = str(int((now + LIFETIME).timestamp()))
    return f"{expires_at}.{crypto.keyed_digest(_PURPOSE, str(event.pk), expires_at)}"


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


def give(user: AbstractCognitoUser, event_id: str, *, value: str, provider: str, now: datetime.datetime) -> None:
    """Note what ``provider`` ("Admin", "User") says about an event of ``user``: "Valid" or "Invalid".

    Raises:
        ResourceNotFoundException: the user has no such event.
    """
    feedback = {"FeedbackValue": value, "Provider": provider, "FeedbackDate": now.timestamp()}
    event = _uuid(event_id)
    if event is None or not AuthEvent.objects.filter(pk=event, user_id=user.pk).update(feedback=feedback):
        raise reasons.AUTH_EVENT_NOT_FOUND()


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
