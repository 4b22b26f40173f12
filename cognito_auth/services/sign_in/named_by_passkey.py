"""Signing in with a passkey before anybody gave a name: the passkey says whose it is.

Browsers offer passkeys in the field of the user name ("conditional mediation"). Nothing is stored until somebody
answers: who only opens a page costs no row. What was asked waits with the caller, who keeps it from being changed; the
answer's session is made of the challenge, so that each challenge takes one answer.

Source: W3C Web Authentication Level 3, 5.1.4.2 and 7.2 (step 6, the user is identified by the answer).
"""

import datetime
import json
import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction
from fido2.utils import websafe_decode

from cognito_auth import reasons
from cognito_auth.choices import AuthFlow
from cognito_auth.models import AbstractCognitoUser, UserPool, UserPoolClient
from cognito_auth.services import first_factors
from cognito_auth.services.passkeys import assertion, configuration
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.sign_in import choice, engine, first_factor_proofs, sessions
from cognito_auth.services.sign_in.attempt import SignIn

_ASKED_AT = "asked_at"


def is_offered(client: UserPoolClient) -> bool:
    """Tell whether people may sign in to a client with a passkey."""
    pool = client.pool
    return (
        first_factors.may_choose(client)
        and configuration.is_enabled(pool)
        and bool(configuration.relying_party_id(pool))
    )


def ask(pool: UserPool, *, now: datetime.datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the options for the browser, and what to keep (JSON-native) until the answer comes."""
    options, kept = assertion.options(pool, [])
    return options, {**kept, _ASKED_AT: now.timestamp()}


def answer(
    client: UserPoolClient,
    kept: Mapping[str, Any],
    credential: str,
    *,
    origin: RequestOrigin,
    now: datetime.datetime,
) -> tuple[str, engine.Result]:
    """Sign in whom the passkey names, on the login pages; return their user name and what comes next.

    Raises:
        NotAuthorizedException: anything about it is wrong, it took too long, or the challenge was answered before.
        CognitoError: any refusal of a sign-in that was proved.
    """
    age = datetime.timedelta(seconds=now.timestamp() - float(kept[_ASKED_AT]))
    if age >= datetime.timedelta(minutes=client.auth_session_validity_minutes):
        raise reasons.SESSION_EXPIRED()
    user = _named_in(client.pool, credential)
    if user is None or not user.is_active or first_factors.WEB_AUTHN not in first_factors.configured(user):
        raise reasons.PASSKEY_REFUSED()
    sign_in = SignIn(
        client=client,
        flow=AuthFlow.USER_AUTH,
        username=user.username,
        origin=origin,
        now=now,
        is_browser=True,
        user=user,
        token_epoch=user.token_epoch,
    )
    choice.offer(sign_in, [first_factors.WEB_AUTHN])
    choice.choose(sign_in, first_factors.WEB_AUTHN)
    first_factor_proofs.expect_passkey(sign_in, {name: kept[name] for name in kept if name != _ASKED_AT})
    session = str(kept["challenge"])
    try:
        with transaction.atomic():
            sessions.store(sign_in, first_factors.WEB_AUTHN, session)
    except IntegrityError:
        raise reasons.SESSION_USED() from None
    answers = {"USERNAME": user.username, "CREDENTIAL": credential}
    result = engine.respond(client, first_factors.WEB_AUTHN, session, answers, is_browser=True, origin=origin, now=now)
    return user.username, result


def _named_in(pool: UserPool, credential: str) -> AbstractCognitoUser | None:
    """Return whom the authenticator names; whether it may is checked with its signature."""
    try:
        handle = json.loads(credential)["response"]["userHandle"]
        sub = uuid.UUID(websafe_decode(handle).decode())
    # Whatever JSON, base64 and UUIDs stumble over in hostile text.
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    user: AbstractCognitoUser | None = get_user_model()._default_manager.filter(pool=pool, sub=sub).first()
    if user is not None:
        user.pool = pool
    return user
