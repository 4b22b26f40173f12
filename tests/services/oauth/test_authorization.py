"""What happens next with an authorization request."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import IntegrityError
from django.utils import timezone

from cognito_auth.models import AuthorizationCode, BrowserSession, User
from cognito_auth.services.oauth import authorization, authorization_requests, browser_sessions
from cognito_auth.services.oauth.authorization import Next
from cognito_auth.services.oauth.authorization_requests import RequestRefused
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.sign_in.attempt import SignedIn
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory

REDIRECT_URI = "https://app.example.com/callback"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def pool(db):
    return UserPoolFactory()


def client_of(pool, **fields):
    return UserPoolClientFactory(
        pool=pool,
        **{
            "oauth_enabled": True,
            "allowed_oauth_flows": ["code"],
            "allowed_oauth_scopes": ["openid"],
            "callback_urls": [REDIRECT_URI],
            **fields,
        },
    )


@pytest.fixture
def app_client(pool):
    return client_of(pool)


@pytest.fixture
def user(pool):
    return UserFactory(pool=pool, confirmed=True)


@pytest.fixture
def session(app_client, user, now):
    return begin(app_client, user, now)


def begin(app_client, user, now, **options):
    signed_in = SignedIn(user, now, user.token_epoch, ())
    session, _value = browser_sessions.begin(app_client, signed_in, origin=RequestOrigin(), now=now, **options)
    return session


def asked(app_client, **changes):
    fields = {"response_type": "code", "client_id": app_client.pk, "redirect_uri": REDIRECT_URI, **changes}
    return authorization_requests.read(app_client.pool, urlencode(fields))


class TestDecide:
    def test_answers_for_who_is_signed_in(self, app_client, session, now):
        assert authorization.decide(asked(app_client), session, now=now) is Next.ANSWER

    def test_asks_who_is_not(self, app_client, now):
        assert authorization.decide(asked(app_client), None, now=now) is Next.LOGIN
        assert authorization.decide(asked(app_client, prompt="none"), None, now=now) is Next.REFUSE

    @pytest.mark.parametrize(("max_age", "is_enough"), [(0, False), (119, False), (120, True), (10**9, True)])
    def test_asks_who_proved_it_too_long_ago(self, app_client, session, now, max_age, is_enough):
        expected = Next.ANSWER if is_enough else Next.LOGIN

        assert authorization.decide(asked(app_client, max_age=max_age), session, now=now + 2 * MINUTE) is expected

    def test_asks_who_came_from_a_provider_that_this_client_does_not_offer(self, pool, app_client, user, now):
        elsewhere = begin(app_client, user, now, provider="Google")
        with_google = client_of(pool, supported_identity_providers=["COGNITO", "Google"])

        assert authorization.decide(asked(app_client), elsewhere, now=now) is Next.LOGIN
        assert authorization.decide(asked(with_google), elsewhere, now=now) is Next.ANSWER

    def test_asks_the_provider_that_is_wanted(self, pool, app_client, session, now):
        both = client_of(pool, supported_identity_providers=["COGNITO", "Google"])

        assert authorization.decide(asked(both, identity_provider="Google"), session, now=now) is Next.PROVIDER
        assert authorization.decide(asked(both, identity_provider="COGNITO"), session, now=now) is Next.ANSWER

    def test_signs_in_again_for_as_long_as_this_client_says(self, pool, session, now):
        shy = client_of(pool, session_configuration={"MaxValidityMinutes": 5})
        never = client_of(pool, session_configuration={"MaxValidityMinutes": 0})

        assert authorization.decide(asked(shy), session, now=now + 4 * MINUTE) is Next.ANSWER
        assert authorization.decide(asked(shy), session, now=now + 5 * MINUTE) is Next.LOGIN
        assert authorization.decide(asked(never), session, now=now) is Next.LOGIN

    def test_a_session_ends_when_the_client_that_it_began_with_says(self, pool, user, now):
        long = client_of(pool, session_configuration={"MaxValidityMinutes": 600})
        session = begin(long, user, now)

        assert session.expires_at == now + 600 * MINUTE
        assert authorization.decide(asked(long), session, now=now + 599 * MINUTE) is Next.ANSWER
        assert authorization.decide(asked(client_of(pool)), session, now=now + 61 * MINUTE) is Next.LOGIN


class TestAnswer:
    def test_refuses_for_a_person_who_was_deleted_at_this_moment(self, app_client, session, user, now, monkeypatch):
        def save(row, **options):
            raise IntegrityError("the user is gone")

        monkeypatch.setattr(AuthorizationCode, "save", save)

        location = authorization.answer(asked(app_client), session, origin=RequestOrigin(), now=now)

        assert location.startswith(f"{REDIRECT_URI}?error=access_denied")

    def test_refuses_tokens_for_who_was_signed_out_at_this_moment(self, pool, user, now):
        implicit = client_of(pool, allowed_oauth_flows=["implicit"])
        session = begin(implicit, user, now)
        User.objects.update(token_epoch=user.token_epoch + 1)

        location = authorization.answer(
            asked(implicit, response_type="token"), session, origin=RequestOrigin(), now=now
        )

        assert location.startswith(f"{REDIRECT_URI}#error=access_denied")

    def test_links_the_tokens_to_the_browser(self, pool, user, now):
        implicit = client_of(pool, allowed_oauth_flows=["implicit"])
        session = begin(implicit, user, now)

        authorization.answer(asked(implicit, response_type="token"), session, origin=RequestOrigin(), now=now)

        assert BrowserSession.objects.get(token_families__user=user).pk == session.pk


class TestHostileRequests:
    GOOD = "response_type=code&state=s&redirect_uri=https://app.example.com/callback"

    @pytest.mark.parametrize(
        "value", ["%00", "%FF%FE", "%ED%A0%80", "%0D%0A", "x" * 9000, "%F0%9F%98%80", "\xff", "&&=&"]
    )
    @pytest.mark.parametrize(
        "name",
        [
            "state",
            "scope",
            "nonce",
            "resource",
            "login_hint",
            "acr_values",
            "max_age",
            "prompt",
            "code_challenge",
            "code_challenge_method",
            "identity_provider",
            "idp_identifier",
            "lang",
            "response_mode",
            "request",
            "%00",
        ],
    )
    def test_are_answered_with_a_code_a_refusal_or_a_page(self, client, pool, app_client, session, name, value):
        good = self.GOOD if name != "state" else self.GOOD.replace("state=s&", "")
        query = f"{good}&client_id={app_client.pk}&{name}={value}"

        for page in ("oauth2/authorize", "login", "signup", "logout", "device"):
            answer = client.get(f"/{pool.pk}/{page}?{query}")

            assert answer.status_code in (200, 302, 400), (page, answer.status_code)

    @pytest.mark.parametrize("value", ["%00", "%FF", "x" * 9000, "ü", "a&client_id=b"])
    def test_of_no_client_are_a_page(self, client, pool, value):
        for page in ("oauth2/authorize", "login", "logout"):
            assert client.get(f"/{pool.pk}/{page}?client_id={value}").status_code in (302, 400)


class TestRefusals:
    def test_name_the_issuer_where_answers_do(self, app_client, settings):
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "AUTHORIZATION_RESPONSE_ISSUER": True}

        with pytest.raises(RequestRefused) as refused:
            asked(app_client, scope="nothing")

        assert "&iss=http" in refused.value.location

    def test_do_not_name_it_by_default(self, app_client):
        with pytest.raises(RequestRefused) as refused:
            asked(app_client, scope="nothing")

        assert "iss=" not in refused.value.location
