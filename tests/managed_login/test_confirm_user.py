import re
from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from cognito_auth.choices import CodePurpose, MessageEvent, UserStatus
from cognito_auth.models import OneTimeCode
from cognito_auth.services import codes
from cognito_auth.services.attributes import verification
from cognito_auth.services.messages import delivery
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def pool():
    return UserPoolFactory(
        name="Acme <Coffee>", verification_message_template={"DefaultEmailOption": "CONFIRM_WITH_LINK"}
    )


@pytest.fixture
def user(pool):
    return UserFactory(pool=pool, username="jane&co")


@pytest.fixture
def link(pool, user):
    """The link in the e-mail that the person got, without the site's address."""
    code = codes.issue(user, CodePurpose.CONFIRM_SIGN_UP, attribute="email", destination=user.email, now=timezone.now())
    delivery.send_code(
        user,
        MessageEvent.SIGN_UP,
        attribute="email",
        destination=user.email,
        code=code,
        client=UserPoolClientFactory(pool=pool),
        origin=None,
        now=timezone.now(),
    )
    return re.search(r"http://testserver(\S+)", mail.outbox[0].body)[1]


class _Form(HTMLParser):
    """Reads the one form of a page, as a browser without scripts does."""

    def __init__(self, response):
        super().__init__()
        self.action = None
        self.fields = {}
        self.feed(response.content.decode())

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "form":
            self.action = values["action"]
        elif tag == "input":
            self.fields[values["name"]] = values["value"]


def press_button(client, link):
    form = _Form(client.get(link))
    return client.post(form.action, form.fields)


class TestGet:
    def test_shows_a_button_and_changes_nothing(self, client, link, user):
        for _scanner in range(3):
            response = client.get(link)
        client.head(link)

        user.refresh_from_db()
        assert response.status_code == 200
        assert "Confirm email address" in response.content.decode()
        assert "Acme &lt;Coffee&gt;" in response.content.decode()
        assert user.status == UserStatus.UNCONFIRMED
        assert OneTimeCode.objects.count() == 1

    def test_answers_without_the_slash_too(self, client, link):
        assert client.get(link.replace("confirmUser/", "confirmUser")).status_code == 200

    def test_is_not_stored_framed_indexed_or_told_to_other_sites(self, client, link):
        response = client.get(link)

        assert response["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
        assert "default-src 'none'" in response["Content-Security-Policy"]
        assert response["Referrer-Policy"] == "same-origin"
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        nonce = re.search(r"'nonce-([^']+)'", response["Content-Security-Policy"])[1]
        assert f'<style nonce="{nonce}">' in response.content.decode()

    @pytest.mark.parametrize(
        "query",
        [
            "",
            "client_id=x&user_name=y",
            "client_id=x&user_name=&confirmation_code=1",
            "client_id=x&user_name=%00&confirmation_code=1",
            f"client_id=x&user_name={'y' * 3000}&confirmation_code=1",
        ],
    )
    def test_says_that_a_link_is_not_complete(self, client, pool, query):
        response = client.get(f"/{pool.pk}/confirmUser/?{query}")

        assert response.status_code == 400
        assert "The link is not complete" in response.content.decode()

    def test_says_that_pool_or_client_do_not_exist(self, client, link, pool):
        other = UserPoolFactory()

        for address in (link.replace(pool.pk, "eu-west-1_Nowhere00"), link.replace(pool.pk, other.pk)):
            response = client.get(address)
            assert response.status_code == 404
            assert "does not belong to this site" in response.content.decode()

    def test_escapes_what_the_link_brings(self, client, pool):
        app = UserPoolClientFactory(pool=pool)

        page = client.get(
            f"/{pool.pk}/confirmUser/?client_id={app.pk}&user_name=%22%3E%3Cscript%3E&confirmation_code=%3Cb%3E"
        ).content.decode()

        assert "<script" not in page
        assert "<b>" not in page

    def test_speaks_the_language_of_the_browser(self, client, link):
        page = client.get(link, headers={"Accept-Language": "de"}).content.decode()

        assert '<html lang="de"' in page
        assert "E-Mail-Adresse bestätigen" in page


class TestPost:
    def test_confirms_the_account(self, client, link, user):
        response = press_button(client, link)

        user.refresh_from_db()
        assert response.status_code == 200
        assert "Your account is confirmed" in response.content.decode()
        assert user.status == UserStatus.CONFIRMED
        assert user.email_verified is True

    def test_verifies_the_address_of_a_confirmed_account(self, client, pool):
        ann = UserFactory(pool=pool, username="ann", confirmed=True, email_verified=False)
        app = UserPoolClientFactory(pool=pool)
        verification.request_code(ann, "email", client=app, origin=None, now=timezone.now())

        response = press_button(client, re.search(r"http://testserver(\S+)", mail.outbox[-1].body)[1])

        ann.refresh_from_db()
        assert "Your email address is confirmed" in response.content.decode()
        assert ann.email_verified is True

    def test_says_that_there_is_nothing_left_to_confirm(self, client, link):
        press_button(client, link)

        response = press_button(client, link)

        assert response.status_code == 200
        assert "Nothing left to confirm" in response.content.decode()

    def test_says_that_the_code_is_wrong(self, client, link, user):
        wrong = re.sub(r"confirmation_code=\d+", "confirmation_code=nothing", link)

        response = press_button(client, wrong)

        user.refresh_from_db()
        assert response.status_code == 400
        assert "This link does not work" in response.content.decode()
        assert user.status == UserStatus.UNCONFIRMED

    def test_says_that_the_code_is_too_old(self, client, link):
        OneTimeCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

        response = press_button(client, link)

        assert response.status_code == 400
        assert "It is too old" in response.content.decode()

    def test_says_the_same_of_people_who_do_not_exist(self, client, link, pool):
        pool.clients.update(prevent_user_existence_errors=True)

        unknown = press_button(client, link.replace("jane%26co", "nobody"))
        wrong = press_button(client, re.sub(r"confirmation_code=\d+", "confirmation_code=nothing", link))

        def text_of(response):
            return re.sub(r'nonce="[^"]+"', "", response.content.decode())

        assert unknown.status_code == wrong.status_code == 400
        assert text_of(unknown) == text_of(wrong)

    def test_stops_guessing(self, client, link):
        wrong = re.sub(r"confirmation_code=\d+", "confirmation_code=nothing", link)

        answers = [press_button(client, wrong) for _guess in range(16)]

        assert "Too many attempts" in answers[-1].content.decode()

    def test_needs_the_form_of_the_page(self, link, user):
        browser = Client(enforce_csrf_checks=True)
        form = _Form(browser.get(link))

        forged = browser.post(form.action, {**form.fields, "csrfmiddlewaretoken": "x" * 64})
        honest = browser.post(form.action, form.fields)

        assert forged.status_code == 403
        assert honest.status_code == 200
        user.refresh_from_db()
        assert user.status == UserStatus.CONFIRMED

    def test_keeps_the_code_out_of_the_address(self, client, link):
        assert "?" not in _Form(client.get(link)).action

    def test_refuses_other_methods(self, client, link):
        assert client.put(link).status_code == 405
