"""Accounts that are deleted while their person uses the pages: nobody sees a failure of ours."""

import pytest
from django.test import Client

from cognito_auth.models import User
from cognito_auth.services import users
from tests.concurrency import race
from tests.factories import UserFactory
from tests.managed_login.test_login import WRONG
from tests.oauth.conftest import PASSWORD


def delete_person(event, context=None):
    """Delete who has just signed in, as a handler of PostAuthentication."""
    User.objects.filter(username=event["userName"]).delete()
    return event


@pytest.fixture
def hiding_client(oauth_client):
    oauth_client.prevent_user_existence_errors = True
    oauth_client.save()
    return oauth_client


@pytest.mark.django_db(transaction=True)
class TestSignIn:
    def test_of_somebody_who_is_deleted_meanwhile_is_refused(self, opens, user, hiding_client, settings):
        handlers = {"PostAuthentication": delete_person}
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "TRIGGERS": handlers, "TRIGGER_TIMEOUT_SECONDS": None}

        page = opens().send(username="jane", password=PASSWORD)

        assert page.status == 400
        assert page.error_at("password") == WRONG

    @pytest.mark.postgresql
    def test_and_a_deletion_at_the_same_time_end_consistently(self, pool, hiding_client, asks):
        for turn in range(5):
            person = UserFactory(pool=pool, username=f"jane{turn}", confirmed=True)
            form = {"username": person.username, "password": PASSWORD}

            answers = race(
                *[lambda form=form: Client().post(asks("login"), form).status_code] * 4,
                *[lambda form=form: Client().post(asks("forgotPassword"), form).status_code] * 2,
                lambda person=person: users.delete(person),
            )

            assert {answer for answer in answers[:-1] if answer not in (302, 400)} == set(), answers
