"""URLs of the example project: the user pools at the root of the site, beside a page for browsers."""

from django.contrib import admin
from django.urls import include, path

from cognito_auth.api.views import api_beside
from example_project import views
from example_project.browser_pages import me, single_page_app
from example_project.home import home

protected = [
    path("whoami", views.WhoAmI.as_view(), name="whoami"),
    path("users/<uuid:sub>", views.UserDetail.as_view(), name="user"),
    path("premium", views.Premium.as_view(), name="premium"),
    path("orders", views.Orders.as_view(), name="orders"),
]

urlpatterns = [
    path("admin/", admin.site.urls),
    *protected,
    path("spa", single_page_app, name="spa"),
    path("me", me, name="me"),
    path("", api_beside(home), name="home"),
    path("", include("cognito_auth.urls")),
]
