"""A user's sessions on their page in the admin site, and ending one."""

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _

from cognito_auth.admin.refusals import sentence_of
from cognito_auth.admin.request_facts import origin_of
from cognito_auth.admin.user_pages import get_user, url_of
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import AbstractCognitoUser, UserPoolClient
from cognito_auth.services import sessions, user_agents

if TYPE_CHECKING:
    from django.contrib import admin
    from django.http import HttpRequest

_LISTED = 20


def listed(user: AbstractCognitoUser) -> list[dict[str, Any]]:
    """Return the newest sessions of ``user`` for their page."""
    families = list(sessions.alive(user, now=timezone.now()).order_by("-authenticated_at", "-origin_jti")[:_LISTED])
    names = dict(
        UserPoolClient.objects.filter(pk__in={family.client_id for family in families}).values_list("pk", "name")
    )
    return [
        {
            "id": sessions.id_of(family.origin_jti),
            "family": family,
            "client": names.get(family.client_id, family.client_id),
            "device": user_agents.describe(family.user_agent) or family.user_agent,
        }
        for family in families
    ]


def end_view(
    model_admin: "admin.ModelAdmin[Any]", request: "HttpRequest", object_id: str, session_id: str
) -> HttpResponse:
    """End one session of a user and go back to their page."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    user = get_user(model_admin, request, object_id)
    if not model_admin.has_change_permission(request, user):
        raise PermissionDenied
    try:
        sessions.end(user, session_id, origin=origin_of(request), now=timezone.now())
    except CognitoError as error:
        model_admin.message_user(request, sentence_of(error), messages.ERROR)
    else:
        model_admin.log_change(request, user, _("Session ended."))
        model_admin.message_user(request, _("The session has ended."), messages.SUCCESS)
    return HttpResponseRedirect(url_of(model_admin, "change", user.pk))
