"""A user's identities at other providers on their page in the admin site, and changing one."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.utils.translation import gettext as _

from cognito_auth.admin.refusals import sentence_of
from cognito_auth.admin.user_pages import get_user, url_of
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import AbstractCognitoUser, LinkedIdentity
from cognito_auth.services import linked_identities

if TYPE_CHECKING:
    from django.contrib import admin
    from django.http import HttpRequest


def listed(user: AbstractCognitoUser) -> Sequence[Mapping[str, Any]]:
    """Return the identities of ``user``, each with whether it can be made the primary one."""
    return [
        {"identity": identity, "may_become_primary": linked_identities.may_become_primary(user, identity)}
        for identity in linked_identities.of(user)
    ]


def unlink_view(
    model_admin: "admin.ModelAdmin[Any]", request: "HttpRequest", object_id: str, identity_id: int
) -> HttpResponse:
    """Keep one identity from signing in to the account and go back to the user's page."""

    def unlink(_user: AbstractCognitoUser, identity: LinkedIdentity) -> tuple[str, str]:
        linked_identities.unlink(identity)
        return _("Identity at %(name)s unlinked."), _("This identity no longer signs in to the account.")

    return _change(model_admin, request, object_id, identity_id, unlink)


def switch_on_view(
    model_admin: "admin.ModelAdmin[Any]", request: "HttpRequest", object_id: str, identity_id: int
) -> HttpResponse:
    """Let one identity that was switched off sign in again and go back to the user's page."""

    def switch_on(_user: AbstractCognitoUser, identity: LinkedIdentity) -> tuple[str, str]:
        linked_identities.switch_on(identity)
        return _("Identity at %(name)s switched on."), _("This identity signs in to the account again.")

    return _change(model_admin, request, object_id, identity_id, switch_on)


def make_primary_view(
    model_admin: "admin.ModelAdmin[Any]", request: "HttpRequest", object_id: str, identity_id: int
) -> HttpResponse:
    """Make one identity the primary one of the account and go back to the user's page."""

    def make_primary(user: AbstractCognitoUser, identity: LinkedIdentity) -> tuple[str, str]:
        linked_identities.make_primary(user, identity.pk)
        return _("Identity at %(name)s made primary."), _("The account counts as made by this identity now.")

    return _change(model_admin, request, object_id, identity_id, make_primary)


def _change(
    model_admin: "admin.ModelAdmin[Any]", request: "HttpRequest", object_id: str, identity_id: int, change: Any
) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    user = get_user(model_admin, request, object_id)
    if not model_admin.has_change_permission(request, user):
        raise PermissionDenied
    identity = next((found for found in linked_identities.of(user) if found.pk == identity_id), None)
    if identity is None:
        model_admin.message_user(request, _("There is no such identity. It may be unlinked already."), messages.ERROR)
    else:
        try:
            logged, told = change(user, identity)
            model_admin.log_change(request, user, logged % {"name": identity.provider_name})
            model_admin.message_user(request, told, messages.SUCCESS)
        except CognitoError as error:
            model_admin.message_user(request, sentence_of(error), messages.ERROR)
    return HttpResponseRedirect(url_of(model_admin, "change", user.pk))
