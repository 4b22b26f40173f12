"""``/<pool id>/account/profile``: the attributes of a person, as far as their app client may write them."""

from dataclasses import replace

from django.http import HttpResponse
from django.utils.translation import gettext as _

from cognito_auth.choices import AttributeType
from cognito_auth.exceptions import CognitoError
from cognito_auth.managed_login import fields, problems
from cognito_auth.managed_login.account.attribute_problems import problem_of
from cognito_auth.managed_login.account.visits import Visit, of_account
from cognito_auth.managed_login.fields import Field
from cognito_auth.services.attributes import permissions, schema, updates, validation
from cognito_auth.services.attributes.attribute import Attribute
from cognito_auth.services.attributes.standard import SUB, VERIFIED_FLAGS

# What has a section of its own, or is not said in words.
_ELSEWHERE = frozenset({SUB, "updated_at", *VERIFIED_FLAGS, *VERIFIED_FLAGS.values()})


@of_account("profile")
def profile(visit: Visit) -> HttpResponse:
    """Show the attributes; write those that were changed."""
    items = [
        item
        for item in schema.of(visit.pool).attributes
        if item.name not in _ELSEWHERE and not item.developer_only and not item.name.startswith("cognito:")
    ]
    writable = [item for item in items if item.mutable and permissions.may_write(visit.client, item.name)]
    shown = [_field(item, validation.value_of(visit.user, item.name)) for item in writable]
    if not visit.is_post:
        return _show(visit, items, shown)
    entered, marked = {}, []
    for item, field in zip(writable, shown, strict=True):
        # Not as other pages read fields: what is too long is a problem, not an empty field, which deletes.
        text = visit.request.POST.get(item.name, field.value).strip()
        problem = problem_of(visit.pool, item, text) if text != field.value else ""
        if text != field.value:
            entered[item.name] = text
        marked.append(replace(field, value=text, error=problem))
    if fields.has_problem(marked):
        return _show(visit, items, fields.focused(marked), status=400)
    if not entered:
        return visit.done("saved")
    try:
        updates.update(visit.user, entered, by_admin=False, client=visit.client, origin=visit.origin, now=visit.now)
    except CognitoError as error:
        placed, alert = problems.place(error, marked)
        return _show(visit, items, placed, alert=alert, status=error.status)
    return visit.done("saved")


def _field(item: Attribute, value: str) -> Field:
    field = replace(fields.attribute(item, value, is_required=item.required), has_focus=False)
    if item.type == AttributeType.BOOLEAN:
        choices = [("true", _("Yes")), ("false", _("No"))]
        return replace(field, options=choices if item.required and value else [("", "–"), *choices])
    if item.type == AttributeType.NUMBER:
        # Not "number": browsers would refuse fractions.
        return replace(field, type="text", inputmode="decimal")
    return field


def _show(
    visit: Visit, items: list[Attribute], shown: list[Field], *, alert: str = "", status: int = 200
) -> HttpResponse:
    names = {field.name for field in shown}
    fixed = [
        (fields.label_of(item), validation.value_of(visit.user, item.name)) for item in items if item.name not in names
    ]
    facts = [(label, value) for label, value in fixed if value]
    return visit.show("profile.html", fields=shown, facts=facts, alert=alert, status=status)
