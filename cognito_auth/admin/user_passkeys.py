"""A user's passkeys on their page in the admin site, and removing one."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.utils.translation import gettext as _

from cognito_auth.admin.refusals import sentence_of
from cognito_auth.admin.user_pages import get_user, url_of
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import AbstractCognitoUser, Passkey
from cognito_auth.services.passkeys import credentials

if TYPE_CHECKING:
    from django.contrib import admin
    from django.http import HttpRequest

_LISTED = 100


def listed(user: AbstractCognitoUser) -> list[Passkey]:
    """Return the passkeys of ``user`` for their page, oldest first."""
    return list(credentials.of(user)[:_LISTED])


def remove_view(
    model_admin: "admin.ModelAdmin[Any]", request: "HttpRequest", object_id: str, passkey_id: int
) -> HttpResponse:
    """Remove one passkey of a user and go back to their page."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    user = get_user(model_admin, request, object_id)
    if not model_admin.has_change_permission(request, user):
        raise PermissionDenied
    passkey = credentials.of(user).filter(pk=passkey_id).first()
    try:
        credentials.delete(user, "" if passkey is None else passkey.credential_id)
    except CognitoError as error:
        model_admin.message_user(request, sentence_of(error), messages.ERROR)
    else:
        model_admin.log_change(request, user, _("Passkey removed."))
        model_admin.message_user(request, _("The passkey was removed."), messages.SUCCESS)
    return HttpResponseRedirect(url_of(model_admin, "change", user.pk))
