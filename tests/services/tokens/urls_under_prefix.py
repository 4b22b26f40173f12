"""A site that includes the pools under a prefix."""

from django.urls import include, path

urlpatterns = [path("auth/v1/", include("cognito_auth.urls"))]
