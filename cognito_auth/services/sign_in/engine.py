"""Drives a sign-in: starts a flow, takes answers, asks the next question or gives tokens."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from django.db import transaction

from cognito_auth import crypto, reasons, signals
from cognito_auth.choices import AuthEventResponse, AuthEventType, AuthFlow
from cognito_auth.exceptions import CognitoError, LimitError, NotFoundError, ProofError, TriggerError
from cognito_auth.models import UserPoolClient
from cognito_auth.models.statements import OnlyIf, Statement, execute_together
from cognito_auth.services import auth_events, devices, first_factors, mfa, user_pool_clients
from cognito_auth.services.mfa import decision
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.risk import protection
from cognito_auth.services.sign_in import choice, first_triggers, next_challenge, sessions, step_up
from cognito_auth.services.sign_in.attempt import Challenge, SignedIn, SignIn
from cognito_auth.services.sign_in.flows import Flow, custom, refresh_token, user_auth, user_password, user_srp
from cognito_auth.services.sign_in.opening import Opening
from cognito_auth.services.tokens import assurance, issue
from cognito_auth.services.tokens.issue import IssuedTokens
from cognito_auth.services.triggers import event, post_authentication, pre_token_generation
from cognito_auth.services.triggers.pre_token_generation import Issue

_PASSWORD, _REFRESH = user_password.UserPassword(), refresh_token.RefreshToken()
_FLOWS: dict[AuthFlow, Flow] = {
    AuthFlow.USER_PASSWORD_AUTH: _PASSWORD,
    AuthFlow.USER_SRP_AUTH: user_srp.UserSrp(),
    AuthFlow.ADMIN_USER_PASSWORD_AUTH: _PASSWORD,
    AuthFlow.ADMIN_NO_SRP_AUTH: _PASSWORD,
    AuthFlow.REFRESH_TOKEN_AUTH: _REFRESH,
    AuthFlow.REFRESH_TOKEN: _REFRESH,
    AuthFlow.USER_AUTH: user_auth.UserAuth(),
    AuthFlow.CUSTOM_AUTH: custom.Custom(),
}
# Challenges that may be asked anew; the others take one answer, or are asked by a client and not by a page.
_REPEATABLE = frozenset(
    {first_factors.PASSWORD, first_factors.WEB_AUTHN, *first_factors.OTP_ATTRIBUTES, mfa.SETUP, *mfa.FACTORS}
)
Result = IssuedTokens | SignedIn | Challenge
_ADMIN_ONLY = (AuthFlow.ADMIN_USER_PASSWORD_AUTH, AuthFlow.ADMIN_NO_SRP_AUTH)
_PUBLIC_ONLY = (AuthFlow.USER_PASSWORD_AUTH,)


def check_flow(client: UserPoolClient, flow: AuthFlow, *, is_admin: bool) -> None:
    """Refuse a flow that the operation or the client does not offer.

    Raises:
        InvalidParameterException: wrong operation for the flow, or not enabled for the client.
    """
    if flow in (_PUBLIC_ONLY if is_admin else _ADMIN_ONLY):
        raise reasons.AUTH_METHOD_NOT_SUPPORTED()
    if flow not in _FLOWS or not user_pool_clients.flow_allowed(client, flow, admin=is_admin):
        raise (
            reasons.USER_PASSWORD_FLOW_NOT_ENABLED()
            if flow == AuthFlow.USER_PASSWORD_AUTH
            else reasons.FLOW_NOT_ENABLED()
        )


def start(
    opening: Opening,
    flow: AuthFlow,
    parameters: Mapping[str, str],
    *,
    is_browser: bool = False,
    session: str | None = None,
    origin: RequestOrigin,
    now: datetime.datetime,
) -> Result:
    """Begin a sign-in with ``flow``; the caller has checked the flow and the client's secret.

    ``opening`` was read for this flow and these parameters. ``session`` is that of a confirmed
    sign-up, which USER_AUTH goes on from. ``is_browser`` is for the login pages: they end with
    :class:`SignedIn`, all others with tokens.

    Raises:
        CognitoError: any refusal of the flow; guesses and the refusal itself are recorded.
    """
    sign_in = SignIn(
        client=opening.client,
        flow=flow,
        username=parameters.get("USERNAME", ""),
        # Only the triggers that come first get the metadata of the start; later ones that of the answers.
        origin=replace(origin, metadata={}) if origin.metadata else origin,
        validation_data=origin.metadata,
        now=now,
        is_browser=is_browser,
        opening_user=opening.user,
        opening_token=opening.refresh_token,
        continues=session,
    )
    kind = AuthEventType.REFRESH if _FLOWS[flow] is _REFRESH else AuthEventType.SIGN_IN
    try:
        if is_browser or flow is AuthFlow.USER_AUTH:
            step_up.note(sign_in, parameters)
        if kind is AuthEventType.SIGN_IN:
            first_triggers.run(sign_in, parameters)
        tokens = _FLOWS[flow].begin(sign_in, parameters)
        if tokens is not None:
            return tokens
        result = _advance(sign_in)
    except CognitoError as error:
        _settle(sign_in)
        _record_refusal(sign_in, error, kind)
        raise
    _announce(sign_in, result)
    return result


def respond(
    client: UserPoolClient,
    challenge: str,
    session: str | None,
    answers: Mapping[str, str],
    *,
    is_browser: bool = False,
    origin: RequestOrigin,
    now: datetime.datetime,
) -> Result:
    """Take the answer to a challenge; a right one uses up the session, a wrong one leaves it open.

    Raises:
        CognitoError: the session cannot be used, or any refusal of the challenge.
    """
    username = answers.get("USERNAME")
    if not username:
        raise reasons.MISSING_PARAMETER(name="USERNAME")
    handler = next_challenge.handler_of(challenge)
    if handler is None:
        raise reasons.SESSION_INVALID()
    session_hash = crypto.digest(session) if session else handler.session_hash_in(client, answers, now=now)
    try:
        row, sign_in = sessions.load(
            client,
            session_hash,
            challenge=challenge,
            username=username,
            is_browser=is_browser,
            origin=origin,
            now=now,
        )
    except ProofError:
        if session:
            raise
        # Who names no session is told nothing about it.
        raise reasons.INCORRECT_USERNAME_OR_PASSWORD() from None
    try:
        protection.refuse_disowned(sign_in)
        # Before anything is proved, nobody is told what state the account is in.
        if sign_in.passed and sign_in.user is not None and not sign_in.user.is_active:
            raise reasons.USER_DISABLED()
        sign_in.use_up = partial(sessions.consume, row, now=now)
        change = handler.answer(sign_in, answers)
        with transaction.atomic():
            if row.consumed_at is None:
                sessions.consume(row, now=now)
            change()
            sign_in.passed.append(challenge)
            result = _advance(sign_in)
    except CognitoError as error:
        _settle(sign_in)
        _record_refusal(sign_in, error, AuthEventType.SIGN_IN)
        raise
    _announce(sign_in, result)
    return result


def ask_again(
    client: UserPoolClient,
    challenge: str,
    session: str,
    username: str,
    *,
    wants_other: bool = False,
    origin: RequestOrigin,
    now: datetime.datetime,
) -> Result:
    """Send the code of a challenge once more, or let the person choose another way; for the login pages.

    ``wants_other`` takes back what was chosen, or what the person prefers as second factor. Where nothing was,
    the same challenge is asked again. The old session is used up.

    Raises:
        NotAuthorizedException: the session cannot be used, or such a challenge is asked once only.
        TooManyRequestsException: this person was sent too many codes.
    """
    row, sign_in = sessions.load(
        client,
        crypto.digest(session),
        challenge=challenge,
        username=username,
        is_browser=True,
        origin=origin,
        now=now,
    )
    try:
        protection.refuse_disowned(sign_in)
        if challenge not in _REPEATABLE:
            raise reasons.SESSION_INVALID()
        if sign_in.passed and sign_in.user is not None and not sign_in.user.is_active:
            raise reasons.USER_DISABLED()
        with transaction.atomic():
            sessions.consume(row, now=now)
            if wants_other and not choice.reopen(sign_in):
                decision.reopen(sign_in)
            result = _advance(sign_in)
    except CognitoError as error:
        _record_refusal(sign_in, error, AuthEventType.SIGN_IN)
        raise
    _announce(sign_in, result)
    return result


def _settle(sign_in: SignIn) -> None:
    """Settle the guess of an answer that was right, whatever the step was refused for.

    Outside of the step's transaction, which is rolled back.
    """
    if sign_in.later:
        execute_together(sign_in.later)


def _advance(sign_in: SignIn) -> Result:
    """Ask the next question or end the sign-in; what the step writes is written all or nothing."""
    protection.assess(sign_in)
    handler = next_challenge.decide(sign_in)
    if handler is None:
        return _finish(sign_in)
    with transaction.atomic():
        session = sessions.new_session()
        parameters = handler.begin(sign_in, session)
        sessions.store(sign_in, handler.name, session)
        if sign_in.later:
            execute_together(sign_in.later)
        auth_events.record(
            AuthEventType.SIGN_IN,
            AuthEventResponse.IN_PROGRESS,
            pool=sign_in.pool,
            user=sign_in.user,
            client=sign_in.client,
            origin=sign_in.origin,
            challenges=sign_in.passed,
            risk=protection.found(sign_in),
            now=sign_in.now,
        )
    available = tuple(choice.available(sign_in))
    # Only pages may go back to the choice.
    has_others = sign_in.is_browser and not available and decision.has_others(sign_in, handler.name)
    return Challenge(handler.name, parameters, session, available, has_others)


def _finish(sign_in: SignIn) -> IssuedTokens | SignedIn:
    occasion = event.about(sign_in.known_user, sign_in.client, metadata=sign_in.origin.metadata)
    device = devices.of_tokens(sign_in)
    post_authentication.run(occasion, new_device_used=isinstance(device, devices.NewDevice))
    deliveries: list[Callable[[], None]] = []
    is_logged = _complete_event(sign_in, deliveries)

    def accompany(living_user: OnlyIf | None = None) -> list[Statement]:
        if is_logged:
            return sign_in.later
        logged = auth_events.statements(
            AuthEventType.SIGN_IN,
            AuthEventResponse.PASS,
            pool=sign_in.pool,
            user=sign_in.user,
            client=sign_in.client,
            origin=sign_in.origin,
            challenges=sign_in.passed,
            risk=protection.found(sign_in),
            now=sign_in.now,
            only_if=living_user,
            deliveries=deliveries,
        )
        return [*sign_in.later, *logged]

    amr = assurance.methods_of(sign_in.passed, is_key_synced=bool(sign_in.state.get("passkey_is_synced", True)))
    if sign_in.is_browser:
        if statements := accompany():
            execute_together(statements)
        for deliver in deliveries:
            deliver()
        return SignedIn(sign_in.known_user, sign_in.now, sign_in.token_epoch, tuple(amr))
    tokens = issue.issue(
        sign_in.known_user,
        sign_in.client,
        authenticated_at=sign_in.now,
        token_epoch=sign_in.token_epoch,
        now=sign_in.now,
        amr=amr,
        device=device,
        origin=sign_in.origin,
        occasion=_occasion(sign_in),
        accompany=accompany,
    )
    for deliver in deliveries:
        deliver()
    return tokens


def _complete_event(sign_in: SignIn, deliveries: list[Callable[[], None]]) -> bool:
    """Make the event that the person was told of that of the success; tell whether there is one."""
    told = protection.event_told_of(sign_in)
    return told is not None and auth_events.complete(
        told,
        pool=sign_in.pool,
        user=sign_in.known_user,
        client=sign_in.client,
        origin=sign_in.origin,
        challenges=sign_in.passed,
        risk=protection.found(sign_in),
        now=sign_in.now,
        deliveries=deliveries,
    )


def _occasion(sign_in: SignIn) -> Issue:
    """Return on which occasion the tokens are made, for the trigger that changes them."""
    source = pre_token_generation.AUTHENTICATION
    if "DEVICE_PASSWORD_VERIFIER" in sign_in.passed:
        source = pre_token_generation.AUTHENTICATE_DEVICE
    elif "NEW_PASSWORD_REQUIRED" in sign_in.passed:
        source = pre_token_generation.NEW_PASSWORD_CHALLENGE
    return Issue(source, sign_in.origin.metadata)


def _announce(sign_in: SignIn, result: Result) -> None:
    is_signed_in = not isinstance(result, Challenge)
    if is_signed_in:
        signals.user_signed_in.send_robust(
            sender=type(sign_in.known_user), user=sign_in.user, pool=sign_in.pool, client_id=sign_in.client.pk
        )
    protection.notify(sign_in, is_signed_in=is_signed_in)


def _record_refusal(sign_in: SignIn, error: CognitoError, kind: AuthEventType) -> None:
    # A request that could not be read is nobody's attempt.
    if isinstance(error, ProofError | LimitError | NotFoundError | TriggerError):
        auth_events.record_refusal(
            kind,
            error,
            pool=sign_in.pool,
            user=sign_in.user,
            client=sign_in.client,
            origin=sign_in.origin,
            challenges=sign_in.passed,
            risk=protection.found(sign_in),
            now=sign_in.now,
        )
        protection.notify(sign_in, is_refused=True)
