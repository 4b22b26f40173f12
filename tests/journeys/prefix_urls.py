"""The user pools under a prefix, as in a project that has a site of its own at the root."""

from django.urls import include, path

from example_project.urls import protected

urlpatterns = [path("account/auth/", include("cognito_auth.urls")), *protected]
