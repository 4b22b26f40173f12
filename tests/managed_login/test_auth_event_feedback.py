"""The page behind the links of a notice about a risky sign-in."""

import datetime
import uuid
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from cognito_auth.choices import AuthEventResponse, AuthEventType
from cognito_auth.models import AuthEvent
from cognito_auth.services.messages import links
from cognito_auth.services.risk import feedback
from tests.concurrency import race
from tests.factories import UserFactory, UserPoolFactory
from tests.managed_login.test_confirm_user import _Form, press_button

pytestmark = pytest.mark.django_db


@pytest.fixture
def pool():
    return UserPoolFactory(name="Acme <Coffee>")


@pytest.fixture
def event(pool):
    return AuthEvent.objects.create(
        pool=pool,
        user=UserFactory(pool=pool, username="jane"),
        type=AuthEventType.SIGN_IN,
        response=AuthEventResponse.PASS,
        created_at=timezone.now(),
    )


@pytest.fixture
def link_of(pool, event):
    """Make the link of a notice, without the site's address."""

    def make(value="Invalid", *, token=None, event_id=None, pool=pool, now=None):
        token = feedback.token_of(event.pk, now=now or timezone.now()) if token is None else token
        parts = urlsplit(links.feedback_link(pool, event_id=event_id or event.pk, token=token, value=value))
        return f"{parts.path}?{parts.query}"

    return make


def feedback_of(event):
    event.refresh_from_db()
    return (event.feedback or {}).get("FeedbackValue")


class TestGet:
    @pytest.mark.parametrize(("value", "button"), [("Valid", "Yes, it was me"), ("Invalid", "No, it was not me")])
    def test_shows_a_button_and_changes_nothing(self, client, link_of, event, value, button):
        for _scanner in range(3):
            response = client.get(link_of(value))
        client.head(link_of(value))

        assert response.status_code == 200
        assert button in response.content.decode()
        assert "Acme &lt;Coffee&gt;" in response.content.decode()
        assert feedback_of(event) is None

    def test_is_not_stored_framed_or_told_to_others(self, client, link_of):
        response = client.get(link_of())

        assert response["Cache-Control"] == "no-store"
        assert response["X-Frame-Options"] == "DENY"
        assert response["Referrer-Policy"] == "same-origin"

    @pytest.mark.parametrize("name", ["event_id", "feedback_token", "feedback_value"])
    def test_refuses_a_link_that_is_not_complete(self, client, link_of, name):
        path, _mark, query = link_of().partition("?")
        rest = "&".join(part for part in query.split("&") if not part.startswith(name))

        assert client.get(f"{path}?{rest}").status_code == 400

    def test_knows_no_other_value_and_no_other_pool(self, client, link_of):
        assert client.get(link_of("Perhaps")).status_code == 400
        assert client.get(link_of().replace("eu-west-1_", "eu-west-1_X")).status_code == 404


class TestPost:
    @pytest.mark.parametrize("value", ["Valid", "Invalid"])
    def test_notes_what_the_person_says(self, client, link_of, event, value):
        response = press_button(client, link_of(value))

        assert response.status_code == 200
        assert "Thank you for telling us" in response.content.decode()
        assert feedback_of(event) == value
        assert event.feedback["Provider"] == "User"

    def test_advises_to_change_the_password_of_a_sign_in_by_somebody_else(self, client, link_of):
        assert "Change your password" in press_button(client, link_of("Invalid")).content.decode()

    def test_takes_a_token_once(self, client, link_of, event):
        press_button(client, link_of("Invalid"))

        response = press_button(client, link_of("Valid"))

        assert response.status_code == 400
        assert feedback_of(event) == "Invalid"

    def test_takes_no_token_again_after_staff_said_something(self, client, link_of, event):
        press_button(client, link_of("Invalid"))
        feedback.give(event.user, str(event.pk), value="Invalid", now=timezone.now())

        assert press_button(client, link_of("Valid")).status_code == 400
        assert feedback_of(event) == "Invalid"

    def test_refuses_a_token_that_is_too_old(self, client, link_of, event):
        now = timezone.now()

        assert press_button(client, link_of(now=now - feedback.LIFETIME)).status_code == 400
        assert feedback_of(event) is None
        assert (
            press_button(client, link_of(now=now - feedback.LIFETIME + datetime.timedelta(minutes=1))).status_code
            == 200
        )

    def test_refuses_a_token_of_another_event(self, client, link_of, event):
        assert (
            press_button(client, link_of(token=feedback.token_of(uuid.uuid4(), now=timezone.now()))).status_code == 400
        )
        assert feedback_of(event) is None

    def test_refuses_an_event_of_another_pool(self, client, link_of, event):
        assert press_button(client, link_of(pool=UserPoolFactory())).status_code == 400
        assert feedback_of(event) is None

    @pytest.mark.parametrize("token", ["x", ".", "1.ü", "٣.2", "9" * 30 + ".2", "𝟙.𝟚", "a" * 3000])
    def test_refuses_what_is_no_token(self, client, link_of, event, token):
        path, _mark, _query = link_of().partition("?")
        given = {"event_id": str(event.pk), "feedback_token": token, "feedback_value": "Valid"}

        assert client.post(path, given).status_code == 400
        assert client.post(path, {**given, "event_id": "nothing"}).status_code == 400
        assert feedback_of(event) is None

    def test_needs_the_form_of_the_page(self, link_of, event):
        """Neither a page elsewhere nor a link speaks for the person."""
        browser = Client(enforce_csrf_checks=True)
        form = _Form(browser.get(link_of()))

        fields = {name: value for name, value in form.fields.items() if name != "csrfmiddlewaretoken"}
        assert browser.post(form.action, fields).status_code == 403
        assert feedback_of(event) is None
        assert browser.post(form.action, form.fields).status_code == 200

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_of_two_at_once_one_is_noted(self, link_of, event):
        calls = [
            lambda value=value: press_button(Client(), link_of(value)).status_code for value in ("Valid", "Invalid")
        ]

        assert sorted(race(*calls, *calls)) == [200, 400, 400, 400]
