"""What the providers of OAuth 2 have in common: the way there, and a code for a token.

django-allauth's adapters know the providers' addresses and habits; they run with an app that is made of the
pool's record and never stored, a state of ours, and always with PKCE and a nonce.
"""

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

import requests
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from cryptography.exceptions import UnsupportedAlgorithm
from django.http import HttpRequest

from cognito_auth.models import IdentityProvider
from cognito_auth.services.federation.identity import ExternalIdentity
from cognito_auth.services.identity_providers import details
from cognito_auth.services.oauth import errors
from cognito_auth.services.oauth.errors import OAuthError
from cognito_auth.social import adapter as allauth_adapter

_MAX_NAME = 40
_MAX_LOGGED = 300
_ERROR_MEMBER = re.compile(r"""["']?error["']?\s*[:=]\s*["']?([\w.-]{1,64})""")
# What libraries raise where a provider says something of another form: a list for an object, numbers without
# an end, objects in objects in objects.
MISSHAPEN = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
_MALFORMED = (requests.RequestException, UnsupportedAlgorithm, *MISSHAPEN)


class RawClaims:
    """Mixed into allauth's providers: what the provider told, in place of a login of allauth's."""

    def sociallogin_from_response(self, request: HttpRequest, response: Any) -> Any:
        """Return the provider's data as it came."""
        return response


class ProviderFailed(Exception):
    """A provider that did not do what it should; the text, one short line, is for the log, ``shown`` for the client."""

    def __init__(self, shown: str, problem: str) -> None:
        # Providers have a say in it: no lines of their own in the log.
        super().__init__("".join(filter(str.isprintable, problem))[:_MAX_LOGGED])
        self.shown = shown


def _problem_of(error: Exception) -> str:
    """Return an error for the log, without what it may quote: addresses and answers hold tokens."""
    kind = type(error).__name__
    if isinstance(error, requests.RequestException):
        response = error.response
        return kind if response is None else f"{kind}: status {response.status_code}"
    if isinstance(error, OAuth2Error):
        told = _ERROR_MEMBER.search(str(error))
        return f"{kind}: {told[1]}" if told else kind
    return kind


@dataclass(frozen=True, slots=True)
class Redeemed:
    """A provider's token response, and all that a dialect finds out from it who the person is.

    Attributes:
        request: the browser's.
        provider: of the pool.
        adapter: allauth's, pointed at the provider.
        app: allauth's.
        known: all details of the provider, secrets included.
        given: the token response.
        answer: what the browser brought back.
        kept: what was kept of the way there: ``nonce``, ``code_verifier``.
    """

    request: HttpRequest
    provider: IdentityProvider
    adapter: Any
    app: SocialApp
    known: Mapping[str, str]
    given: Mapping[str, Any]
    answer: Mapping[str, str]
    kept: Mapping[str, str]

    def profile(self) -> Any:
        """Return what allauth's adapter reads of the person; it may ask the provider for that."""
        token = self.adapter.parse_token(self.given)
        return self.adapter.complete_login(self.request, self.app, token, response=self.given)

    def identity(
        self, *, id_token: Mapping[str, Any] | None = None, user_info: Mapping[str, Any] | None = None
    ) -> ExternalIdentity:
        """Return the identity of claims from two sources, and what the trigger is shown of them."""
        for claims in (id_token, user_info):
            if claims is not None and not isinstance(claims, Mapping):
                raise ProviderFailed(f"{self.provider.name} Error", "What it told is no object.")
        token_response = {name: value for name, value in self.given.items() if name != "id_token"}
        sources: dict[str, Any] = {"tokenResponse": token_response}
        if id_token is not None:
            sources["idToken"] = dict(id_token)
        if user_info is not None:
            sources["userInfo"] = dict(user_info)
        return ExternalIdentity(self.provider, {**(id_token or {}), **(user_info or {})}, sources)


class OAuth2Dialect:
    """How to speak with one type of provider."""

    # Of allauth; the class of the provider with RawClaims mixed in.
    provider_class: ClassVar[type[Any]]

    def app(self, provider: IdentityProvider, known: Mapping[str, str]) -> SocialApp:
        """Return allauth's app for a provider with these details, not stored."""
        return SocialApp(
            provider=self.provider_class.id,
            provider_id=f"{provider.pool_id}:{provider.name}",
            name=provider.name[:_MAX_NAME],
            client_id=known["client_id"],
            secret=known.get("client_secret", ""),
            settings={"scope": details.scopes_in(known["authorize_scopes"])},
        )

    @contextmanager
    def speaking(
        self, request: HttpRequest, provider: IdentityProvider, callback: str
    ) -> Iterator[tuple[Any, SocialApp, Mapping[str, str]]]:
        """Give allauth's adapter, its app and all details of the provider, while it is spoken with.

        Raises:
            ProviderFailed: whatever goes wrong on the way to the provider and back.
        """
        known = details.complete(provider)
        app = self.app(provider, known)
        token = allauth_adapter.current.set((provider, app))
        try:
            adapter = self.adapter(request, app, callback)
            self.point(adapter, known)
            yield adapter, app, known
        except (OAuth2Error, *_MALFORMED) as error:
            # Not "from": what handles the failure may log its cause, too.
            raise ProviderFailed(f"{provider.name} Error", _problem_of(error)) from None
        finally:
            allauth_adapter.current.reset(token)

    def adapter(self, request: HttpRequest, app: SocialApp, callback: str) -> Any:
        """Return allauth's adapter, with our address of return."""
        theirs = self.provider_class(request, app=app)
        adapter = theirs.get_oauth2_adapter(request)
        adapter.get_provider = lambda: theirs
        adapter.get_callback_url = lambda _request, _app: callback
        return adapter

    def point(self, adapter: Any, known: Mapping[str, str]) -> None:
        """Set addresses of the adapter that the provider's details decide; most providers have them fixed."""

    def address(
        self,
        request: HttpRequest,
        provider: IdentityProvider,
        *,
        callback: str,
        state: str,
        kept: Mapping[str, str],
        wishes: Mapping[str, str],
    ) -> str:
        """Return where the browser goes; ``kept`` has ``nonce`` and ``code_verifier``.

        Raises:
            ProviderFailed: the provider's addresses cannot be found out.
        """
        with self.speaking(request, provider, callback) as (adapter, app, known):
            client = adapter.get_client(request, app)
            client.state = state
            parameters = {
                "nonce": kept["nonce"],
                "code_challenge": challenge_of(kept["code_verifier"]),
                "code_challenge_method": "S256",
                **self.wishes(wishes),
            }
            scopes = details.scopes_in(known["authorize_scopes"])
            return str(client.get_redirect_url(adapter.authorize_url, scopes, parameters))

    def wishes(self, wishes: Mapping[str, str]) -> dict[str, str]:
        """Return those of ``prompt``, ``login_hint``, ``acr_values`` and ``max_age`` that the provider knows."""
        return {}

    def identify(
        self,
        request: HttpRequest,
        provider: IdentityProvider,
        *,
        callback: str,
        answer: Mapping[str, str],
        kept: Mapping[str, str],
    ) -> ExternalIdentity:
        """Return who the person is, for the answer that the browser brought back.

        Raises:
            OAuthError: the provider refused, or the person did.
            ProviderFailed: it did not keep to the protocol.
        """
        if answer.get("error") or not answer.get("code"):
            raise refusal_of(provider, answer)
        with self.speaking(request, provider, callback) as (adapter, app, known):
            client = adapter.get_client(request, app)
            given = self.redeem(adapter, client, answer, kept)
            return self.identity(Redeemed(request, provider, adapter, app, known, given, answer, kept))

    def redeem(
        self, adapter: Any, client: Any, answer: Mapping[str, str], kept: Mapping[str, str]
    ) -> Mapping[str, Any]:
        """Return the provider's token response for the code of an answer."""
        given: Mapping[str, Any] = client.get_access_token(answer["code"], pkce_code_verifier=kept["code_verifier"])
        return given

    def identity(self, redeemed: Redeemed) -> ExternalIdentity:
        """Return who the person is, for the provider's token response."""
        return redeemed.identity(user_info=redeemed.profile())


def refusal_of(provider: IdentityProvider, answer: Mapping[str, str]) -> OAuthError:
    """Return the refusal that a provider's answer is."""
    error = answer.get("error", "")
    if error == errors.ACCESS_DENIED or error == "user_cancelled_authorize":
        return OAuthError(errors.ACCESS_DENIED, f"{provider.name} Error - the sign-in was cancelled")
    told = "".join(character for character in error if character.isascii() and character.isprintable())[:64]
    return OAuthError(errors.INVALID_REQUEST, f"{provider.name} Error - {told or 'no code'}")


def challenge_of(verifier: str) -> str:
    """Return the PKCE challenge of a verifier. Source: RFC 7636 4.2."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
