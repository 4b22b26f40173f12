"""Small coloured marks for states; the colours are in ``badges.css``, for light and dark."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cognito_auth.choices import AuthEventResponse, UserStatus
from cognito_auth.models import AbstractCognitoUser

_STATUS_TONES = {
    UserStatus.UNCONFIRMED: "waiting",
    UserStatus.CONFIRMED: "good",
    UserStatus.RESET_REQUIRED: "warning",
    UserStatus.FORCE_CHANGE_PASSWORD: "waiting",
    UserStatus.EXTERNAL_PROVIDER: "neutral",
}
_RESPONSE_TONES = {
    AuthEventResponse.PASS: ("good", "✓"),
    AuthEventResponse.FAIL: ("bad", "✕"),
    AuthEventResponse.IN_PROGRESS: ("waiting", "…"),
}


def badge(text: object, tone: str) -> SafeString:
    """Return ``text``, escaped, in a mark of one of the tones good, bad, waiting, warning, neutral."""
    return format_html('<span class="cognito-badge cognito-{}">{}</span>', tone, text)


def of_status(user: AbstractCognitoUser) -> SafeString:
    """Return the mark of a user's status."""
    return badge(user.get_status_display(), _STATUS_TONES.get(UserStatus(user.status), "neutral"))


def of_response(response: str) -> SafeString:
    """Return the mark of how an authentication event ended."""
    tone, icon = _RESPONSE_TONES.get(AuthEventResponse(response), ("neutral", ""))
    return badge(f"{icon} {AuthEventResponse(response).label}", tone)


def of_verified(value: str, verified: bool | None) -> SafeString:
    """Return an address with a tick when it is verified."""
    if not value:
        return SafeString("")
    if verified:
        return format_html('{} <span class="cognito-tick" title="{}">✓</span>', value, _("verified"))
    return format_html('{} <span class="cognito-untick" title="{}">?</span>', value, _("not verified"))
