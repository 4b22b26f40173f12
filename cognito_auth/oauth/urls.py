"""URLs of the OpenID Connect documents, under the id of their pool."""

from django.urls import re_path

from cognito_auth.oauth.views.discovery import openid_configuration
from cognito_auth.oauth.views.jwks import jwks

_WELL_KNOWN = r"^(?P<user_pool_id>[\w-]+_[0-9A-Za-z]+)/\.well-known/"

urlpatterns = [
    re_path(rf"{_WELL_KNOWN}jwks\.json$", jwks, name="jwks"),
    re_path(rf"{_WELL_KNOWN}openid-configuration$", openid_configuration, name="openid_configuration"),
]
