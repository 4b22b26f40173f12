"""URLs of the example project: the user pools at the root of the site, beside a page for browsers."""

from django.contrib import admin
from django.urls import include, path

from cognito_auth.api.views import api_beside
from example_project.home import home

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", api_beside(home)),
    path("", include("cognito_auth.urls")),
]
