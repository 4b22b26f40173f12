"""``/<pool id>/account/email`` and ``…/phone``: changing an address, and proving that it is one's own.

=============  ===============================================================================
the form says  what happens
=============  ===============================================================================
``change``     another address; where the pool verifies first, it waits for its code
``verify``     the code that was sent is checked
``resend``     another code is sent
``keep``       the address that waits is given up
``remove``     the person has no such address any more
=============  ===============================================================================
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.http import HttpResponse

from cognito_auth.exceptions import CognitoError
from cognito_auth.managed_login import fields, problems
from cognito_auth.managed_login.account.attribute_problems import problem_of
from cognito_auth.managed_login.account.visits import FRESH_FOR, Visit, of_account
from cognito_auth.managed_login.challenges import code_of
from cognito_auth.managed_login.fields import Field
from cognito_auth.services import codes
from cognito_auth.services.attributes import permissions, schema, updates, verification
from cognito_auth.services.attributes.attribute import Attribute
from cognito_auth.services.attributes.standard import VERIFIED_FLAGS
from cognito_auth.web.requests import View


def view_of(section: str, name: str) -> View:
    """Return the view of a section for the attribute ``name``."""

    @of_account(section, fresh=FRESH_FOR)
    def address(visit: Visit) -> HttpResponse:
        item = schema.of(visit.pool).get(name)
        assert item is not None, "E-mail address and phone number are in every schema."
        if not visit.is_post:
            return _show(visit, item)
        wanted = visit.request.POST.get("action", "")
        try:
            return _ACTIONS.get(wanted, _change)(visit, item)
        except CognitoError as error:
            # Beside the field of the form that was sent; buttons have none.
            sent = {"verify": [fields.code()], "": [_new(item, _entered(visit, item))]}
            placed, alert = problems.place(error, sent.get(wanted if wanted in _ACTIONS else "", []))
            shown = {"code" if field.name == "code" else "new": field for field in placed}
            return _show(visit, item, **shown, alert=alert, status=error.status)

    return address


def _change(visit: Visit, item: Attribute) -> HttpResponse:
    text = _entered(visit, item)
    problem = problem_of(visit.pool, replace(item, required=True), text)
    if problem:
        return _show(visit, item, new=replace(_new(item, text), error=problem, has_focus=True), status=400)
    return _write(visit, item, text)


def _keep(visit: Visit, item: Attribute) -> HttpResponse:
    # Writing what is there gives up what waits.
    updates.update(
        visit.user,
        {item.name: getattr(visit.user, item.name)},
        by_admin=False,
        client=visit.client,
        origin=visit.origin,
        now=visit.now,
    )
    return visit.done("kept")


def _remove(visit: Visit, item: Attribute) -> HttpResponse:
    updates.delete(visit.user, [item.name], by_admin=False, client=visit.client, origin=visit.origin, now=visit.now)
    return visit.done("removed")


def _write(visit: Visit, item: Attribute, text: str) -> HttpResponse:
    sent = updates.update(
        visit.user, {item.name: text}, by_admin=False, client=visit.client, origin=visit.origin, now=visit.now
    )
    return visit.done("sent" if sent else "saved")


def _resend(visit: Visit, item: Attribute) -> HttpResponse:
    verification.request_code(visit.user, item.name, client=visit.client, origin=visit.origin, now=visit.now)
    return visit.done("sent")


def _verify(visit: Visit, item: Attribute) -> HttpResponse:
    code = code_of(visit.request, "code").get("code", "")
    if not code:
        return _show(visit, item, code=fields.filled([fields.code()], visit.request)[0], status=400)
    verification.verify(visit.user, item.name, code, client=visit.client, origin=visit.origin, now=visit.now)
    return visit.done("verified")


_ACTIONS: dict[str, Callable[[Visit, Attribute], HttpResponse]] = {
    "verify": _verify,
    "resend": _resend,
    "keep": _keep,
    "remove": _remove,
}


def _entered(visit: Visit, item: Attribute) -> str:
    return visit.request.POST.get(item.name, "").strip()


def _new(item: Attribute, text: str) -> Field:
    return replace(fields.attribute(item, text, is_required=True), has_focus=False)


def _show(
    visit: Visit,
    item: Attribute,
    *,
    new: Field | None = None,
    code: Field | None = None,
    status: int = 200,
    **values: Any,
) -> HttpResponse:
    user = visit.user
    waiting = codes.outstanding(user, updates.PURPOSES[item.name], now=visit.now)
    current: str = getattr(user, item.name)
    may_write = item.mutable and permissions.may_write(visit.client, item.name)
    is_verified = bool(getattr(user, VERIFIED_FLAGS[item.name]))
    is_name = item.name in visit.pool.username_attributes
    pending = waiting.destination if waiting is not None and waiting.is_pending else ""
    return visit.show(
        "address.html",
        attribute=item.name,
        current=current,
        is_verified=is_verified,
        pending=pending,
        # A code that is on its way is asked for; without one it can be sent.
        code=code or (None if waiting is None else fields.code(has_focus=new is None)),
        can_verify=bool(pending or (current and not is_verified)),
        new=(new or _new(item, "")) if may_write else None,
        can_remove=may_write and bool(current) and not item.required and not is_name,
        status=status,
        **values,
    )
