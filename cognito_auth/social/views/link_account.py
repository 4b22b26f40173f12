"""``/<pool id>/linkAccount``: an identity elsewhere may belong to an account that is here."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from cognito_auth.services.federation import sign_in as federation
from cognito_auth.services.federation.sign_in import LinkOffered
from cognito_auth.services.oauth import authorization
from cognito_auth.services.oauth.authorization_requests import AuthorizationRequest, offered_providers
from cognito_auth.services.oauth.errors import OAuthError
from cognito_auth.web import addresses, completion, cookies, linking, pages
from cognito_auth.web.requests import AppRedirect, of_authorization

_TEMPLATE = "cognito_auth/social/link_account.html"


@require_http_methods(["GET", "HEAD", "POST"])
@csrf_protect
@of_authorization
def link_account(request: HttpRequest, asked: AuthorizationRequest) -> HttpResponse:
    """Ask, and go on: to the login page, or to an account of the identity's own."""
    if cookies.LINK not in request.COOKIES:
        return HttpResponseRedirect(addresses.page(request, asked.pool.pk, "login", asked.query))
    if request.method != "POST":
        values = {
            "pool": asked.pool,
            "client": asked.client,
            "login": addresses.page(request, asked.pool.pk, "login", asked.query),
        }
        return pages.render(request, _TEMPLATE, values, leads_to=asked.redirect_uri)
    now = timezone.now()
    held = linking.take(request, asked.pool, now=now)
    # It may have waited since a sign-in to another client, which trusts a provider that this one does not.
    if held is None or held.identity.provider.name not in offered_providers(asked.client):
        return HttpResponseRedirect(addresses.page(request, asked.pool.pk, "login", asked.query))
    identity = held.identity
    try:
        result = federation.sign_in(
            asked.client, identity, declined=held.mapped, origin=pages.origin_of(request), now=now
        )
    except OAuthError as error:
        return AppRedirect(authorization.refusal(asked, error))
    assert not isinstance(result, LinkOffered)
    return completion.complete(
        request, asked, result, provider=identity.provider.name, saml_session=identity.saml_session, now=now
    )
