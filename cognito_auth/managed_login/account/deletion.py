"""``/<pool id>/account/delete``: deleting the account, by who has just proved that it is theirs."""

import datetime
from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from cognito_auth.exceptions import CognitoError, UserNotFoundException
from cognito_auth.managed_login import fields, problems
from cognito_auth.managed_login.account.visits import Visit, of_account
from cognito_auth.managed_login.fields import Field
from cognito_auth.services import users
from cognito_auth.services.messages import delivery
from cognito_auth.web import cookies, pages

_DELETED = "cognito_auth/account/deleted.html"
_FRESH_FOR = datetime.timedelta(minutes=5)


@of_account("delete", fresh=_FRESH_FOR)
def deletion(visit: Visit) -> HttpResponse:
    """Ask for the user name, and delete the account."""
    if not visit.is_post:
        return _show(visit, _field())
    shown = fields.filled([_field()], visit.request)[0]
    if shown.error:
        return _show(visit, shown, status=400)
    if visit.pool.key_of(shown.value) != visit.pool.key_of(delivery.sign_in_name(visit.user)):
        return _show(visit, replace(shown, error=_("This is not your user name.")), status=400)
    try:
        users.delete(visit.user, client_id=visit.client.pk)
    except UserNotFoundException:
        # In another window, at the same moment: it is what they wanted.
        pass
    except CognitoError as error:
        return _show(visit, shown, alert=problems.sentence(error), status=error.status)
    response = pages.render(visit.request, _DELETED, {"pool": visit.pool, "client": visit.client})
    cookies.delete(visit.request, response, visit.pool.pk, cookies.SESSION)
    return response


def _field() -> Field:
    return Field(
        "username",
        _("Your user name, to be sure"),
        autocomplete="off",
        max_length=fields.MAX_LENGTH,
        is_plain=True,
        has_focus=False,
    )


def _show(visit: Visit, field: Field, **values: Any) -> HttpResponse:
    return visit.show("delete.html", field=field, **values)
