"""Further pages about one user: setting a password, the timeline of events, choosing a pool."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cognito_auth import reasons
from cognito_auth.admin import badges, staff_rules
from cognito_auth.admin.paging import Page, page_of
from cognito_auth.admin.pool_filter import POOL_VAR
from cognito_auth.admin.refusals import field_of, sentence_of
from cognito_auth.admin.request_facts import origin_of
from cognito_auth.admin.user_forms import PasswordForm, PoolChoiceForm
from cognito_auth.choices import DeliveryMedium, UserStatus
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import AbstractCognitoUser, AuthEvent, UserPoolGroup
from cognito_auth.services import users

if TYPE_CHECKING:
    from django.http import HttpRequest

EVENT_ORDER = ("-created_at", "-id")
_LATEST = 10
_PER_PAGE = 50
FROM_PAGE_VAR = "_from_page"


def url_of(model_admin: "admin.ModelAdmin[Any]", page: str, *args: Any) -> str:
    """Return the address of a page of ``model_admin``."""
    name = f"{model_admin.admin_site.name}:{model_admin.opts.app_label}_{model_admin.opts.model_name}_{page}"
    return reverse(name, args=[quote(arg) for arg in args])


def get_user(model_admin: "admin.ModelAdmin[Any]", request: "HttpRequest", object_id: str) -> AbstractCognitoUser:
    """Return the user of a page's address, or answer 404."""
    user: AbstractCognitoUser | None = model_admin.get_object(request, unquote(object_id))
    if user is None:
        raise Http404
    return user


# Password


def password_view(model_admin: "admin.ModelAdmin[Any]", request: "HttpRequest", object_id: str) -> HttpResponse:
    """Set a user's password, temporary or permanent, within the pool's policy."""
    user = get_user(model_admin, request, object_id)
    if not model_admin.has_change_permission(request, user):
        raise PermissionDenied
    initial = {"permanent": user.status == UserStatus.CONFIRMED}
    form = PasswordForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid() and _set_password(user, form):
        model_admin.log_change(request, user, _("Password set."))
        model_admin.message_user(request, _("The password was set; older sessions have ended."), messages.SUCCESS)
        return HttpResponseRedirect(url_of(model_admin, "change", user.pk))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Set password"),
        "subtitle": user.get_username(),
        "opts": model_admin.opts,
        "original": user,
        "form": form,
        "media": model_admin.media,
        "save_label": _("Set password"),
    }
    return TemplateResponse(request, "admin/cognito_auth/simple_form.html", context)


def _set_password(user: AbstractCognitoUser, form: PasswordForm) -> bool:
    password, permanent = form.cleaned_data["password"], form.cleaned_data["permanent"]
    try:
        users.set_password_by_admin(user, password, permanent=permanent, now=timezone.now())
    except CognitoError as error:
        form.add_error(field_of(error, form), sentence_of(error))
        return False
    return True


# Events


def latest_events(user: AbstractCognitoUser) -> dict[str, Any]:
    """Return the newest events of ``user`` for their page, and whether there are more."""
    page = page_of(AuthEvent.objects.filter(user_id=user.pk), EVENT_ORDER, {}, size=_LATEST)
    return {"events": _described(page), "has_more": bool(page.next_cursor)}


def events_view(model_admin: "admin.ModelAdmin[Any]", request: "HttpRequest", object_id: str) -> HttpResponse:
    """List all events of one user, newest first."""
    user = get_user(model_admin, request, object_id)
    if not model_admin.has_view_permission(request, user):
        raise PermissionDenied
    page = page_of(AuthEvent.objects.filter(user_id=user.pk), EVENT_ORDER, request.GET, size=_PER_PAGE)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Authentication events"),
        "subtitle": user.get_username(),
        "opts": model_admin.opts,
        "original": user,
        "events": _described(page),
        "page": page,
        "media": model_admin.media,
    }
    return TemplateResponse(request, "admin/cognito_auth/user/events.html", context)


def _described(page: Page) -> list[dict[str, Any]]:
    details = {reason.id: reason for reason in reasons.catalogue()}
    described = []
    for event in page.rows:
        reason = details.get(event.reason)
        described.append(
            {
                "event": event,
                "badge": badges.of_response(event.response),
                "tone": event.response,
                "reason": (reason.message or reason.id) if reason else event.reason,
            }
        )
    return described


# Making a user


def choose_pool(model_admin: "admin.ModelAdmin[Any]", request: "HttpRequest") -> HttpResponse:
    """Ask in which pool the new user is to be."""
    if not model_admin.has_add_permission(request):
        raise PermissionDenied
    form = PoolChoiceForm(request.GET if POOL_VAR in request.GET else None)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Choose the user pool"),
        "opts": model_admin.opts,
        "form": form,
        "method": "get",
        "media": model_admin.media,
        "save_label": _("Continue"),
    }
    return TemplateResponse(request, "admin/cognito_auth/simple_form.html", context)


def invite(
    model_admin: "admin.ModelAdmin[Any]",
    request: "HttpRequest",
    user: AbstractCognitoUser,
    medium: DeliveryMedium,
    *,
    password: str | None,
) -> None:
    """Send a new user their invitation, with ``password`` or a random one; say so if it cannot be sent."""
    try:
        users.resend_invitation(
            user,
            temporary_password=password,
            delivery_mediums=[medium],
            origin=origin_of(request),
            now=timezone.now(),
        )
    except CognitoError as error:
        model_admin.message_user(request, f"{user.get_username()}: {sentence_of(error)}", messages.ERROR)


def refuse_grant(request: "HttpRequest", group: UserPoolGroup) -> None:
    """Answer 403 when membership of ``group`` would give more rights than the requester has."""
    if not staff_rules.may_grant(request, group):
        raise PermissionDenied(_("The group %(group)s grants rights that you do not have.") % {"group": group.name})


# Actions from the user's page


def back_to_page(
    model_admin: "admin.ModelAdmin[Any]", request: "HttpRequest", response: "HttpResponse | None"
) -> "HttpResponse | None":
    """Turn the return to the list into one to the user's page, when the action began there."""
    pk = request.POST.get(FROM_PAGE_VAR, "")
    is_done = response is None or isinstance(response, HttpResponseRedirect)
    if pk.isdecimal() and is_done:
        return HttpResponseRedirect(url_of(model_admin, "change", pk))
    return response
