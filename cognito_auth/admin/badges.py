"""Small coloured marks for states; the colours are in ``badges.css``, for light and dark."""

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cognito_auth.choices import AuthEventResponse, UserStatus
from cognito_auth.models import AbstractCognitoUser

# Shorter than the labels of the choices, which are the mark's title: lists are narrow.
_STATUSES = {
    UserStatus.UNCONFIRMED: ("waiting", gettext_lazy("unconfirmed")),
    UserStatus.CONFIRMED: ("good", gettext_lazy("confirmed")),
    UserStatus.RESET_REQUIRED: ("warning", gettext_lazy("reset required")),
    UserStatus.FORCE_CHANGE_PASSWORD: ("waiting", gettext_lazy("temporary password")),
    UserStatus.EXTERNAL_PROVIDER: ("neutral", gettext_lazy("external")),
}
_RESPONSE_TONES = {
    AuthEventResponse.PASS: ("good", "✓"),
    AuthEventResponse.FAIL: ("bad", "✕"),
    AuthEventResponse.IN_PROGRESS: ("waiting", "…"),
}


def badge(text: object, tone: str, *, title: object = "") -> SafeString:
    """Return ``text``, escaped, in a mark of one of the tones good, bad, waiting, warning, neutral."""
    return format_html('<span class="cognito-badge cognito-{}" title="{}">{}</span>', tone, title, text)


def of_status(user: AbstractCognitoUser) -> SafeString:
    """Return the mark of a user's status."""
    tone, text = _STATUSES[UserStatus(user.status)]
    return badge(text, tone, title=user.get_status_display())


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
