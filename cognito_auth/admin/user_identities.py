"""A user's identities at other providers on their page in the admin site, and unlinking one."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.utils.translation import gettext as _

from cognito_auth.admin.user_pages import get_user, url_of
from cognito_auth.services import linked_identities

if TYPE_CHECKING:
    from django.contrib import admin
    from django.http import HttpRequest


def unlink_view(
    model_admin: "admin.ModelAdmin[Any]", request: "HttpRequest", object_id: str, identity_id: int
) -> HttpResponse:
    """Keep one identity from signing in to the account and go back to the user's page."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    user = get_user(model_admin, request, object_id)
    if not model_admin.has_change_permission(request, user):
        raise PermissionDenied
    identity = next((found for found in linked_identities.of(user) if found.pk == identity_id), None)
    if identity is None:
        model_admin.message_user(request, _("There is no such identity. It may be unlinked already."), messages.ERROR)
    else:
        linked_identities.unlink(identity)
        model_admin.log_change(request, user, _("Identity at %(name)s unlinked.") % {"name": identity.provider_name})
        model_admin.message_user(request, _("This identity no longer signs in to the account."), messages.SUCCESS)
    return HttpResponseRedirect(url_of(model_admin, "change", user.pk))
