"""The record of sign-ins and their like."""

import pytest
from django.contrib.auth import get_user_model

from cognito_auth.choices import AuthEventResponse, AuthEventType
from cognito_auth.models import AuthEvent
from cognito_auth.services import auth_events
from cognito_auth.services.request_origin import RequestOrigin
from tests.factories import UserFactory, moment

pytestmark = pytest.mark.django_db


def record(user, **options):
    auth_events.record(
        AuthEventType.SIGN_IN,
        AuthEventResponse.FAIL,
        pool=user.pool,
        user=user,
        origin=RequestOrigin(user_agent="curl\x00\x1b[31m/8"),
        now=moment(),
        **options,
    )


class TestRecord:
    def test_writes_who_and_what_without_control_characters(self):
        user = UserFactory()

        record(user, reason="sign_in.incorrect", challenges=["PASSWORD"])

        event = AuthEvent.objects.get()
        assert (event.user_id, event.reason, event.challenges) == (user.pk, "sign_in.incorrect", ["PASSWORD"])
        assert event.user_agent == "curl[31m/8"

    def test_writes_nothing_of_a_user_who_was_deleted_meanwhile(self):
        user = UserFactory()
        get_user_model().objects.all().delete()

        record(user)

        assert not AuthEvent.objects.exists()
