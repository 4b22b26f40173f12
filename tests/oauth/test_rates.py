"""Limits on how often the endpoints may be asked."""

import base64
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from cognito_auth.models import DeviceAuthorization, UserPoolClient
from cognito_auth.services import throttling, user_pool_clients
from tests.factories import UserPoolClientFactory
from tests.oauth.conftest import PASSWORD

FORM = "application/x-www-form-urlencoded"
SECRET = "a-secret-of-many-characters-0123456789"


@pytest.fixture
def limits(settings, time_machine):
    """Set the rates, in a window that does not end during the test."""
    time_machine.move_to("2026-03-03T09:05:07+00:00", tick=False)
    throttling.retry_the_cache()

    def limit(**rates):
        off = dict.fromkeys(throttling.DEFAULT_RATES)
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "THROTTLING": True, "THROTTLE_RATES": {**off, **rates}}

    return limit


@pytest.fixture
def posts(client, pool):
    def post(path, headers=None, **fields):
        return client.post(f"/{pool.pk}/oauth2/{path}", urlencode(fields), content_type=FORM, headers=headers or {})

    return post


def is_refused(answer):
    """Tell whether an answer is the refusal of a machine that asks too often."""
    if answer.status_code != 429:
        return False
    assert answer.json() == {"error": "invalid_request", "error_description": "Too many requests."}
    assert answer["Retry-After"] == "53"
    assert answer["Access-Control-Allow-Origin"] == "*"
    return True


class TestTokenEndpoint:
    @pytest.mark.parametrize("scope", ["ip", "client", "pool", "user_authentication"])
    def test_counts(self, posts, oauth_client, limits, scope):
        limits(**{scope: "2/60"})
        fields = {"grant_type": "refresh_token", "refresh_token": "unknown", "client_id": oauth_client.pk}

        assert [is_refused(posts("token", **fields)) for _time in range(3)] == [False, False, True]

    def test_counts_machines_for_themselves(self, posts, pool, oauth_client, limits):
        limits(client_authentication="1/60")
        ours = {"client_id": oauth_client.pk}

        first, second = (posts("token", grant_type="client_credentials", **ours) for _time in range(2))

        assert [is_refused(first), is_refused(second)] == [False, True]
        assert not is_refused(posts("token", grant_type="refresh_token", refresh_token="unknown", **ours))

    def test_counts_who_is_no_client(self, posts, oauth_client, limits):
        limits(ip="1/60")

        answers = [posts("token", grant_type="refresh_token", client_id="unknown") for _time in range(2)]

        assert [is_refused(answer) for answer in answers] == [False, True]

    def test_does_not_count_the_address_of_a_server_that_proves_itself(self, posts, oauth_client, limits):
        limits(ip="1/60")
        user_pool_clients.UserPoolClientSecret.objects.create(
            client=oauth_client, slot=1, value=SECRET, created_at=timezone.now()
        )
        basic = base64.b64encode(f"{oauth_client.pk}:{SECRET}".encode()).decode()
        fields = {"grant_type": "refresh_token", "refresh_token": "unknown"}

        answers = [posts("token", {"Authorization": f"Basic {basic}"}, **fields) for _time in range(3)]

        assert [answer.json()["error"] for answer in answers] == ["invalid_grant"] * 3

    def test_counts_the_address_of_who_has_no_secret_to_prove(self, posts, oauth_client, limits):
        limits(ip="1/60")
        basic = base64.b64encode(f"{oauth_client.pk}:".encode()).decode()
        fields = {"grant_type": "refresh_token", "refresh_token": "unknown"}

        answers = [posts("token", {"Authorization": f"Basic {basic}"}, **fields) for _time in range(2)]

        assert [is_refused(answer) for answer in answers] == [False, True]


class TestOtherEndpoints:
    def test_device_authorization_counts_before_it_leaves_a_row(self, posts, pool, limits):
        limits(ip="1/60")
        tv = UserPoolClientFactory(
            pool=pool, oauth_enabled=True, allowed_oauth_scopes=["openid"], device_authorization=True
        )

        answers = [posts("device_authorization", client_id=tv.pk) for _time in range(2)]

        assert [is_refused(answer) for answer in answers] == [False, True]
        assert DeviceAuthorization.objects.count() == 1

    @pytest.mark.parametrize("client_id", [None, "unknown"])
    def test_revoke_counts(self, posts, oauth_client, limits, client_id):
        limits(ip="1/60")

        answers = [posts("revoke", token="unknown", client_id=client_id or oauth_client.pk) for _time in range(2)]

        assert [is_refused(answer) for answer in answers] == [False, True]

    @pytest.mark.parametrize("scope", ["ip", "user"])
    def test_user_info_counts(self, client, pool, limits, scope):
        limits(**{scope: "1/60"})

        answers = [
            client.get(f"/{pool.pk}/oauth2/userInfo", headers={"Authorization": "Bearer nothing"}) for _time in range(2)
        ]

        assert [is_refused(answer) for answer in answers] == [False, True]


class TestPages:
    def test_of_a_sign_in_are_counted(self, client, asks, limits):
        limits(client="1/60")

        first, second = (client.get(asks()) for _time in range(2))

        assert first.status_code == 302
        assert second.status_code == 429
        assert second["Retry-After"] == "53"
        assert "Too many attempts. Please try again later." in second.content.decode()

    def test_that_are_sent_are_sign_ins_and_those_that_are_looked_at_are_not(self, client, user, asks, limits):
        limits(user_authentication="1/60")
        form = {"username": "jane", "password": PASSWORD}

        assert [client.get(asks("login")).status_code for _time in range(2)] == [200, 200]
        assert [client.post(asks("login"), form).status_code for _time in range(2)] == [302, 429]

    def test_of_another_client_are_not_refused(self, client, asks, oauth_client, limits):
        limits(client="1/60")
        assert [client.get(asks()).status_code for _time in range(2)] == [302, 429]
        other = UserPoolClient.objects.get(pk=oauth_client.pk)
        other.pk = "anotherclient"
        other.save(force_insert=True)

        assert client.get(asks(client_id=other.pk)).status_code == 302
