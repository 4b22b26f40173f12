"""What happens next with an authorization request, and how it ends. Decided here only.

====================  =============================================================================
next                  when
====================  =============================================================================
an answer             the browser's session is good enough for the request
``login_required``    it is not, and the client wants nobody to be asked (``prompt=none``)
a provider            it is not, and the client or the person chose a provider elsewhere
the login page        it is not
====================  =============================================================================

Source: AWS "Authorize endpoint"; OpenID Connect Core 3.1.2.1 to 3.1.2.6.
"""

import datetime
from enum import Enum, auto

from cognito_auth.exceptions import CognitoError, TriggerError
from cognito_auth.models import BrowserSession
from cognito_auth.models.browser_sessions import NATIVE
from cognito_auth.services import sessions
from cognito_auth.services.oauth import authorization_codes, browser_sessions, errors
from cognito_auth.services.oauth.authorization_requests import (
    CODE,
    NONE,
    AuthorizationRequest,
    offered_providers,
    with_issuer,
)
from cognito_auth.services.oauth.errors import OAuthError
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.tokens import assurance, issue, scopes
from cognito_auth.services.tokens.issue import Authorization
from cognito_auth.services.triggers import pre_token_generation
from cognito_auth.services.triggers.pre_token_generation import Issue


class Next(Enum):
    """What happens with a request."""

    ANSWER = auto()
    REFUSE = auto()
    PROVIDER = auto()
    LOGIN = auto()


def decide(request: AuthorizationRequest, session: BrowserSession | None, *, now: datetime.datetime) -> Next:
    """Return what comes next for a browser with this session."""
    if session is not None and is_enough(request, session, now=now) and not _wants_a_question(request):
        return Next.ANSWER
    if "none" in request.prompt:
        return Next.REFUSE
    return Next.LOGIN if request.provider in ("", NATIVE) else Next.PROVIDER


def is_enough(request: AuthorizationRequest, session: BrowserSession, *, now: datetime.datetime) -> bool:
    """Tell whether the session proves what the request asks for: by whom, how freshly, how surely."""
    if request.provider and request.provider != session.provider_name:
        return False
    # Another client may trust a provider that this one does not.
    if session.provider_name not in offered_providers(request.client):
        return False
    minutes = datetime.timedelta(minutes=sessions.sso_minutes(request.client))
    # A page of ours would send people back and forth where the client signs nobody in again.
    if request.response_type != NONE and now >= session.created_at + minutes:
        return False
    if request.max_age is not None:
        age = int(now.timestamp()) - int(session.authenticated_at.timestamp())
        if age > request.max_age:
            return False
    return _reaches(request, session)


def _wants_a_question(request: AuthorizationRequest) -> bool:
    return bool(request.prompt & {"login", "select_account"})


def _reaches(request: AuthorizationRequest, session: BrowserSession) -> bool:
    pool = request.pool
    if not pool.acr_enabled or session.provider_name != NATIVE:
        return True
    levels = [assurance.level_named(pool, name) for name in request.acr_values.split()]
    wanted = next((level for level in levels if level is not None), None)
    return wanted is None or assurance.level_of(session.amr) >= wanted


def answer(
    request: AuthorizationRequest, session: BrowserSession, *, origin: RequestOrigin, now: datetime.datetime
) -> str:
    """Return the client's address with a code, or with tokens, for the person of ``session``."""
    if request.response_type == NONE:
        return request.address({})
    if request.response_type == CODE:
        try:
            code = authorization_codes.create(request, session, now=now)
        except OAuthError as error:
            return refusal(request, error)
        return request.address(with_issuer(request.pool, {"code": code}))
    signed_in = browser_sessions.as_signed_in(session)
    try:
        tokens = issue.issue(
            signed_in.user,
            request.client,
            authenticated_at=signed_in.authenticated_at,
            token_epoch=signed_in.token_epoch,
            now=now,
            authorization=Authorization(
                request.scope,
                nonce=request.nonce,
                audience=request.resource,
                has_refresh_token=False,
                browser_session_id=session.pk,
            ),
            amr=signed_in.amr,
            origin=origin,
            occasion=Issue(pre_token_generation.HOSTED_AUTH),
        )
    except TriggerError as error:
        return refusal(request, OAuthError(errors.INVALID_REQUEST, error.message))
    except CognitoError as error:
        return refusal(request, OAuthError(errors.ACCESS_DENIED, error.message))
    given = {"access_token": tokens.access_token, "token_type": tokens.token_type, "expires_in": str(tokens.expires_in)}
    if scopes.gives_id_token(request.scope):
        given = {"id_token": str(tokens.id_token), **given}
    return request.address(with_issuer(request.pool, given))


def refusal(request: AuthorizationRequest, error: OAuthError) -> str:
    """Return the client's address with a refusal."""
    told = {"error": error.error}
    if error.description:
        told["error_description"] = error.description
    return request.address(with_issuer(request.pool, told))


def login_required(request: AuthorizationRequest) -> str:
    """Return the client's address where nobody may be asked and nobody is signed in."""
    return refusal(request, OAuthError(errors.LOGIN_REQUIRED, "Nobody is signed in."))
