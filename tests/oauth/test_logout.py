"""The sign-out endpoint, in Cognito's dialect and in that of OpenID Connect."""

from datetime import timedelta
from urllib.parse import unquote_to_bytes, urlencode, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from cognito_auth.choices import AuthEventType
from cognito_auth.models import AuthEvent, BrowserSession, TokenFamily
from cognito_auth.services.tokens import issue
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory
from tests.oauth.conftest import REDIRECT_URI

BYE = "https://app.example.com/bye"


@pytest.fixture
def logs_out(client, pool):
    """Go to the sign-out endpoint with these parameters."""

    def log_out(browser=client, **fields):
        return browser.get(f"/{pool.pk}/logout?{urlencode(fields)}")

    return log_out


@pytest.fixture
def id_token(oauth_client, user):
    """Return a function that makes an ID token of so long ago."""

    def make(age=timedelta(), client=oauth_client, user=user):
        at = timezone.now() - age
        return issue.issue(user, client, authenticated_at=at, token_epoch=user.token_epoch, now=at).id_token

    return make


def has_ended():
    return [session.ended_at is not None for session in BrowserSession.objects.all()] == [True]


class TestCognitosDialect:
    def test_ends_the_session_and_goes_to_the_client(self, client, logs_out, signs_in, asks, oauth_client, pool):
        signs_in()

        answer = logs_out(client_id=oauth_client.pk, logout_uri=BYE)

        assert (answer.status_code, answer["Location"]) == (302, BYE)
        assert answer.cookies["cognito"]["max-age"] == 0
        assert answer.cookies["cognito"]["path"] == f"/{pool.pk}/"
        assert has_ended()
        assert urlsplit(client.get(asks())["Location"]).path.endswith("/login")

    def test_a_cookie_that_was_kept_is_worth_nothing(self, client, logs_out, signs_in, asks, oauth_client):
        signs_in()
        kept = client.cookies["cognito"].value
        logs_out(client_id=oauth_client.pk, logout_uri=BYE)
        client.cookies["cognito"] = kept

        assert urlsplit(client.get(asks())["Location"]).path.endswith("/login")

    def test_leaves_tokens_and_writes_an_event(self, logs_out, signs_in, oauth_client, id_token):
        signs_in()
        id_token()

        logs_out(client_id=oauth_client.pk, logout_uri=BYE)

        assert TokenFamily.objects.get().revoked_at is None
        assert AuthEvent.objects.filter(type=AuthEventType.SIGN_OUT).count() == 1

    def test_goes_there_without_a_session_too(self, logs_out, oauth_client):
        assert logs_out(client_id=oauth_client.pk, logout_uri=BYE)["Location"] == BYE

    def test_the_sign_out_address_wins_over_that_of_sign_ins(self, logs_out, oauth_client):
        answer = logs_out(
            client_id=oauth_client.pk, logout_uri=BYE, redirect_uri=REDIRECT_URI, response_type="code", state="x"
        )

        assert answer["Location"] == BYE

    def test_goes_to_the_login_with_what_it_was_asked(self, logs_out, signs_in, oauth_client, pool):
        signs_in()
        fields = {
            "client_id": oauth_client.pk,
            "redirect_uri": REDIRECT_URI,
            "response_type": "code",
            "state": "a b+c=ü",
            "scope": "openid",
        }

        answer = logs_out(**fields)

        assert answer["Location"] == f"/{pool.pk}/login?{urlencode(fields)}"
        assert has_ended()


class TestStandardDialect:
    def test_goes_to_the_client_with_its_state(self, logs_out, signs_in, id_token):
        signs_in()

        answer = logs_out(id_token_hint=id_token(), post_logout_redirect_uri=BYE, state="s t&=/ü")

        assert answer["Location"] == f"{BYE}?{urlencode({'state': 's t&=/ü'})}"
        assert has_ended()

    def test_the_state_comes_back_byte_by_byte(self, client, pool, oauth_client):
        for state in ("%FF%00%0D%0A", "%2B", "+", "a%3Db", "%C3%BC" * 700):
            query = f"client_id={oauth_client.pk}&post_logout_redirect_uri={BYE}&state={state}"

            location = client.get(f"/{pool.pk}/logout?{query}")["Location"]

            told = location.partition("?state=")[2]
            assert unquote_to_bytes(told.replace("+", " ")) == unquote_to_bytes(state.replace("+", " "))

    def test_takes_a_token_that_has_expired(self, logs_out, id_token):
        answer = logs_out(id_token_hint=id_token(age=timedelta(days=3)), post_logout_redirect_uri=BYE)

        assert answer["Location"] == BYE

    def test_without_an_address_says_that_it_is_done(self, logs_out, signs_in, id_token):
        signs_in()

        answer = logs_out(id_token_hint=id_token())

        assert answer.status_code == 200
        assert has_ended()

    def test_a_form_of_the_client_leads_on_to_where_the_cookie_comes_along(self, client, pool, signs_in, id_token):
        signs_in()
        strict = Client(enforce_csrf_checks=True)
        form = {"id_token_hint": id_token(), "post_logout_redirect_uri": BYE, "state": "x y"}

        answer = strict.post(f"/{pool.pk}/logout", form)

        assert answer.status_code == 303
        assert client.get(answer["Location"])["Location"] == f"{BYE}?state=x+y"
        assert has_ended()

    @pytest.mark.parametrize("hint", ["nonsense", "a.b.c", "eyJhbGciOiJub25lIn0.eyJpYXQiOjF9.", "x" * 5000])
    def test_refuses_a_token_that_is_none(self, logs_out, signs_in, hint):
        signs_in()

        answer = logs_out(id_token_hint=hint, post_logout_redirect_uri=BYE)

        assert answer.status_code == 400
        assert not has_ended()

    def test_refuses_a_token_of_another_pool_client_or_kind(self, logs_out, id_token, pool, oauth_client, user):
        other = UserPoolClientFactory(pool=UserPoolFactory(), logout_urls=[BYE])
        stranger = UserFactory(pool=other.pool, confirmed=True)
        neighbour = UserPoolClientFactory(pool=pool, logout_urls=[BYE])
        now = timezone.now()
        access = issue.issue(user, oauth_client, authenticated_at=now, token_epoch=0, now=now).access_token

        for fields in (
            {"id_token_hint": id_token(client=other, user=stranger)},
            {"id_token_hint": id_token(), "client_id": neighbour.pk},
            {"id_token_hint": access},
        ):
            assert logs_out(**fields, post_logout_redirect_uri=BYE).status_code == 400


class TestRefusals:
    @pytest.mark.parametrize(
        "fields",
        [
            {},
            {"logout_uri": BYE},
            {"client_id": "nobody", "logout_uri": BYE},
            {"client_id": "\x00", "logout_uri": BYE},
            {"client_id": "ü" * 3000, "logout_uri": BYE},
        ],
    )
    def test_without_a_client_are_a_page(self, logs_out, signs_in, fields):
        signs_in()

        answer = logs_out(**fields)

        assert answer.status_code == 400
        assert "Location" not in answer
        assert not has_ended()

    @pytest.mark.parametrize("parameter", ["logout_uri", "post_logout_redirect_uri", "redirect_uri"])
    @pytest.mark.parametrize(
        "address",
        [
            f"{BYE}/",
            f"{BYE}?x=1",
            f"{BYE}#x",
            "https://app.example.com:443/bye",
            "https://app.example.com/BYE",
            "https://app.example.com@evil.example/bye",
            "https://app.example.com.evil.example/bye",
            "https://app.example.com\\@evil.example/bye",
            "//app.example.com/bye",
            "https://app.example.com/%62ye",
            "javascript:alert(1)",
            "\x00",
        ],
    )
    def test_of_an_address_that_is_not_registered_are_a_page(self, logs_out, oauth_client, parameter, address):
        answer = logs_out(client_id=oauth_client.pk, response_type="code", **{parameter: address})

        assert answer.status_code == 400
        assert "Location" not in answer

    def test_sign_in_addresses_are_none_of_sign_outs_and_the_other_way_round(self, logs_out, oauth_client):
        assert logs_out(client_id=oauth_client.pk, logout_uri=REDIRECT_URI).status_code == 400
        assert logs_out(client_id=oauth_client.pk, redirect_uri=BYE, response_type="code").status_code == 400

    def test_a_client_without_an_address_to_go_to(self, logs_out, oauth_client):
        assert logs_out(client_id=oauth_client.pk).status_code == 400

    def test_of_parameters_given_twice(self, client, pool, oauth_client):
        query = f"client_id={oauth_client.pk}&logout_uri={BYE}&logout_uri={BYE}"

        assert client.get(f"/{pool.pk}/logout?{query}").status_code == 400

    def test_of_another_pools_client(self, logs_out):
        other = UserPoolClientFactory(pool=UserPoolFactory(), logout_urls=[BYE])

        assert logs_out(client_id=other.pk, logout_uri=BYE).status_code == 400

    def test_of_other_methods(self, client, pool):
        assert client.put(f"/{pool.pk}/logout").status_code == 405
