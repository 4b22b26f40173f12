"""URLs of each pool as an OpenID provider."""

from django.urls import re_path

from cognito_auth.oauth.views.authorize import authorize
from cognito_auth.oauth.views.device_authorization import device_authorization
from cognito_auth.oauth.views.jwks import jwks
from cognito_auth.oauth.views.logout import logout
from cognito_auth.oauth.views.openid_configuration import openid_configuration
from cognito_auth.oauth.views.revoke import revoke
from cognito_auth.oauth.views.token import token
from cognito_auth.oauth.views.user_info import user_info

_POOL = r"^(?P<user_pool_id>[\w-]+_[0-9A-Za-z]+)/"
_WELL_KNOWN = rf"{_POOL}\.well-known/"

urlpatterns = [
    re_path(rf"{_WELL_KNOWN}jwks\.json$", jwks, name="jwks"),
    re_path(rf"{_WELL_KNOWN}openid-configuration$", openid_configuration, name="openid_configuration"),
    re_path(rf"{_POOL}oauth2/authorize$", authorize, name="authorize"),
    re_path(rf"{_POOL}oauth2/token$", token, name="token"),
    re_path(rf"{_POOL}oauth2/userInfo$", user_info, name="user_info"),
    re_path(rf"{_POOL}oauth2/revoke$", revoke, name="revoke"),
    re_path(rf"{_POOL}oauth2/device_authorization$", device_authorization, name="device_authorization"),
    re_path(rf"{_POOL}logout$", logout, name="logout"),
]
