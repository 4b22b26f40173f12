"""In place of all others where django-allauth is not installed in the project."""

import logging

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from cognito_auth.models import UserPool
from cognito_auth.services.oauth.errors import NobodyToTell
from cognito_auth.web.requests import of_pool, tell_person

logger = logging.getLogger(__name__)


@csrf_exempt
@of_pool
def not_installed(request: HttpRequest, pool: UserPool) -> HttpResponse:
    """Say that this way to sign in is not offered."""
    logger.error(
        "Sign-in with providers needs 'allauth', 'allauth.account' and 'allauth.socialaccount' in INSTALLED_APPS,"
        " 'allauth.account.middleware.AccountMiddleware' in MIDDLEWARE and"
        " SOCIALACCOUNT_ADAPTER = 'cognito_auth.social.adapter.SocialAccountAdapter'."
    )
    return tell_person(request, pool, NobodyToTell("provider_not_offered"))
