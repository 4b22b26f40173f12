"""``/<pool id>/account``: everything at a glance; where logins and links to accounts elsewhere lead back to."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cognito_auth.managed_login.account import notices, sections
from cognito_auth.managed_login.account.visits import Visit, of_account
from cognito_auth.models import Device
from cognito_auth.services import linked_identities
from cognito_auth.services import sessions as user_sessions
from cognito_auth.services.mfa import preferences, recovery_codes, software_token
from cognito_auth.services.passkeys import credentials


@of_account("")
def overview(visit: Visit) -> HttpResponse:
    """Show all sections with what stands in them, or go to the one that a login was for."""
    section = visit.request.GET.get("state", "")
    if section in sections.PATHS:
        return HttpResponseRedirect(visit.address(section))
    is_good, sentence = notices.of_identity(visit.request.GET.get("identity", ""))
    return visit.show(
        "overview.html", summaries=_summaries(visit), identity_notice=sentence, is_identity_linked=is_good
    )


def _summaries(visit: Visit) -> dict[str, str]:
    """Return what is said of a section, by its path."""
    user, found = visit.user, sections.paths_of(sections.offered(visit.user, visit.client))
    makers: dict[str, Any] = {
        "profile": lambda: user.name or " ".join(part for part in (user.given_name, user.family_name) if part),
        "email": lambda: _address(user.email, is_verified=bool(user.email_verified)),
        "phone": lambda: _address(user.phone_number, is_verified=bool(user.phone_number_verified)),
        "password": lambda: _("You have a password.") if user.has_usable_password() else _("You have no password."),
        "passkeys": lambda: _number(
            credentials.of(user).count(), lambda count: ngettext("%d passkey", "%d passkeys", count)
        ),
        "factors": lambda: _("Switched on.") if preferences.enabled_factors(user) else _("Switched off."),
        "app": lambda: _("Set up.") if software_token.verified_of(user) else _("Not set up."),
        "recoveryCodes": lambda: _number(
            recovery_codes.remaining(user), lambda count: ngettext("%d code left", "%d codes left", count)
        ),
        "identities": lambda: ", ".join(identity.provider_name for identity in linked_identities.of(user)),
        "sessions": lambda: _number(
            user_sessions.browsers(user, now=visit.now).count() + user_sessions.alive(user, now=visit.now).count(),
            lambda count: ngettext("%d session", "%d sessions", count),
        ),
        "devices": lambda: _number(
            Device.objects.filter(user=user.pk).count(), lambda count: ngettext("%d device", "%d devices", count)
        ),
    }
    return {path: make() or _("Nothing yet.") for path, make in makers.items() if path in found}


def _number(count: int, phrase: Any) -> str:
    text: str = phrase(count) % count
    return text if count else _("None.")


def _address(address: str, *, is_verified: bool) -> str:
    if not address or is_verified:
        return address
    return _("%(address)s, not confirmed") % {"address": address}
