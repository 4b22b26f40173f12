"""``/<pool id>/oauth2/idprequest``: to the provider that the client or the person chose."""

import logging

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cognito_auth.exceptions import NotFoundError
from cognito_auth.services.oauth import authorization, errors
from cognito_auth.services.oauth.authorization_requests import AuthorizationRequest, provider_of
from cognito_auth.services.oauth.errors import NobodyToTell, OAuthError
from cognito_auth.social import starts
from cognito_auth.social.providers.oauth2 import ProviderFailed
from cognito_auth.web.requests import AppRedirect, of_authorization, tell_person

logger = logging.getLogger(__name__)


@require_safe
@of_authorization
def idp_request(request: HttpRequest, asked: AuthorizationRequest) -> HttpResponse:
    """Note the way and send the browser to the provider."""
    try:
        provider = provider_of(asked)
    except NotFoundError:
        # Deleted at this moment.
        provider = None
    if provider is None:
        return tell_person(request, asked.pool, NobodyToTell("provider_not_offered", client_id=asked.client.pk))
    try:
        return starts.begin(
            request, asked.client, provider, query=asked.query, wishes=_wishes(asked), now=timezone.now()
        )
    except ProviderFailed as failed:
        logger.warning("A provider failed: user_pool=%s provider=%s: %s", asked.pool.pk, provider.name, failed)
        return AppRedirect(authorization.refusal(asked, OAuthError(errors.INVALID_REQUEST, failed.shown)))


def _wishes(asked: AuthorizationRequest) -> dict[str, str]:
    wishes = {"login_hint": asked.login_hint, "prompt": " ".join(sorted(asked.prompt))}
    if asked.max_age is not None:
        wishes["max_age"] = str(asked.max_age)
    return {name: value for name, value in wishes.items() if value}
