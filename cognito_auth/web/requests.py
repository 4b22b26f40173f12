"""Views that carry an authorization request in their address.

Each of them reads and checks it anew: what a browser shows as its address is not to be trusted.
"""

from collections.abc import Callable
from functools import wraps
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone, translation

from cognito_auth.exceptions import NotFoundError, TooManyRequestsException
from cognito_auth.models import UserPool
from cognito_auth.services import simultaneous, user_pools
from cognito_auth.services.oauth import authorization_requests
from cognito_auth.services.oauth.authorization_requests import AuthorizationRequest, RequestRefused
from cognito_auth.services.oauth.errors import NobodyToTell
from cognito_auth.web import addresses, cookies, languages, pages, rates

PoolView = Callable[[HttpRequest, UserPool], HttpResponse]
AuthorizationView = Callable[[HttpRequest, AuthorizationRequest], HttpResponse]
View = Callable[..., HttpResponse]


class AppRedirect(HttpResponseRedirect):
    """A redirect to a client, which may be an app with a scheme of its own; the address was checked before."""

    def __init__(self, location: str) -> None:
        self.allowed_schemes = [location.partition(":")[0].lower()]
        super().__init__(location)
        self["Cache-Control"] = "no-store"
        self["Referrer-Policy"] = "no-referrer"


def of_pool(view: PoolView) -> View:
    """Return the view ``(request, user_pool_id)``, in the person's language, of one that takes the pool."""

    @wraps(view)
    def of_pool_id(request: HttpRequest, user_pool_id: str) -> HttpResponse:
        language = languages.asked_for(request)
        with translation.override(languages.of(request)):
            try:
                pool = user_pools.get(user_pool_id)
            except NotFoundError:
                return pages.render(request, pages.ERROR_TEMPLATE, {"error": "unknown_pool"}, status=404)
            # Whoever is deleted meanwhile is refused, as by the API.
            response = simultaneous.run(lambda: view(request, pool))
        if language is not None:
            cookies.set_language(request, response, user_pool_id, language)
        return response

    return of_pool_id


def of_authorization(view: AuthorizationView) -> View:
    """Return the view ``(request, user_pool_id)`` of one that takes a checked authorization request.

    It is counted, so that pages know nothing of rates.
    """

    @wraps(view)
    def checked(request: HttpRequest, pool: UserPool) -> HttpResponse:
        try:
            asked = authorization_requests.read(pool, request.META.get("QUERY_STRING", ""))
        except NobodyToTell as error:
            return tell_person(request, pool, error)
        except RequestRefused as refused:
            return AppRedirect(refused.location)
        try:
            # What is sent from a page is part of a sign-in; looking at one is not.
            category = rates.SIGN_INS if request.method == "POST" else ""
            rates.check(request, asked.client, category, now=timezone.now())
        except TooManyRequestsException as error:
            values = {"pool": pool, "client": asked.client, "error": "too_many_requests"}
            response = pages.render(request, pages.ERROR_TEMPLATE, values, status=429)
            rates.tell_when(response, error)
            return response
        return view(request, asked)

    return of_pool(checked)


def tell_person(request: HttpRequest, pool: UserPool, error: NobodyToTell) -> HttpResponse:
    """Send the browser to the error page: there is no address of a client to go to."""
    query = {"error": error.error}
    if error.client_id:
        query["client_id"] = error.client_id
    return HttpResponseRedirect(addresses.page(request, pool.pk, "error", urlencode(query)))
