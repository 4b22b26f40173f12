"""URLs of each pool as an OpenID provider."""

from django.urls import re_path

from cognito_auth.oauth.views.authorize import authorize
from cognito_auth.oauth.views.jwks import jwks
from cognito_auth.oauth.views.openid_configuration import openid_configuration
from cognito_auth.oauth.views.token import token

_POOL = r"^(?P<user_pool_id>[\w-]+_[0-9A-Za-z]+)/"
_WELL_KNOWN = rf"{_POOL}\.well-known/"

urlpatterns = [
    re_path(rf"{_WELL_KNOWN}jwks\.json$", jwks, name="jwks"),
    re_path(rf"{_WELL_KNOWN}openid-configuration$", openid_configuration, name="openid_configuration"),
    re_path(rf"{_POOL}oauth2/authorize$", authorize, name="authorize"),
    re_path(rf"{_POOL}oauth2/token$", token, name="token"),
]
