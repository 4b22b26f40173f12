"""The authorization endpoint."""

from urllib.parse import quote, unquote

import jwt
import pytest
from django.test import Client

from cognito_auth.models import AuthorizationCode, BrowserSession, User
from tests.factories import UserPoolClientFactory, UserPoolFactory
from tests.oauth.conftest import REDIRECT_URI, pkce, query_of


def claims_of(token):
    return jwt.decode(token, options={"verify_signature": False})


class TestSignIn:
    def test_sends_a_browser_to_the_login_page_with_the_same_request(self, client, asks):
        answer = client.get(asks())

        assert answer.status_code == 302
        assert answer["Location"] == asks("login")

    def test_comes_back_with_a_code(self, signs_in):
        location = signs_in()

        assert location.startswith(f"{REDIRECT_URI}?code=")
        assert query_of(location)["state"] == "s t&=/ü"

    def test_is_not_asked_for_again_in_the_same_browser(self, client, asks, signs_in):
        signs_in()

        assert "code" in query_of(client.get(asks())["Location"])

    def test_holds_for_other_clients_of_the_pool(self, client, asks, signs_in, pool):
        signs_in()
        other = UserPoolClientFactory(
            pool=pool,
            oauth_enabled=True,
            allowed_oauth_flows=["code"],
            allowed_oauth_scopes=["openid", "email"],
            callback_urls=[REDIRECT_URI],
        )

        assert "code" in query_of(client.get(asks(client_id=other.pk))["Location"])

    def test_does_not_hold_in_another_pool(self, client, asks, signs_in, pool):
        signs_in()
        other = UserPoolClientFactory(
            pool=UserPoolFactory(),
            oauth_enabled=True,
            allowed_oauth_flows=["code"],
            allowed_oauth_scopes=["openid", "email"],
            callback_urls=[REDIRECT_URI],
        )
        address = asks(client_id=other.pk).replace(pool.pk, other.pool_id)
        # As if the browser sent the cookie of one pool to the other.
        client.cookies["cognito"]["path"] = "/"

        assert client.get(address)["Location"].startswith(f"/{other.pool_id}/login?")

    def test_gets_a_new_session_each_time(self, client, asks, signs_in):
        client.cookies["cognito"] = "planted"
        signs_in()
        first = client.cookies["cognito"].value
        signs_in()

        assert first != "planted"
        assert client.cookies["cognito"].value != first
        assert BrowserSession.objects.count() == 2

    def test_has_a_cookie_that_scripts_and_other_pools_do_not_see(self, client, asks, signs_in, pool):
        signs_in()

        cookie = client.cookies["cognito"]
        assert cookie["path"] == f"/{pool.pk}/"
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert not BrowserSession.objects.filter(digest=cookie.value).exists()

    @pytest.mark.parametrize("change", [{"is_active": False}, {"token_epoch": 7}])
    def test_is_asked_for_again_once_the_session_has_ended(self, client, asks, signs_in, change):
        signs_in()
        User.objects.update(**change)

        assert client.get(asks())["Location"] == asks("login")

    def test_is_asked_for_again_after_an_hour(self, client, asks, signs_in, time_machine):
        from datetime import timedelta

        from django.utils import timezone

        time_machine.move_to(timezone.now(), tick=False)
        signs_in()
        time_machine.shift(timedelta(minutes=59))
        assert "code" in query_of(client.get(asks())["Location"])
        time_machine.shift(timedelta(minutes=2))

        assert client.get(asks())["Location"] == asks("login")


class TestWishes:
    def test_prompt_none_asks_nobody(self, client, asks):
        told = query_of(client.get(asks(prompt="none"))["Location"])

        assert told["error"] == "login_required"
        assert told["state"] == "s t&=/ü"

    def test_prompt_none_is_answered_for_somebody_signed_in(self, client, asks, signs_in):
        signs_in()

        assert "code" in query_of(client.get(asks(prompt="none"))["Location"])

    @pytest.mark.parametrize("prompt", ["login", "LOGIN", "select_account", "login consent"])
    def test_prompt_login_asks_all_the_same(self, client, asks, signs_in, prompt):
        signs_in()

        assert client.get(asks(prompt=prompt))["Location"].startswith(asks("login").partition("?")[0])

    def test_max_age_zero_asks_all_the_same(self, client, asks, signs_in, time_machine):
        from datetime import timedelta

        from django.utils import timezone

        time_machine.move_to(timezone.now(), tick=False)
        signs_in()
        time_machine.shift(timedelta(seconds=5))

        assert "code" in query_of(client.get(asks(max_age="5"))["Location"])
        assert client.get(asks(max_age="4"))["Location"] == asks("login", max_age="4")

    def test_acr_values_ask_for_a_second_factor_where_the_session_had_none(self, client, asks, signs_in, pool):
        pool.acr_configuration = {"Enabled": True}
        type(pool).objects.filter(pk=pool.pk).update(acr_enabled=True)
        signs_in()

        wanted = "urn:cognito:loa:4"
        assert "/login?" in client.get(asks(acr_values=wanted))["Location"]
        assert "code" in query_of(client.get(asks(acr_values="urn:cognito:loa:1"))["Location"])

    def test_login_hint_is_filled_in(self, client, asks):
        assert 'value="jane@example.com"' in client.get(asks("login", login_hint="jane@example.com")).content.decode()


class TestState:
    @pytest.mark.parametrize(
        "raw", ["a%2Bb", "a+b", "a%20b", "%3D%3D", "%C3%BC", "%F0%9F%98%80", "a%2525b", "%FF%FE", "x" * 2048, ""]
    )
    def test_comes_back_as_it_went(self, client, asks, raw):
        address = f"{asks(state=None, prompt='none')}&state={raw}"

        location = client.get(address)["Location"]

        assert unquote(location.rpartition("state=")[2].replace("+", " "), errors="surrogateescape") == unquote(
            raw.replace("+", " "), errors="surrogateescape"
        )

    def test_is_not_made_up(self, client, asks):
        assert "state" not in query_of(client.get(asks(state=None, prompt="none"))["Location"])


class TestRefusals:
    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"response_type": None}, "invalid_request"),
            ({"response_type": "id_token"}, "invalid_request"),
            ({"response_type": "code token"}, "invalid_request"),
            ({"scope": "openid nothing"}, "invalid_scope"),
            ({"scope": "phone openid"}, "invalid_scope"),
            ({"scope": "email"}, "invalid_scope"),
            ({"code_challenge": "a" * 43}, "invalid_request"),
            ({"code_challenge": "a" * 43, "code_challenge_method": "plain"}, "invalid_request"),
            ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
            ({"code_challenge_method": "S256"}, "invalid_request"),
            ({"prompt": "none login"}, "invalid_request"),
            ({"prompt": "anything"}, "invalid_request"),
            ({"max_age": "-1"}, "invalid_request"),
            ({"max_age": "x"}, "invalid_request"),
            ({"max_age": "٣"}, "invalid_request"),
            ({"max_age": "9" * 40}, "invalid_request"),
            ({"nonce": "a\x00b"}, "invalid_request"),
            ({"nonce": "x" * 3000}, "invalid_request"),
            ({"resource": "http://api.example.com"}, "invalid_request"),
            ({"resource": "https://api.example.com#x"}, "invalid_request"),
            ({"resource": "nothing"}, "invalid_request"),
            ({"resource": "https://["}, "invalid_request"),
        ],
    )
    def test_go_to_the_client(self, client, asks, changes, error):
        answer = client.get(asks(**changes))

        assert answer.status_code == 302
        assert answer["Location"].startswith(REDIRECT_URI)
        told = query_of(answer["Location"])
        assert told["error"] == error
        assert told["state"] == "s t&=/ü"

    @pytest.mark.parametrize(
        "query",
        ["&scope=openid", "&state=x", "&nonce=a&nonce=b", "&resource=https://a.example&resource=https://b.example"],
    )
    def test_of_parameters_given_twice_go_to_the_client(self, client, asks, query):
        assert query_of(client.get(asks() + query)["Location"])["error"] == "invalid_request"

    def test_of_a_flow_the_client_does_not_have_go_to_it(self, client, asks, oauth_client):
        oauth_client.allowed_oauth_flows = ["implicit"]
        oauth_client.save()

        assert query_of(client.get(asks())["Location"])["error"] == "unauthorized_client"

    def test_of_a_client_without_oauth_go_to_it(self, client, asks, oauth_client):
        oauth_client.oauth_enabled = False
        oauth_client.save()

        assert query_of(client.get(asks())["Location"])["error"] == "unauthorized_client"

    def test_of_a_missing_challenge_go_to_the_client_that_requires_one(self, client, asks, oauth_client):
        oauth_client.require_pkce = True
        oauth_client.save()

        assert query_of(client.get(asks())["Location"])["error"] == "invalid_request"
        challenge = pkce()[1]
        assert "/login?" in client.get(asks(code_challenge=challenge, code_challenge_method="S256"))["Location"]

    @pytest.mark.parametrize(
        "redirect_uri",
        [
            None,
            "",
            "https://app.example.com/callback/",
            "https://app.example.com/callback?x=1",
            "https://app.example.com/callbackx",
            "https://app.example.com/callbac",
            "https://APP.example.com/callback",
            "HTTPS://app.example.com/callback",
            "https://app.example.com:443/callback",
            "https://app.example.com@evil.example/callback",
            "https://evil.example/https://app.example.com/callback",
            "https://app.example.com\\@evil.example/callback",
            "https://app.example.com/callback#x",
            "https://app.example.com/%63allback",
            "//app.example.com/callback",
            "javascript:alert(1)",
            " https://app.example.com/callback",
        ],
    )
    def test_of_an_address_that_is_not_the_clients_go_to_the_person(
        self, client, asks, pool, oauth_client, redirect_uri
    ):
        answer = client.get(asks(redirect_uri=redirect_uri))

        assert answer["Location"] == f"/{pool.pk}/error?error=redirect_mismatch&client_id={oauth_client.pk}"
        page = client.get(answer["Location"])
        assert page.status_code == 400
        assert "evil" not in page.content.decode()

    def test_of_two_addresses_go_to_the_person(self, client, asks):
        answer = client.get(f"{asks()}&redirect_uri={quote(REDIRECT_URI, safe='')}")

        assert "redirect_mismatch" in answer["Location"]

    @pytest.mark.parametrize("client_id", [None, "", "unknown", "a\x00b", "ü", "x" * 5000])
    def test_of_an_unknown_client_go_to_the_person(self, client, asks, client_id):
        answer = client.get(asks(client_id=client_id))

        assert "/error?error=invalid_client" in answer["Location"]

    def test_of_a_client_of_another_pool_go_to_the_person(self, client, asks, pool, oauth_client):
        other = UserPoolFactory()

        assert "/error?error=invalid_client" in client.get(asks().replace(f"/{pool.pk}/", f"/{other.pk}/"))["Location"]

    @pytest.mark.parametrize("name", ["Google", "Nobody", "cognito", "a\x00b"])
    def test_of_a_provider_that_is_not_offered_go_to_the_person(self, client, asks, name):
        assert "/error?error=provider_not_offered" in client.get(asks(identity_provider=name))["Location"]
        assert "/error?error=provider_not_offered" in client.get(asks(idp_identifier=name))["Location"]

    def test_of_an_unknown_pool_are_a_page(self, client, asks, pool):
        assert client.get(asks().replace(pool.pk, "eu-west-1_AAAAAAAAA")).status_code == 404

    def test_of_a_request_without_end_are_a_page(self, client, asks):
        assert "/error?" in client.get(asks(state="x" * 20_000))["Location"]
        assert "/error?" in client.get(asks() + "&a=b" * 200)["Location"]

    def test_of_a_post(self, asks):
        assert Client(enforce_csrf_checks=True).post(asks()).status_code == 405


class TestImplicit:
    def test_comes_back_with_tokens_in_the_fragment(self, signs_in, user):
        location = signs_in(response_type="token", nonce="n-1")

        address, _mark, _fragment = location.partition("#")
        assert address == REDIRECT_URI
        told = query_of(location)
        assert set(told) == {"id_token", "access_token", "token_type", "expires_in", "state"}
        assert claims_of(told["id_token"])["nonce"] == "n-1"
        assert claims_of(told["access_token"])["sub"] == str(user.sub)

    def test_has_no_id_token_without_openid(self, signs_in):
        assert "id_token" not in query_of(signs_in(response_type="token", scope="aws.cognito.signin.user.admin"))

    def test_tells_refusals_in_the_fragment(self, client, asks):
        location = client.get(asks(response_type="token", scope="nothing"))["Location"]

        assert location.startswith(f"{REDIRECT_URI}#error=invalid_scope")


class TestCodes:
    def test_are_stored_as_digests(self, signs_in):
        code = query_of(signs_in())["code"]

        row = AuthorizationCode.objects.get()
        assert code not in {str(value) for value in row.__dict__.values()}

    def test_name_the_issuer_where_the_project_wants_it(self, signs_in, settings, pool):
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "AUTHORIZATION_RESPONSE_ISSUER": True}

        assert query_of(signs_in())["iss"] == f"http://testserver/{pool.pk}"

    def test_go_to_apps_with_a_scheme_of_their_own(self, client, oauth_client, signs_in):
        oauth_client.callback_urls = ["myapp://callback"]
        oauth_client.save()

        assert signs_in(redirect_uri="myapp://callback").startswith("myapp://callback?code=")

    def test_are_appended_to_an_address_with_a_query(self, oauth_client, signs_in):
        oauth_client.callback_urls = ["https://app.example.com/cb?tenant=1"]
        oauth_client.save()

        assert signs_in(redirect_uri="https://app.example.com/cb?tenant=1").startswith(
            "https://app.example.com/cb?tenant=1&code="
        )

    def test_take_few_queries(self, client, asks, signs_in, django_assert_max_num_queries):
        signs_in()
        client.get(asks())

        with django_assert_max_num_queries(5):
            client.get(asks())
