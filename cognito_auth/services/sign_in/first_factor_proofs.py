"""Proofs of a chosen first factor, for the flow and the challenges that take them.

Each checks an answer at once, counting guesses, and returns the change to make if the step holds; the
same answer may come with the flow, with the choice, or on its own.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.db import transaction

from cognito_auth import reasons, signals
from cognito_auth.choices import CodePurpose, UserStatus
from cognito_auth.models import OneTimeCode
from cognito_auth.services import first_factors
from cognito_auth.services.attributes import updates
from cognito_auth.services.attributes.standard import VERIFIED_FLAGS
from cognito_auth.services.passkeys import assertion, credentials
from cognito_auth.services.risk import protection
from cognito_auth.services.sign_in import choice, first_triggers, password_check, sent_codes
from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.sign_in.flows import user_srp
from cognito_auth.services.triggers import post_confirmation

Change = Callable[[], None]
_PASSKEY = "passkey"


def password(sign_in: SignIn, given: str) -> Change:
    """Check a plain password; see :func:`password_check.check` for refusals."""
    first_triggers.take_over(sign_in, given)
    password_check.check(
        sign_in.pool,
        sign_in.user,
        sign_in.username,
        given,
        hides_users=sign_in.client.prevent_user_existence_errors,
        now=sign_in.now,
        later=sign_in.later,
        client=sign_in.client,
    )

    protection.note_password(sign_in, given)

    def change() -> None:
        choice.settle(sign_in)
        sign_in.passed.append(first_factors.PASSWORD)

    return change


def begin_srp(sign_in: SignIn, parameters: Mapping[str, str]) -> Change:
    """Take ``SRP_A``; PASSWORD_VERIFIER then waits for the proof, and nobody goes on without it.

    Raises:
        InvalidParameterException: missing, no number, or a multiple of N.
        UserNotFoundException, PasswordResetRequiredException: as :func:`user_srp.ask` does.
    """
    user_srp.ask(sign_in, parameters)

    def change() -> None:
        choice.settle(sign_in)

    return change


def ask_passkey(sign_in: SignIn) -> dict[str, Any]:
    """Return the options for the authenticator; its answer is checked against what they ask."""
    user = sign_in.user
    usable = [] if user is None else list(credentials.usable_of(user))
    options, sign_in.state[_PASSKEY] = assertion.options(sign_in.pool, usable)
    return options


def expect_passkey(sign_in: SignIn, asked: Mapping[str, str]) -> None:
    """Check the authenticator's answer against what it was asked before it was known whose sign-in this is."""
    sign_in.state[_PASSKEY] = dict(asked)


def passkey(sign_in: SignIn, credential: str) -> Change:
    """Check the answer of an authenticator.

    Raises:
        NotAuthorizedException: anything about it is wrong.
    """
    asked = sign_in.state.get(_PASSKEY)
    if sign_in.user is None or asked is None:
        raise reasons.PASSKEY_REFUSED()
    proved = assertion.check(sign_in.user, asked, credential)

    def change() -> None:
        assertion.note_use(proved, now=sign_in.now)
        del sign_in.state[_PASSKEY]
        choice.settle_by_passkey(sign_in, is_user_verified=proved.is_user_verified)
        sign_in.state["passkey_is_synced"] = proved.is_backed_up

    return change


def send_code(sign_in: SignIn, factor: str) -> dict[str, str]:
    """Send a code for ``EMAIL_OTP`` or ``SMS_OTP`` and return the challenge's parameters.

    Raises:
        TooManyRequestsException: this person was sent too many.
    """
    sent_codes.count_request(sign_in)
    attribute = first_factors.OTP_ATTRIBUTES[factor]
    return sent_codes.send(sign_in, attribute=attribute, digits=sent_codes.FIRST_FACTOR_DIGITS)


def code(sign_in: SignIn, factor: str, given: str) -> Change:
    """Check a code that :func:`send_code` sent; it verifies its address and confirms a new account.

    Raises:
        CodeMismatchException: wrong.
        NotAuthorizedException: locked after too many wrong codes.
        AliasExistsException: somebody else signs in with the address of an account to be confirmed.
        TriggerError: PostConfirmation refused or failed; the account is confirmed, unless it undoes that.
    """
    sent_codes.check(sign_in, given)
    attribute, user = first_factors.OTP_ATTRIBUTES[factor], sign_in.known_user
    confirms = user.status == UserStatus.UNCONFIRMED
    comes_first = confirms and user.is_active and _keeps_confirmation(sign_in)
    if comes_first:
        _confirm_first(sign_in, attribute)

    def change() -> None:
        if not comes_first:
            sent_codes.settle(sign_in)
        if confirms and not comes_first:
            _confirm(sign_in, attribute)
            post_confirmation.within(
                post_confirmation.CONFIRM_SIGN_UP, user, client=sign_in.client, origin=sign_in.origin
            )
        choice.settle(sign_in)

    return change


def _keeps_confirmation(sign_in: SignIn) -> bool:
    """Tell whether there is a PostConfirmation handler whose failure leaves the account confirmed."""
    return post_confirmation.is_configured(sign_in.pool) and not post_confirmation.undoes(sign_in.pool)


def _confirm_first(sign_in: SignIn, attribute: str) -> None:
    """Confirm for good, then call the handler; only then does the sign-in go on.

    Where it fails the account is confirmed and nobody has tokens: the next sign-in is an ordinary one.

    Raises:
        AliasExistsException: see :func:`code`; nothing is changed.
        TriggerError: the handler refused or failed.
    """
    with transaction.atomic():
        sign_in.use_up()
        sent_codes.settle(sign_in)
        _confirm(sign_in, attribute)
    post_confirmation.after(
        post_confirmation.CONFIRM_SIGN_UP, sign_in.known_user, client=sign_in.client, origin=sign_in.origin
    )


def _confirm(sign_in: SignIn, attribute: str) -> None:
    user = sign_in.known_user
    if not getattr(user, VERIFIED_FLAGS[attribute]):
        raise reasons.ALIAS_EXISTS(name=attribute)
    locked = updates.lock(user)
    if locked.status == UserStatus.UNCONFIRMED:
        locked.status, locked.last_modified_at = UserStatus.CONFIRMED, sign_in.now
        locked.save(update_fields=["status", "last_modified_at"])
        OneTimeCode.objects.filter(user_id=user.pk, purpose=CodePurpose.CONFIRM_SIGN_UP).delete()
        client_id = sign_in.client.pk

        def announce() -> None:
            signals.user_confirmed.send_robust(sender=type(user), user=user, pool=user.pool, client_id=client_id)

        transaction.on_commit(announce, robust=True)
    user.status = locked.status
