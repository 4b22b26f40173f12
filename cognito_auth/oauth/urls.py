"""URLs of the documents that each pool publishes as an issuer."""

from django.urls import re_path

from cognito_auth.oauth.views.jwks import jwks
from cognito_auth.oauth.views.openid_configuration import openid_configuration

_WELL_KNOWN = r"^(?P<user_pool_id>[\w-]+_[0-9A-Za-z]+)/\.well-known/"

urlpatterns = [
    re_path(rf"{_WELL_KNOWN}jwks\.json$", jwks, name="jwks"),
    re_path(rf"{_WELL_KNOWN}openid-configuration$", openid_configuration, name="openid_configuration"),
]
