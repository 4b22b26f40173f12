"""``/<pool id>/account/password``: changing the password, or choosing the first one."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from cognito_auth import reasons
from cognito_auth.exceptions import CognitoError
from cognito_auth.managed_login import fields, problems
from cognito_auth.managed_login.account.visits import FRESH_FOR, Visit, of_account
from cognito_auth.managed_login.fields import Field
from cognito_auth.services import password_change


@of_account("password", fresh=FRESH_FOR)
def password(visit: Visit) -> HttpResponse:
    """Take the old and the new password; other sessions end."""
    shown = _fields(visit)
    if not visit.is_post:
        return _show(visit, shown)
    shown = fields.filled(shown, visit.request)
    if fields.has_problem(shown):
        return _show(visit, fields.focused(shown), status=400)
    try:
        password_change.change(
            visit.user,
            fields.posted_secret(visit.request, "password") or None,
            fields.posted_secret(visit.request, "new_password"),
            client=visit.client,
            family_id=None,
            browser=visit.session,
            origin=visit.origin,
            now=visit.now,
        )
    except CognitoError as error:
        if error.reason is reasons.INCORRECT_USERNAME_OR_PASSWORD and len(shown) > 1:
            wrong = replace(shown[0], error=_("This is not your password."))
            return _show(visit, fields.focused([wrong, *shown[1:]]), status=error.status)
        placed, alert = problems.place(error, shown)
        return _show(visit, placed, alert=alert, status=error.status)
    return visit.done("password")


def _fields(visit: Visit) -> list[Field]:
    new = fields.new_password(visit.pool)
    if not visit.user.has_usable_password():
        return [replace(new, has_focus=True)]
    return [replace(fields.password(has_focus=True), label=_("Present password")), new]


def _show(visit: Visit, shown: list[Field], **values: Any) -> HttpResponse:
    return visit.show("password.html", fields=shown, ends_others=not visit.pool.strict, **values)
