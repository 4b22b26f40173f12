"""Requests to protected views, with tokens of own pools and of a pool elsewhere."""

import pytest
from django.utils import timezone
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from cognito_auth.rest_framework.authentication import CognitoAuthentication
from cognito_auth.services.tokens import issue
from tests.factories import UserFactory, UserPoolClientFactory


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def cognito_settings(settings):
    """Change entries of ``COGNITO_AUTH``."""

    def change(**entries):
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, **entries}

    return change


@pytest.fixture
def app_client(db):
    return UserPoolClientFactory()


@pytest.fixture
def user(app_client):
    return UserFactory(pool=app_client.pool, confirmed=True)


@pytest.fixture
def sign_in(user, app_client, now):
    """Return a function that signs the user in."""
    return lambda **options: issue.issue(
        user, app_client, authenticated_at=now, token_epoch=user.token_epoch, now=now, **options
    )


class Answer:
    """What a view answered, and the request that it saw."""

    def __init__(self, response, request):
        self.status = response.status_code
        self.challenge = response.headers.get("WWW-Authenticate")
        self.data = response.data
        self.user, self.auth = (request.user, request.auth) if self.status == 200 else (None, None)


@pytest.fixture
def ask():
    """Return a function that sends a request with an Authorization header to a view.

    Further arguments are attributes of the view.
    """

    def send(authorization=None, **attributes):
        seen = []

        class View(APIView):
            authentication_classes = [CognitoAuthentication]
            permission_classes = [IsAuthenticated]

            def get(self, request):
                seen.append(request)
                return Response({"user": str(request.user)})

        view = type("View", (View,), attributes)
        headers = {} if authorization is None else {"HTTP_AUTHORIZATION": authorization}
        response = view.as_view()(APIRequestFactory().get("/", **headers))
        return Answer(response, seen[0] if seen else None)

    return send
