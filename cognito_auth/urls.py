"""URLs of the user pools; include them at the root of the site or under any prefix."""

from django.urls import URLPattern, URLResolver, include, path

from cognito_auth.api.views import api

app_name = "cognito_auth"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", api, name="api"),
    path("", include("cognito_auth.api.urls")),
    path("", include("cognito_auth.oauth.urls")),
    path("", include("cognito_auth.managed_login.urls")),
    path("", include("cognito_auth.social.urls")),
]
