"""Codes that are sent during a sign-in, as first or second factor.

The code's digest waits in the sign-in's state, so a code works for its sign-in alone, as long as the
session and once. Guesses are counted per user, whatever the session: neither many sessions nor many
requests at once give more of them.
Source: AWS "SMS and email message MFA", "Quotas: code security".
"""

import secrets

from django.db import transaction

from cognito_auth import crypto, reasons
from cognito_auth.choices import AttemptKind, MessageEvent
from cognito_auth.models import AbstractCognitoUser
from cognito_auth.services import attempts, user_names
from cognito_auth.services.attributes import updates
from cognito_auth.services.attributes import values as attribute_values
from cognito_auth.services.attributes.standard import VERIFIED_FLAGS
from cognito_auth.services.messages import delivery
from cognito_auth.services.sign_in.attempt import SignIn

MFA_DIGITS = 6
FIRST_FACTOR_DIGITS = 8
# Codes to one person by one address (IP) an hour. Source: AWS "Quotas: code security", 5 to 20.
_CODES_PER_HOUR = 20
_STATE = "sent_code"


def count_request(sign_in: SignIn) -> None:
    """Count one code that is to be sent for this person; first and second factors share the allowance.

    Raises:
        TooManyRequestsException: this person was sent too many from where the request comes.
    """
    asked = attempts.increment(
        AttemptKind.REQUEST_SIGN_IN_CODE,
        pool_id=sign_in.pool.pk,
        subject=f"{_subject(sign_in)} {sign_in.origin.ip_address}",
        window_seconds=attempts.HOUR,
        now=sign_in.now,
    )
    if asked > _CODES_PER_HOUR:
        raise reasons.SIGN_IN_CODES_EXCEEDED()


def _subject(sign_in: SignIn) -> str:
    return attempts.subject_of(sign_in.user.pk if sign_in.user else None, sign_in.pool.key_of(sign_in.username))


def send(sign_in: SignIn, *, attribute: str, digits: int, destination: str | None = None) -> dict[str, str]:
    """Send a code to the user's ``attribute`` (or to ``destination``) and return the challenge's parameters.

    Call it from ``begin``: the message leaves when the session is stored. For a person who does not
    exist nothing is sent, and the parameters look as if it were.
    """
    user = sign_in.user
    if user is None:
        details = delivery.pretend_code(
            sign_in.pool,
            MessageEvent.AUTHENTICATION,
            name=sign_in.username,
            attribute=attribute,
            origin=sign_in.origin,
            now=sign_in.now,
        )
        return _parameters(details)
    address: str = destination or getattr(user, attribute)
    code = f"{secrets.randbelow(10**digits):0{digits}d}"
    sign_in.state[_STATE] = {
        "attribute": attribute,
        "destination": address,
        "hash": crypto.keyed_digest(*_parts(user, address, code)),
    }
    details = delivery.send_code(
        user,
        MessageEvent.AUTHENTICATION,
        attribute=attribute,
        destination=address,
        code=code,
        client=sign_in.client,
        origin=sign_in.origin,
        now=sign_in.now,
    )
    return _parameters(details)


def _parameters(details: delivery.CodeDeliveryDetails) -> dict[str, str]:
    return {
        "CODE_DELIVERY_DELIVERY_MEDIUM": details.medium.value,
        "CODE_DELIVERY_DESTINATION": details.destination,
    }


def _parts(user: AbstractCognitoUser, destination: str, code: str) -> tuple[str, ...]:
    return ("sign_in_code", str(user.sub), destination, code)


def guess(sign_in: SignIn) -> attempts.Guess:
    """Reserve a guess at a code of this sign-in's person.

    Raises:
        NotAuthorizedException: locked after too many wrong codes.
    """
    return attempts.reserve(AttemptKind.MFA_CODE, pool_id=sign_in.pool.pk, subject=_subject(sign_in), now=sign_in.now)


def check(sign_in: SignIn, code: str) -> None:
    """Count and compare a code; what its success changes is written with the step.

    Raises:
        CodeMismatchException: wrong; the session stays open.
        NotAuthorizedException: locked after too many wrong codes.
    """
    reserved = guess(sign_in)
    sent, user = sign_in.state.get(_STATE), sign_in.user
    is_right = (
        sent is not None
        and user is not None
        and crypto.matches_keyed_digest(sent["hash"], *_parts(user, sent["destination"], code))
    )
    if not is_right:
        reserved.failed(now=sign_in.now)
        raise reasons.SIGN_IN_CODE_MISMATCH()
    sign_in.later.append(reserved.success)


def settle(sign_in: SignIn) -> None:
    """Forget the code that was right and mark its address as verified; call it in the answer's change.

    Raises:
        NotAuthorizedException: the address is not the user's any more.
    """
    sent = sign_in.state.pop(_STATE)
    user, attribute, address = sign_in.known_user, sent["attribute"], sent["destination"]
    if getattr(user, attribute) != address:
        raise reasons.SESSION_INVALID()
    if not getattr(user, VERIFIED_FLAGS[attribute]):
        _verify(sign_in, attribute, address)


def _verify(sign_in: SignIn, attribute: str, address: str) -> None:
    user, flag = sign_in.known_user, VERIFIED_FLAGS[attribute]
    locked = updates.lock(user)
    if getattr(locked, attribute) != address:
        raise reasons.SESSION_INVALID()
    try:
        with transaction.atomic():
            changed = attribute_values.assign(locked, {flag: "true"})
            locked.last_modified_at = sign_in.now
            locked.save(update_fields=[flag, "last_modified_at"])
            user_names.sync_aliases(locked)
    except user_names.AliasTaken:
        # Somebody else signs in with this address. It stays unverified here; the code was right.
        return
    updates.copy_attributes(locked, user)
    if changed:
        updates.announce(user, changed, old_email="", client=sign_in.client, origin=sign_in.origin, now=sign_in.now)
