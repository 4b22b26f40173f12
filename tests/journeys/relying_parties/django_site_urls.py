"""URLs of the site in ``django_site``."""

from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.urls import include, path


@login_required
def who(request):
    return JsonResponse({"email": request.user.email, "backend": request.session["_auth_user_backend"]})


urlpatterns = [path("", who), path("oidc/", include("mozilla_django_oidc.urls"))]
