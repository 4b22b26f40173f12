"""URLs of the ways to providers and back.

They need django-allauth's apps in ``INSTALLED_APPS``; without them each says so to the log, and the person
that the provider is not offered.
"""

from importlib.util import find_spec

from django.apps import apps
from django.urls import re_path

from cognito_auth.social.views.not_installed import not_installed

_POOL = r"^(?P<user_pool_id>[\w-]+_[0-9A-Za-z]+)/"

if apps.is_installed("allauth.socialaccount"):
    from cognito_auth.social.views.idp_request import idp_request
    from cognito_auth.social.views.idp_response import idp_response
    from cognito_auth.social.views.link_account import link_account
    from cognito_auth.social.views.link_request import link_request
else:
    idp_request = idp_response = link_account = link_request = not_installed

if find_spec("onelogin") is not None and apps.is_installed("allauth.socialaccount"):
    from cognito_auth.social.views.saml_logout import saml_logout, saml_logout_request
    from cognito_auth.social.views.saml_metadata import saml_metadata
    from cognito_auth.social.views.saml_response import saml_response
else:
    saml_logout = saml_logout_request = saml_metadata = saml_response = not_installed

urlpatterns = [
    re_path(rf"{_POOL}oauth2/idprequest$", idp_request, name="idp_request"),
    re_path(rf"{_POOL}oauth2/idpresponse$", idp_response, name="idp_response"),
    re_path(rf"{_POOL}oauth2/linkrequest$", link_request, name="link_request"),
    re_path(rf"{_POOL}linkAccount$", link_account, name="link_account"),
    re_path(rf"{_POOL}saml2/idpresponse$", saml_response, name="saml_response"),
    re_path(rf"{_POOL}saml2/logoutrequest$", saml_logout_request, name="saml_logout_request"),
    re_path(rf"{_POOL}saml2/logout$", saml_logout, name="saml_logout"),
    re_path(rf"{_POOL}saml2/metadata$", saml_metadata, name="saml_metadata"),
]
