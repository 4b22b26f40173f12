"""Letting a device without a browser sign in, from its first request to its tokens."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
from django.test import Client
from django.utils import timezone

from cognito_auth.choices import DeviceAuthorizationStatus
from cognito_auth.models import DeviceAuthorization, TokenFamily, User
from cognito_auth.services.oauth import device_authorizations
from cognito_auth.services.oauth.errors import OAuthError
from cognito_auth.services.request_origin import RequestOrigin
from tests.concurrency import race
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory
from tests.oauth.conftest import PASSWORD

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def tv(pool):
    """A client of devices."""
    return UserPoolClientFactory(
        pool=pool,
        name="TV",
        oauth_enabled=True,
        allowed_oauth_flows=["code"],
        allowed_oauth_scopes=["openid", "email"],
        callback_urls=["https://app.example.com/callback"],
        device_authorization=True,
    )


@pytest.fixture
def posts(pool):
    def post(path, **fields):
        answer = Client().post(f"/{pool.pk}/oauth2/{path}", urlencode(fields), content_type=FORM)
        return answer.status_code, answer.json()

    return post


@pytest.fixture
def signs_in(client, user, asks):
    def sign_in():
        assert client.post(asks("login"), {"username": "jane", "password": PASSWORD}).status_code == 302

    return sign_in


@pytest.fixture
def begins(posts, tv):
    """Ask for codes as a device does."""

    def begin(**fields):
        status, told = posts("device_authorization", client_id=tv.pk, **fields)
        assert status == 200, told
        return told

    return begin


@pytest.fixture
def polls(posts, tv):
    return lambda told: posts("token", grant_type=GRANT, client_id=tv.pk, device_code=told["device_code"])


def path_of(address):
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


@pytest.fixture
def signed_in_at_the_page(client, pool, user, begins):
    """Go through the login and return what the device was told, and the page that asks."""

    def arrive(browser=client):
        told = begins()
        first = browser.get(path_of(told["verification_uri_complete"]))
        assert first.status_code == 302
        assert urlsplit(first["Location"]).path == f"/{pool.pk}/login"
        back = browser.post(first["Location"], {"username": "jane", "password": PASSWORD})
        assert back.status_code == 302
        return told, path_of(back["Location"])

    return arrive


class TestDeviceAuthorization:
    def test_gives_codes_and_says_where_to_enter_them(self, begins, pool):
        told = begins()

        assert set(told) == {
            "device_code",
            "user_code",
            "verification_uri",
            "verification_uri_complete",
            "expires_in",
            "interval",
        }
        assert re.fullmatch("[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}", told["user_code"])
        assert told["verification_uri"].endswith(f"/{pool.pk}/device")
        assert (told["expires_in"], told["interval"]) == (600, 5)
        assert told["device_code"] not in str(DeviceAuthorization.objects.values_list().get())

    def test_refuses_other_scopes_and_clients_that_may_not(self, posts, tv, oauth_client):
        assert posts("device_authorization", client_id=tv.pk, scope="openid profile") == (
            400,
            {"error": "invalid_scope", "error_description": "The client does not have all of these scopes."},
        )
        status, told = posts("device_authorization", client_id=oauth_client.pk)
        assert (status, told["error"]) == (400, "unauthorized_client")
        status, told = posts("device_authorization", client_id="nobody")
        assert (status, told["error"]) == (400, "invalid_client")


class TestWholeWay:
    def test_a_person_who_has_to_sign_in_first_comes_back_and_says_yes(
        self, client, signed_in_at_the_page, polls, user, tv
    ):
        told, page = signed_in_at_the_page()
        assert polls(told) == (400, {"error": "authorization_pending"})

        asked = client.get(page)
        assert asked.status_code == 200
        text = unescape(asked.content.decode())
        assert "Sign in to TV on your device?" in text
        assert told["user_code"] in text
        assert "jane@example.com" in text
        done = client.post(page, {"user_code": told["user_code"], "action": "approve"})
        assert "Your device is connected" in done.content.decode()

        status, tokens = polls(told)
        assert status == 200
        assert set(tokens) == {"access_token", "id_token", "refresh_token", "token_type", "expires_in"}
        claims = jwt.decode(tokens["id_token"], options={"verify_signature": False})
        assert (claims["sub"], claims["aud"]) == (str(user.sub), tv.pk)
        assert polls(told) == (400, {"error": "invalid_grant"})

    def test_the_sign_in_leaves_no_code_in_the_address(self, signed_in_at_the_page):
        told, page = signed_in_at_the_page()

        assert parse_qs(urlsplit(page).query) == {"state": [told["user_code"]]}

    def test_a_person_who_is_signed_in_enters_the_code_in_any_spelling(self, client, signs_in, begins, pool):
        signs_in()
        told = begins()

        answer = client.post(f"/{pool.pk}/device", {"user_code": told["user_code"].lower().replace("-", " ")})

        assert answer.status_code == 303
        assert answer["Location"] == f"/{pool.pk}/device?user_code={told['user_code']}"
        assert client.get(answer["Location"]).status_code == 200

    def test_no_means_no(self, client, signed_in_at_the_page, polls):
        told, page = signed_in_at_the_page()

        done = client.post(page, {"user_code": told["user_code"], "action": "deny"})

        assert "was not connected" in done.content.decode()
        assert polls(told) == (400, {"error": "access_denied"})
        late = client.post(page, {"user_code": told["user_code"], "action": "approve"})
        assert late.status_code == 400
        assert polls(told) == (400, {"error": "access_denied"})


class TestPage:
    def test_asks_for_the_code(self, client, pool):
        page = client.get(f"/{pool.pk}/device")

        assert page.status_code == 200
        assert 'name="user_code"' in page.content.decode()

    @pytest.mark.parametrize("code", ["BBBB-BBBB", "x", "B" * 5000, "\x00", "%FF", "' OR 1=1", "ＢＢＢＢ"])
    def test_says_that_no_device_waits(self, client, pool, code):
        answer = client.post(f"/{pool.pk}/device", {"user_code": code})

        assert answer.status_code == 400
        assert "No device waits with this code" in answer.content.decode()

    def test_says_that_the_field_is_empty(self, client, pool):
        answer = client.post(f"/{pool.pk}/device", {"user_code": " "})

        assert answer.status_code == 400
        assert "Please fill in this field." in answer.content.decode()

    def test_finds_no_device_of_another_pool_and_none_that_waited_too_long(self, client, begins):
        told = begins()
        DeviceAuthorization.objects.update(expires_at=timezone.now())
        assert client.get(path_of(told["verification_uri_complete"])).status_code == 400

        other = UserPoolFactory()
        DeviceAuthorization.objects.update(expires_at=timezone.now() + timedelta(minutes=5))
        assert client.get(f"/{other.pk}/device?user_code={told['user_code']}").status_code == 400

    def test_limits_guesses(self, client, pool, begins, monkeypatch):
        told = begins()
        monkeypatch.setattr(device_authorizations, "GUESSES_PER_HOUR", 3)
        for _guess in range(3):
            client.post(f"/{pool.pk}/device", {"user_code": "BBBB-BBBB"})

        answer = client.get(path_of(told["verification_uri_complete"]))

        assert answer.status_code == 429
        assert "Too many attempts" in answer.content.decode()

    def test_a_form_of_another_site_changes_nothing(self, signed_in_at_the_page, user, polls):
        strict = Client(enforce_csrf_checks=True)
        told, page = signed_in_at_the_page(Client())

        answer = strict.post(page, {"user_code": told["user_code"], "action": "approve"})

        assert answer.status_code == 403
        assert polls(told) == (400, {"error": "authorization_pending"})

    def test_nobody_says_yes_without_a_session(self, client, begins, pool, polls):
        told = begins()

        answer = client.post(f"/{pool.pk}/device", {"user_code": told["user_code"], "action": "approve"})

        assert urlsplit(answer["Location"]).path == f"/{pool.pk}/login"
        assert polls(told) == (400, {"error": "authorization_pending"})

    def test_a_session_of_a_provider_that_the_app_does_not_offer_is_not_enough(
        self, client, signs_in, begins, tv, pool
    ):
        signs_in()
        tv.supported_identity_providers = ["Google"]
        tv.save()
        told = begins()

        answer = client.get(path_of(told["verification_uri_complete"]))

        assert urlsplit(answer["Location"]).path == f"/{pool.pk}/login"

    def test_only_clients_of_devices_are_signed_in_to_for_it(self, client, pool, oauth_client, begins):
        page = begins()["verification_uri"]
        asked = {"response_type": "none", "client_id": oauth_client.pk, "redirect_uri": page, "state": "x"}

        answer = client.get(f"/{pool.pk}/oauth2/authorize?{urlencode(asked)}")

        assert urlsplit(answer["Location"]).path == f"/{pool.pk}/error"

    @pytest.mark.parametrize("page", ["https://evil.example/device", "https://a@b/device", "device", "/device"])
    def test_only_our_page_gets_a_browser_back_without_a_code(self, client, pool, tv, page):
        asked = {"response_type": "none", "client_id": tv.pk, "redirect_uri": page, "state": "x"}

        answer = client.get(f"/{pool.pk}/oauth2/authorize?{urlencode(asked)}")

        assert urlsplit(answer["Location"]).path == f"/{pool.pk}/error"


class TestGrant:
    def test_asks_for_patience_from_who_polls_too_fast(self, begins, polls):
        told = begins()

        assert polls(told)[1] == {"error": "authorization_pending"}
        assert polls(told)[1] == {"error": "slow_down"}
        assert DeviceAuthorization.objects.get().interval_seconds == 10

    def test_knows_when_it_is_too_late(self, begins, polls):
        told = begins()
        DeviceAuthorization.objects.update(expires_at=timezone.now())

        assert polls(told) == (400, {"error": "expired_token"})

    @pytest.mark.parametrize("code", ["nothing", "x" * 9999])
    def test_refuses_unknown_codes(self, polls, code):
        assert polls({"device_code": code}) == (400, {"error": "invalid_grant"})

    def test_refuses_a_code_of_another_client(self, posts, begins, pool):
        other = UserPoolClientFactory(
            pool=pool, oauth_enabled=True, allowed_oauth_scopes=["openid"], device_authorization=True
        )

        status, told = posts("token", grant_type=GRANT, client_id=other.pk, device_code=begins()["device_code"])

        assert (status, told) == (400, {"error": "invalid_grant"})

    def test_gives_nothing_for_a_person_who_was_signed_out_meanwhile(self, client, signed_in_at_the_page, polls, user):
        told, page = signed_in_at_the_page()
        client.post(page, {"user_code": told["user_code"], "action": "approve"})
        User.objects.filter(pk=user.pk).update(token_epoch=user.token_epoch + 1)

        assert polls(told) == (400, {"error": "invalid_grant"})


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    def test_two_polls_get_tokens_once(self):
        client = UserPoolClientFactory(oauth_enabled=True, allowed_oauth_scopes=["openid"], device_authorization=True)
        person, now = UserFactory(pool=client.pool, confirmed=True), timezone.now()
        begun = device_authorizations.begin(client, "", now=now)
        DeviceAuthorization.objects.update(
            status=DeviceAuthorizationStatus.APPROVED, user=person, authenticated_at=now, token_epoch=person.token_epoch
        )

        def poll():
            return device_authorizations.exchange(client, begun.device_code, origin=RequestOrigin(), now=now)

        results = race(*[poll] * 4)

        assert sum(not isinstance(result, Exception) for result in results) == 1
        assert all(isinstance(result, OAuthError) for result in results if isinstance(result, Exception))
        assert TokenFamily.objects.count() == 1
