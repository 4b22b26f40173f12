"""App clients and their secrets."""

import pytest

from cognito_auth.models import UserPoolClient, UserPoolClientSecret
from cognito_auth.services import user_pool_client_secrets, user_pool_clients
from tests.admin.pages import errors, filled, said, url
from tests.factories import UserPoolClientFactory


class TestNew:
    def test_shows_the_secret_once(self, browser, pool):
        page = browser.get(url("userpoolclient", "add"))
        entered = {
            "pool": pool.pk,
            "name": "web",
            "generate_secret": "on",
            "explicit_auth_flows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
            "access_token_validity": "30",
            "access_token_unit": "minutes",
        }

        response = browser.post(url("userpoolclient", "add"), filled(page, **entered))

        client = UserPoolClient.objects.get(pool=pool)
        secret = user_pool_clients.secrets_of(client)[0]
        assert response.status_code == 200
        assert secret in response.content.decode()
        assert "no-store" in response.headers["Cache-Control"]
        assert client.access_token_seconds == 1800
        assert client.explicit_auth_flows == ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        for address in (url("userpoolclient", "change", client.pk), url("userpoolclient", "secrets", client.pk)):
            assert secret not in browser.get(address).content.decode()

    def test_without_secret(self, browser, pool):
        page = browser.get(url("userpoolclient", "add"))

        response = browser.post(url("userpoolclient", "add"), filled(page, pool=pool.pk, name="app"))

        assert response.status_code == 302, errors(response)
        client = UserPoolClient.objects.get(pool=pool)
        assert client.explicit_auth_flows is None
        assert user_pool_clients.secrets_of(client) == []

    @pytest.mark.parametrize(
        "entered",
        [
            {"access_token_validity": "2", "access_token_unit": "days"},
            {"oauth_enabled": "on"},
            {"callback_urls": "javascript:alert(1)"},
            {"refresh_token_rotation": "on", "explicit_auth_flows": ["ALLOW_REFRESH_TOKEN_AUTH"]},
        ],
    )
    def test_shows_what_the_service_refuses(self, browser, pool, entered):
        page = browser.get(url("userpoolclient", "add"))

        response = browser.post(url("userpoolclient", "add"), filled(page, pool=pool.pk, name="app", **entered))

        assert errors(response)["__all__"]
        assert not UserPoolClient.objects.exists()


class TestPage:
    def test_keeps_what_it_does_not_know(self, browser, pool):
        client = UserPoolClientFactory(pool=pool, explicit_auth_flows=["ADMIN_NO_SRP_AUTH"], callback_urls=["app://x"])
        before = UserPoolClient.objects.values().get(pk=client.pk)
        page = browser.get(url("userpoolclient", "change", client.pk))

        response = browser.post(url("userpoolclient", "change", client.pk), filled(page))

        assert response.status_code == 302, errors(response)
        after = UserPoolClient.objects.values().get(pk=client.pk)
        assert {**after, "last_modified_at": None} == {**before, "last_modified_at": None}

    def test_saves_what_was_edited(self, browser, pool):
        client = UserPoolClientFactory(pool=pool)
        page = browser.get(url("userpoolclient", "change", client.pk))
        entered = {
            "name": "shop",
            "read_attributes": ["email", "name"],
            "prevent_user_existence_errors": "on",
            "callback_urls": "https://a.example/x\n\nhttps://b.example/y",
        }

        browser.post(url("userpoolclient", "change", client.pk), filled(page, **entered))

        client.refresh_from_db()
        assert client.name == "shop"
        assert set(client.read_attributes) == {"email", "name"}
        assert client.prevent_user_existence_errors_set
        assert client.callback_urls == ["https://a.example/x", "https://b.example/y"]

    def test_deletes_after_asking(self, browser, pool):
        client = UserPoolClientFactory(pool=pool)

        browser.post(url("userpoolclient", "delete", client.pk), {"post": "yes"})

        assert not UserPoolClient.objects.exists()


class TestSecrets:
    def test_a_second_one_is_shown_once_and_the_first_can_go(self, browser, pool):
        client = UserPoolClientFactory(pool=pool, secret="first-secret")
        address = url("userpoolclient", "secrets", client.pk)

        added = browser.post(address, {"_add": "1"})
        first, second = user_pool_client_secrets.of(client)
        deleted = browser.post(address, {"_delete": "", "secret": first.secret_id})

        assert second.value in added.content.decode()
        assert "first-secret" not in added.content.decode()
        assert "no longer works" in said(deleted)[0]
        assert user_pool_client_secrets.of(client) == [second]

    def test_the_last_one_stays_and_a_third_is_refused(self, browser, pool):
        client = UserPoolClientFactory(pool=pool, secret="first-secret")
        address = url("userpoolclient", "secrets", client.pk)

        [only] = user_pool_client_secrets.of(client)
        last = browser.post(address, {"_delete": "", "secret": only.secret_id})
        browser.post(address, {"_add": "1"})
        third = browser.post(address, {"_add": "1"})

        assert "only secret" in last.content.decode()
        assert "two secrets already" in third.content.decode()
        assert UserPoolClientSecret.objects.filter(client=client).count() == 2

    def test_need_permission(self, staff_browser, pool):
        client = UserPoolClientFactory(pool=pool, secret="first-secret")

        response = staff_browser("view_userpoolclient").post(url("userpoolclient", "secrets", client.pk), {"_add": "1"})

        assert response.status_code == 403
