"""One way to a provider and back: bound to pool, provider and browser, and used once.

The ``state`` that goes along is random and says nothing; what belongs to it stays here. Two values come
back: the state, which everybody on the way may have seen, and a cookie of the browser that began.

==========  =================================================================================
step        what happens
==========  =================================================================================
begin       the browser goes to the provider
answer      the provider's answer arrived, perhaps by a POST from elsewhere that has no cookies
claim       the browser that began goes on with it
==========  =================================================================================

Source: RFC 6749 10.12; RFC 9700 4.7; OpenID Connect Core 3.1.2.1 (``nonce``).
"""

import datetime
import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Any

from cognito_auth import crypto
from cognito_auth.models import AbstractCognitoUser, FederationAttempt, IdentityProvider, UserPool, UserPoolClient
from cognito_auth.services.oauth import errors
from cognito_auth.services.oauth.errors import OAuthError

LIFE = datetime.timedelta(minutes=5)
# For a person who signs in to another account meanwhile, with second factors and forgotten passwords.
OFFER_LIFE = datetime.timedelta(minutes=15)
_BYTES = 32
_MAX_STATE = 256


def begin(
    client: UserPoolClient,
    provider: IdentityProvider,
    *,
    request: str = "",
    browser: str,
    kept: Mapping[str, Any],
    linking_user: AbstractCognitoUser | None = None,
    life: datetime.timedelta = LIFE,
    now: datetime.datetime,
) -> str:
    """Return the state of a new attempt.

    ``request`` is the query string of the authorization request, ``browser`` the value of the cookie
    (:func:`new_browser`), ``kept`` what the answer is checked against: nonce, PKCE verifier, id of a SAML
    request.
    """
    state = secrets.token_urlsafe(_BYTES)
    FederationAttempt.objects.create(
        digest=crypto.digest(state),
        pool_id=client.pool_id,
        client=client,
        provider=provider,
        request=request,
        browser_digest=crypto.digest(browser),
        linking_user_id=None if linking_user is None else linking_user.pk,
        secrets=json.dumps(dict(kept)),
        created_at=now,
        expires_at=now + life,
    )
    return state


def new_browser() -> str:
    """Return a value for the cookie that an attempt is bound to."""
    return secrets.token_urlsafe(_BYTES)


def find(
    pool: UserPool, state: str, *, browser: str | None = None, is_bound: bool = True, now: datetime.datetime
) -> FederationAttempt:
    """Return the attempt that waits for an answer, with client and provider.

    ``is_bound`` is false for answers that come without cookies; :func:`claim` asks for them later.

    Raises:
        OAuthError: unknown, of another pool or browser, too old, or answered already.
    """
    attempt = _load(pool, state, now=now)
    if is_bound:
        _check_browser(attempt, browser)
    if attempt.answered_at is not None:
        raise _refusal("Answered before.")
    return attempt


def kept_in(attempt: FederationAttempt) -> dict[str, Any]:
    """Return what :func:`begin` kept."""
    kept: dict[str, Any] = json.loads(attempt.secrets or "{}")
    return kept


def answer(attempt: FederationAttempt, response: Mapping[str, Any], *, now: datetime.datetime) -> None:
    """Keep the provider's answer (JSON-native) for the browser's own request; the first one counts.

    Raises:
        OAuthError: another answer was first.
    """
    kept = FederationAttempt.objects.filter(pk=attempt.pk, answered_at=None)
    # The field encrypts what is saved with it.
    attempt.response, attempt.answered_at = json.dumps(dict(response)), now
    if not kept.update(response=attempt.response, answered_at=now):
        raise _refusal("Answered before.")


def claim(
    pool: UserPool, state: str, browser: str | None, *, now: datetime.datetime
) -> tuple[FederationAttempt, dict[str, Any]]:
    """Use up an answered attempt and return it with the answer; of two at the same time one gets it.

    Raises:
        OAuthError: unknown, of another pool or browser, not answered, too old, or used.
    """
    attempt = _load(pool, state, now=now)
    _check_browser(attempt, browser)
    if attempt.answered_at is None:
        raise _refusal("Not answered yet.")
    if not FederationAttempt.objects.filter(pk=attempt.pk, consumed_at=None).update(consumed_at=now):
        raise _refusal("Used before.")
    response: dict[str, Any] = json.loads(attempt.response or "{}")
    return attempt, response


def _load(pool: UserPool, state: str, *, now: datetime.datetime) -> FederationAttempt:
    attempt = None
    if 0 < len(state) <= _MAX_STATE and state.isascii():
        rows = FederationAttempt.objects.select_related("client__pool", "provider", "linking_user")
        attempt = rows.filter(digest=crypto.digest(state), pool=pool).first()
    if attempt is None or now >= attempt.expires_at:
        raise _refusal("Unknown, of another pool, or too old.")
    if attempt.consumed_at is not None:
        raise _refusal("Used before.")
    attempt.client.pool = attempt.provider.pool = pool
    if attempt.linking_user is not None:
        attempt.linking_user.pool = pool
    return attempt


def _check_browser(attempt: FederationAttempt, browser: str | None) -> None:
    if not browser or not hmac.compare_digest(crypto.digest(browser), attempt.browser_digest):
        raise _refusal("Of another browser.")


def _refusal(problem: str) -> OAuthError:
    return OAuthError(errors.INVALID_REQUEST, problem, shown=False)
