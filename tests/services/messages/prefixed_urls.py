"""URLs of a site that includes the pools under a prefix."""

from django.urls import include, path

urlpatterns = [path("auth/", include("cognito_auth.urls"))]
