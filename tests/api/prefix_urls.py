"""A project that has the user pools under a prefix."""

from django.urls import include, path

urlpatterns = [
    path("auth/pools/", include("cognito_auth.urls")),
    path("über uns/", include(("cognito_auth.urls", "spelled"))),
]
