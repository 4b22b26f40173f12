"""A user's second factors on their page in the admin site, and handing out recovery codes."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cognito_auth.admin import secrets_shown
from cognito_auth.admin.refusals import sentence_of
from cognito_auth.admin.user_pages import get_user, url_of
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import AbstractCognitoUser
from cognito_auth.services import mfa
from cognito_auth.services.mfa import preferences, recovery_codes, software_token

if TYPE_CHECKING:
    from django.contrib import admin
    from django.http import HttpRequest

_LABELS = {
    mfa.SMS: gettext_lazy("code by SMS"),
    mfa.SOFTWARE_TOKEN: gettext_lazy("authenticator app"),
    mfa.EMAIL: gettext_lazy("code by e-mail"),
}


def described(user: AbstractCognitoUser) -> SafeString | str:
    """Return the factors that the person has switched on, the app, and the recovery codes left."""
    lines = []
    for factor in preferences.enabled_factors(user):
        is_preferred = factor == user.preferred_mfa
        lines.append(_("%(factor)s (preferred)") % {"factor": _LABELS[factor]} if is_preferred else _LABELS[factor])
    token = software_token.verified_of(user)
    if token is not None:
        if not user.software_token_mfa_enabled:
            lines.append(_("authenticator app enrolled, not switched on"))
        lines.append(_("recovery codes left: %(count)d") % {"count": recovery_codes.remaining(user)})
    return format_html_join("", "<div>{}</div>", ((line,) for line in lines)) or "—"


def recovery_codes_view(model_admin: "admin.ModelAdmin[Any]", request: "HttpRequest", object_id: str) -> HttpResponse:
    """Make recovery codes that replace the user's old ones, and show them this once."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    user = get_user(model_admin, request, object_id)
    if not model_admin.has_change_permission(request, user):
        raise PermissionDenied
    try:
        codes = recovery_codes.generate(user, now=timezone.now())
    except CognitoError as error:
        model_admin.message_user(request, sentence_of(error), messages.ERROR)
        return HttpResponseRedirect(url_of(model_admin, "change", user.pk))
    model_admin.log_change(request, user, _("New recovery codes."))
    return secrets_shown.page(model_admin, request, user, [(_("Recovery codes"), "\n".join(codes))])
