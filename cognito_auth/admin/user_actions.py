"""What staff may do to ticked users: each action asks first, goes through a service, and reports.

The same actions are the buttons on a user's page.
"""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from cognito_auth.admin.refusals import sentence_of
from cognito_auth.admin.request_facts import origin_of
from cognito_auth.choices import UserStatus
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import AbstractCognitoUser
from cognito_auth.services import password_reset, sign_out, sign_up, users
from cognito_auth.services.mfa import software_token
from cognito_auth.services.request_origin import RequestOrigin

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_CONFIRMED_VAR = "confirmed"
_MAX_NAMED_REFUSALS = 10

Run = Callable[[AbstractCognitoUser, RequestOrigin, datetime.datetime], Any]


@dataclass(frozen=True)
class UserAction:
    """One thing that can be done to users.

    Attributes:
        name: in forms.
        label: on buttons and in the list of actions.
        question: asked before it is done.
        done: the report, with ``%(count)d``.
        run: does it to one user.
        suits: whether the button is shown for a user; the service decides anyway.
        is_destructive: whether people cannot go on as before.
        deletes: whether it needs the permission to delete, rather than to change.
    """

    name: str
    label: Any
    question: Any
    done: Any
    run: Run
    suits: Callable[[AbstractCognitoUser], bool]
    is_destructive: bool = False
    deletes: bool = False

    def is_allowed(self, model_admin: "admin.ModelAdmin[Any]", request: "HttpRequest", user: Any = None) -> bool:
        """Tell whether the requester may do this at all, or to ``user``."""
        check = model_admin.has_delete_permission if self.deletes else model_admin.has_change_permission
        return check(request, user)


def _confirm(user: AbstractCognitoUser, _origin: RequestOrigin, now: datetime.datetime) -> None:
    users.confirm_by_admin(user, now=now)


def _require_reset(user: AbstractCognitoUser, origin: RequestOrigin, now: datetime.datetime) -> None:
    password_reset.require_reset(user, origin=origin, now=now)


def _disable(user: AbstractCognitoUser, _origin: RequestOrigin, now: datetime.datetime) -> None:
    users.disable(user, now=now)


def _enable(user: AbstractCognitoUser, _origin: RequestOrigin, now: datetime.datetime) -> None:
    users.enable(user, now=now)


def _sign_out(user: AbstractCognitoUser, origin: RequestOrigin, now: datetime.datetime) -> None:
    sign_out.everywhere(user, origin=origin, now=now)


def _resend(user: AbstractCognitoUser, origin: RequestOrigin, now: datetime.datetime) -> None:
    if user.status == UserStatus.FORCE_CHANGE_PASSWORD:
        users.resend_invitation(user, origin=origin, now=now)
    else:
        sign_up.resend_to(user, origin=origin, now=now)


def _remove_software_token(user: AbstractCognitoUser, _origin: RequestOrigin, now: datetime.datetime) -> None:
    software_token.delete(user, now=now)


def _delete(user: AbstractCognitoUser, _origin: RequestOrigin, _now: datetime.datetime) -> None:
    users.delete(user)


ACTIONS: Sequence[UserAction] = (
    UserAction(
        "confirm_sign_up",
        gettext_lazy("Confirm"),
        gettext_lazy("Confirm these accounts without a code? Their addresses stay unverified."),
        ngettext_lazy("%(count)d user was confirmed.", "%(count)d users were confirmed.", "count"),
        _confirm,
        lambda user: user.status == UserStatus.UNCONFIRMED,
    ),
    UserAction(
        "resend_message",
        gettext_lazy("Resend code or invitation"),
        gettext_lazy("Send a fresh message? The code or temporary password sent before stops working."),
        ngettext_lazy("%(count)d message was sent.", "%(count)d messages were sent.", "count"),
        _resend,
        lambda user: user.status in (UserStatus.UNCONFIRMED, UserStatus.FORCE_CHANGE_PASSWORD),
    ),
    UserAction(
        "require_password_reset",
        gettext_lazy("Require password reset"),
        gettext_lazy("Make these people choose a new password? They are signed out and get a code."),
        ngettext_lazy("%(count)d password must be reset.", "%(count)d passwords must be reset.", "count"),
        _require_reset,
        lambda user: user.is_active and user.status in (UserStatus.CONFIRMED, UserStatus.RESET_REQUIRED),
        is_destructive=True,
    ),
    UserAction(
        "sign_out_everywhere",
        gettext_lazy("Sign out everywhere"),
        gettext_lazy("End all sessions of these people? Their tokens are refused from the next request on."),
        ngettext_lazy("%(count)d user was signed out.", "%(count)d users were signed out.", "count"),
        _sign_out,
        lambda user: user.is_active,
    ),
    UserAction(
        "remove_software_token",
        gettext_lazy("Remove authenticator app"),
        gettext_lazy(
            "Remove the authenticator apps of these people, and their recovery codes? For apps that are lost."
        ),
        ngettext_lazy(
            "%(count)d authenticator app was removed.", "%(count)d authenticator apps were removed.", "count"
        ),
        _remove_software_token,
        lambda user: software_token.verified_of(user) is not None,
        is_destructive=True,
    ),
    UserAction(
        "disable",
        gettext_lazy("Disable"),
        gettext_lazy("Disable these accounts? The people are signed out and cannot sign in."),
        ngettext_lazy("%(count)d user was disabled.", "%(count)d users were disabled.", "count"),
        _disable,
        lambda user: user.is_active,
        is_destructive=True,
    ),
    UserAction(
        "enable",
        gettext_lazy("Enable"),
        gettext_lazy("Enable these accounts? The people can sign in again."),
        ngettext_lazy("%(count)d user was enabled.", "%(count)d users were enabled.", "count"),
        _enable,
        lambda user: not user.is_active,
    ),
    UserAction(
        "delete_users",
        gettext_lazy("Delete"),
        gettext_lazy("Delete these accounts and everything that is theirs? This cannot be undone."),
        ngettext_lazy("%(count)d user was deleted.", "%(count)d users were deleted.", "count"),
        _delete,
        lambda _user: False,  # the page has its own button
        is_destructive=True,
        deletes=True,
    ),
)


def suiting(user: AbstractCognitoUser) -> list[UserAction]:
    """Return the actions to offer on the page of ``user``."""
    return [action for action in ACTIONS if action.suits(user)]


def perform(
    model_admin: "admin.ModelAdmin[Any]", request: "HttpRequest", users_queryset: Any, action: UserAction
) -> "HttpResponse | None":
    """Ask whether to do ``action`` to the users; when that is answered, do it and report."""
    selected = list(users_queryset.select_related("pool"))
    refused = [user for user in selected if not action.is_allowed(model_admin, request, user)]
    allowed = [user for user in selected if action.is_allowed(model_admin, request, user)]
    for user in refused[:_MAX_NAMED_REFUSALS]:
        text = _("%(user)s: only superusers change accounts of staff.") % {"user": user.get_username()}
        model_admin.message_user(request, text, messages.ERROR)
    if not allowed:
        return None
    if _CONFIRMED_VAR not in request.POST:
        return _ask(model_admin, request, allowed, action)
    _do(model_admin, request, allowed, action)
    return None


def _ask(
    model_admin: "admin.ModelAdmin[Any]",
    request: "HttpRequest",
    selected: list[AbstractCognitoUser],
    action: UserAction,
) -> TemplateResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "title": action.label,
        "opts": model_admin.opts,
        "action": action,
        "selected": selected,
        "checkbox_name": helpers.ACTION_CHECKBOX_NAME,
        "confirmed_var": _CONFIRMED_VAR,
        "from_page": "_from_page" in request.POST,
        "media": model_admin.media,
    }
    return TemplateResponse(request, "admin/cognito_auth/user_action_confirmation.html", context)


def _do(
    model_admin: "admin.ModelAdmin[Any]",
    request: "HttpRequest",
    selected: list[AbstractCognitoUser],
    action: UserAction,
) -> None:
    now = timezone.now()
    origin = origin_of(request)
    refusals = []
    done = 0
    for user in selected:
        name, pk = user.get_username(), user.pk
        try:
            action.run(user, origin, now)
        except CognitoError as error:
            refusals.append(f"{name}: {sentence_of(error)}")
        else:
            done += 1
            user.pk = pk  # deleting took it, and the log wants it
            if action.deletes:
                model_admin.log_deletions(request, [user])  # type: ignore[arg-type]  # any iterable does
            else:
                model_admin.log_change(request, user, str(action.label))
    if done:
        model_admin.message_user(request, action.done % {"count": done}, messages.SUCCESS)
    for refusal in refusals[:_MAX_NAMED_REFUSALS]:
        model_admin.message_user(request, refusal, messages.ERROR)
    if len(refusals) > _MAX_NAMED_REFUSALS:
        rest = len(refusals) - _MAX_NAMED_REFUSALS
        model_admin.message_user(request, _("%(count)d more were refused.") % {"count": rest}, messages.ERROR)
