"""Proving that an e-mail address or phone number is one's own.

A code verifies the very address it was sent to and no other, even while the address changes.
Source: AWS API_GetUserAttributeVerificationCode, API_VerifyUserAttribute.
"""

import datetime

from django.db import transaction

from cognito_auth import reasons
from cognito_auth.choices import AttemptKind, CodePurpose, MessageEvent
from cognito_auth.models import AbstractCognitoUser, OneTimeCode, UserPoolClient
from cognito_auth.services import attempts, codes, user_names
from cognito_auth.services.attributes import updates, values
from cognito_auth.services.attributes.standard import VERIFIED_FLAGS
from cognito_auth.services.messages import delivery
from cognito_auth.services.messages.delivery import CodeDeliveryDetails
from cognito_auth.services.request_origin import RequestOrigin


def request_code(
    user: AbstractCognitoUser,
    attribute: str,
    *,
    client: UserPoolClient | None,
    origin: RequestOrigin | None,
    now: datetime.datetime,
) -> CodeDeliveryDetails:
    """Send a code to the user's address, or to the one that waits to replace it.

    Raises:
        InvalidParameterException: no such address, or not an attribute that can be verified.
        LimitExceededException: asked for too often.
        CodeDeliveryFailureException: it could not be sent.
    """
    purpose = _purpose_of(attribute)
    subject = attempts.subject_of(user.pk, "")
    attempts.count(AttemptKind.REQUEST_ATTRIBUTE_CODE, pool_id=user.pool_id, subject=subject, now=now)
    with transaction.atomic():
        locked = updates.lock(user)
        waiting = codes.outstanding(locked, purpose, now=now)
        is_pending = waiting is not None and waiting.is_pending
        address: str = waiting.destination if waiting is not None and is_pending else getattr(locked, attribute)
        if not address:
            raise reasons.NOTHING_TO_VERIFY(name=attribute)
        code = codes.issue(locked, purpose, attribute=attribute, destination=address, now=now, is_pending=is_pending)
    return delivery.send_code(
        user,
        MessageEvent.VERIFY_ATTRIBUTE,
        attribute=attribute,
        destination=address,
        code=code,
        client=client,
        origin=origin,
        now=now,
    )


def _purpose_of(attribute: str) -> CodePurpose:
    purpose = updates.PURPOSES.get(attribute)
    if purpose is None:
        raise reasons.CANNOT_BE_VERIFIED(name=attribute)
    return purpose


def verify(
    user: AbstractCognitoUser,
    attribute: str,
    code: str,
    *,
    client: UserPoolClient | None,
    origin: RequestOrigin | None,
    now: datetime.datetime,
    attempt_kind: AttemptKind = AttemptKind.VERIFY_ATTRIBUTE,
) -> None:
    """Mark the address that ``code`` was sent to as verified; one that waited takes its place now.

    ``attempt_kind`` is the allowance that a wrong guess uses up.

    Raises:
        InvalidParameterException: not an attribute that can be verified.
        CodeMismatchException, ExpiredCodeException: the code is wrong, too old, used, or was sent to
            an address that is the user's no more.
        LimitExceededException: too many guesses.
        AliasExistsException: somebody else has confirmed this address.
    """
    purpose = _purpose_of(attribute)
    row = codes.check(user, purpose, code, attempt_kind=attempt_kind, now=now)
    with transaction.atomic():
        locked = updates.lock(user)
        codes.consume(row)
        old_email = locked.email if locked.email_verified else ""
        changed = _mark_verified(locked, row, now=now)
    updates.copy_attributes(locked, user)
    if changed:
        updates.announce(user, changed, old_email=old_email, client=client, origin=origin, now=now)


def _mark_verified(user: AbstractCognitoUser, row: OneTimeCode, *, now: datetime.datetime) -> set[str]:
    flag = VERIFIED_FLAGS[row.attribute]
    if not row.is_pending and getattr(user, row.attribute) != row.destination:
        raise reasons.CODE_EXPIRED()
    changed = values.assign(user, {row.attribute: row.destination, flag: "true"})
    user.last_modified_at = now
    user.save(update_fields=[row.attribute, flag, "last_modified_at"])
    try:
        user_names.sync_aliases(user)
    except user_names.AliasTaken as taken:
        raise reasons.ALIAS_EXISTS(name=taken.name) from None
    return changed
