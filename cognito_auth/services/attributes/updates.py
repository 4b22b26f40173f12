"""Changing attributes of a user that exists: all of a request or nothing.

A changed e-mail address or phone number is unverified. Where the pool verifies it automatically, a
code goes to it; where the pool verifies before it changes, the old value stays until
``verification`` sees the code, and the new one waits with the code alone.
Source: AWS API_UpdateUserAttributes, API_AdminUpdateUserAttributes, API_DeleteUserAttributes.
"""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from cognito_auth import reasons, signals
from cognito_auth.choices import CodePurpose, MessageEvent
from cognito_auth.models import AbstractCognitoUser, OneTimeCode, UserPool, UserPoolClient
from cognito_auth.services import codes, user_names
from cognito_auth.services.attributes import permissions, schema, validation
from cognito_auth.services.attributes import values as attribute_values
from cognito_auth.services.attributes.standard import STANDARD, SUB, VERIFIED_FLAGS
from cognito_auth.services.messages import delivery
from cognito_auth.services.messages.delivery import CodeDeliveryDetails
from cognito_auth.services.request_origin import RequestOrigin

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

PURPOSES: Mapping[str, CodePurpose] = {
    "email": CodePurpose.VERIFY_EMAIL,
    "phone_number": CodePurpose.VERIFY_PHONE_NUMBER,
}
# A change of these may change under which names the user is found.
_SIGN_IN_NAMES = frozenset({*VERIFIED_FLAGS, *VERIFIED_FLAGS.values(), "preferred_username"})


@dataclass(frozen=True, slots=True)
class _Code:
    """A code that was stored and is to be sent."""

    attribute: str
    destination: str
    code: str


def update(
    user: AbstractCognitoUser,
    values: Mapping[str, str],
    *,
    by_admin: bool,
    client: UserPoolClient | None,
    origin: RequestOrigin | None,
    now: datetime.datetime,
) -> list[CodeDeliveryDetails]:
    """Write attributes, given as the wire's strings (empty: delete), and return where codes went.

    ``client`` is the app that asks for the person (``None`` only with ``by_admin``); ``user`` gets
    the new values. Sending the value that is stored changes and sends nothing.

    Raises:
        NotAuthorizedException: the client may not write one of them.
        InvalidParameterException: unknown, immutable, required, or of the wrong form.
        AliasExistsException: another user signs in with the new name.
        UserNotFoundException: deleted meanwhile.
        CodeDeliveryFailureException: changed, but a code could not be sent.
    """
    if not by_admin:
        if client is None:
            raise ValueError("Only administrators write attributes without an app client.")
        permissions.check_writable(client, values)
    with transaction.atomic():
        locked = lock(user)
        old_email = _verified_email(locked)
        checked = validation.check(user.pool, values, creating=False, by_admin=by_admin, current=locked)
        pending = _take_pending(locked, checked, by_admin=by_admin)
        changed = write(locked, checked, now=now)
        to_send = _issue_codes(locked, changed, checked, pending, now=now)
    copy_attributes(locked, user)
    if changed:
        announce(user, changed, old_email=old_email, client=client, origin=origin, now=now)
    return [
        delivery.send_code(
            user,
            MessageEvent.UPDATE_ATTRIBUTE,
            attribute=item.attribute,
            destination=item.destination,
            code=item.code,
            client=client,
            origin=origin,
            now=now,
        )
        for item in to_send
    ]


def delete(
    user: AbstractCognitoUser,
    names: Collection[str],
    *,
    by_admin: bool,
    client: UserPoolClient | None,
    origin: RequestOrigin | None,
    now: datetime.datetime,
) -> None:
    """Delete attributes; those the user does not have stay away.

    Raises:
        NotAuthorizedException: the client may not write one of them.
        InvalidParameterException: unknown, required, immutable, or ``sub``.
        UserNotFoundException: deleted meanwhile.
    """
    _refuse_undeletable(user.pool, names)
    update(user, dict.fromkeys(names, ""), by_admin=by_admin, client=client, origin=origin, now=now)


def _refuse_undeletable(pool: UserPool, names: Collection[str]) -> None:
    pool_schema = schema.of(pool)
    problems: list[str] = []
    advice: list[_StrPromise] = []
    for name in names:
        if name not in pool_schema:
            problems.append(f"user.{name}: Attribute does not exist in the schema.\n")
            advice.append(format_lazy(_("This user pool has no attribute {name}."), name=name))
        elif name == SUB or name in pool_schema.required:
            problems.append(f"user.{name}: Attribute is required and cannot be deleted.\n")
            advice.append(format_lazy(_("{name} is required."), name=name))
    if problems:
        joined = format_lazy(" ".join(["{}"] * len(advice)), *advice)
        raise reasons.INVALID_USER_ATTRIBUTES(problems="".join(problems), advice=joined)


def lock(user: AbstractCognitoUser) -> AbstractCognitoUser:
    """Return the row of ``user`` as it is now, locked until the transaction ends, with its pool.

    Raises:
        UserNotFoundException: deleted meanwhile.
    """
    locked = type(user)._default_manager.select_for_update().filter(pk=user.pk).first()
    if locked is None:
        raise reasons.USER_NOT_FOUND()
    locked.pool = user.pool
    return locked


def _verified_email(user: AbstractCognitoUser) -> str:
    return user.email if user.email_verified else ""


def _take_pending(user: AbstractCognitoUser, checked: dict[str, str], *, by_admin: bool) -> dict[str, str]:
    """Take addresses that must be verified first out of ``checked`` and return them.

    An administrator who says that the new address is verified changes it at once.
    """
    pending: dict[str, str] = {}
    for name in user.pool.verify_before_update_attributes:
        flag = VERIFIED_FLAGS[name]
        is_vouched_for = by_admin and checked.get(flag) == "true"
        if checked.get(name) and checked[name] != getattr(user, name) and not is_vouched_for:
            pending[name] = checked.pop(name)
            checked.pop(flag, None)
    return pending


def write(user: AbstractCognitoUser, checked: Mapping[str, str], *, now: datetime.datetime) -> set[str]:
    """Store checked values of a locked user and return the names that changed.

    Raises:
        AliasExistsException: another user signs in with the new name.
    """
    changed = attribute_values.assign(user, checked)
    if not changed:
        return changed
    user.last_modified_at = now
    columns = {name if name in STANDARD else "custom_attributes" for name in changed}
    user.save(update_fields=[*columns, "last_modified_at"])
    if changed & _SIGN_IN_NAMES:
        try:
            user_names.sync_aliases(user)
        except user_names.AliasTaken as taken:
            raise reasons.GIVEN_ALIAS_EXISTS(name=taken.name) from None
    return changed


def _issue_codes(
    user: AbstractCognitoUser,
    changed: Collection[str],
    checked: Mapping[str, str],
    pending: Mapping[str, str],
    *,
    now: datetime.datetime,
) -> list[_Code]:
    """Store codes for the new addresses, and end those of addresses that were given up."""
    to_send = []
    for name, purpose in PURPOSES.items():
        if name in pending:
            _refuse_taken(user, name, pending[name])
            code = codes.issue(user, purpose, attribute=name, destination=pending[name], now=now, is_pending=True)
            to_send.append(_Code(name, pending[name], code))
            continue
        address: str = getattr(user, name)
        if name in changed and address and _wants_code(user, name):
            code = codes.issue(user, purpose, attribute=name, destination=address, now=now)
            to_send.append(_Code(name, address, code))
        elif name in changed:
            OneTimeCode.objects.filter(user_id=user.pk, purpose=purpose).delete()
        elif name in checked:
            # The person kept the old address: another one that waits to replace it is given up.
            OneTimeCode.objects.filter(user_id=user.pk, purpose=purpose, is_pending=True).delete()
    return to_send


def _wants_code(user: AbstractCognitoUser, name: str) -> bool:
    return name in user.pool.auto_verified_attributes and not getattr(user, VERIFIED_FLAGS[name])


def _refuse_taken(user: AbstractCognitoUser, name: str, address: str) -> None:
    """Refuse a sign-in name of somebody else now, rather than when its code comes back."""
    if name not in user.pool.username_attributes:
        return
    owner = user_names.find(user.pool, address)
    if owner is not None and owner.pk != user.pk:
        raise reasons.GIVEN_ALIAS_EXISTS(name=name)


def copy_attributes(source: AbstractCognitoUser, target: AbstractCognitoUser) -> None:
    """Bring the attributes of an instance in step with the row that was written."""
    for name in (*STANDARD, "email_key", "custom_attributes", "last_modified_at"):
        setattr(target, name, getattr(source, name))


def announce(
    user: AbstractCognitoUser,
    changed: Collection[str],
    *,
    old_email: str,
    client: UserPoolClient | None,
    origin: RequestOrigin | None,
    now: datetime.datetime,
) -> None:
    """Tell the rest of the project, and the address that was replaced; after the transaction.

    ``old_email`` is the verified address from before, empty if there was none.
    """
    if old_email and user.pool.key_of(old_email) != user.email_key:
        delivery.send_notice(user, MessageEvent.ATTRIBUTE_CHANGED, destination=old_email, origin=origin, now=now)

    def send() -> None:
        signals.user_attributes_changed.send_robust(
            sender=type(user),
            user=user,
            pool=user.pool,
            client_id="" if client is None else client.pk,
            names=frozenset(changed),
        )

    transaction.on_commit(send, robust=True)
