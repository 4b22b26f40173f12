"""App clients, their secrets and flows."""

import pytest
from django.db import IntegrityError
from django.test import override_settings

from cognito_auth import exceptions, models
from cognito_auth.choices import AuthFlow
from cognito_auth.models import UserPoolClient, UserPoolClientSecret
from cognito_auth.services import user_pool_client_secrets, user_pool_client_settings, user_pool_clients
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory, moment

pytestmark = pytest.mark.django_db
NOW = moment()
SECRET = "x" * 40


class TestGet:
    def test_loads_client_pool_and_secrets_in_one_query(self, django_assert_num_queries):
        client = UserPoolClientFactory(secret=SECRET)

        with django_assert_num_queries(1):
            found = user_pool_clients.get(client.pk)
            assert found == client
            assert found.pool.name == "people"
            assert user_pool_clients.secrets_of(found) == [SECRET]

    def test_needs_no_second_query_to_know_that_there_is_no_secret(self, django_assert_num_queries):
        client = UserPoolClientFactory()

        with django_assert_num_queries(1):
            assert user_pool_clients.secrets_of(user_pool_clients.get(client.pk)) == []

    @pytest.mark.parametrize("client_id", ["nothing", "", "a\x00b"])
    def test_refuses_unknown_ids(self, client_id):
        with pytest.raises(exceptions.ResourceNotFoundException) as caught:
            user_pool_clients.get(client_id)

        assert caught.value.message == f"User pool client {client_id} does not exist."

    def test_refuses_clients_of_another_pool(self):
        client = UserPoolClientFactory()

        assert user_pool_clients.get(client.pk, pool=client.pool) == client
        with pytest.raises(exceptions.ResourceNotFoundException):
            user_pool_clients.get(client.pk, pool=UserPoolFactory())


class TestCreate:
    def test_encrypts_the_secret_at_rest(self):
        client = user_pool_clients.create(UserPoolFactory(), name="web", generate_secret=True, now=NOW)

        secret = user_pool_clients.secrets_of(client)[0]
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SELECT value FROM cognito_auth_userpoolclientsecret")
            assert secret not in cursor.fetchone()[0]

    def test_makes_nothing_when_refused(self):
        with pytest.raises(exceptions.InvalidParameterException):
            user_pool_clients.create(
                UserPoolFactory(), name="web", fields={"access_token_validity": 25}, generate_secret=True, now=NOW
            )

        assert not UserPoolClient.objects.exists()
        assert not UserPoolClientSecret.objects.exists()


class TestUpdate:
    def test_sets_fields_on_instance_and_row(self):
        client = UserPoolClientFactory()

        user_pool_clients.update(client, {"name": "renamed"}, now=NOW)

        assert (client.name, client.last_modified_at) == ("renamed", NOW)
        assert UserPoolClient.objects.get(pk=client.pk).name == "renamed"

    def test_knows_whether_there_is_a_secret(self):
        fields = {"allowed_oauth_flows": ["client_credentials"]}

        user_pool_clients.update(UserPoolClientFactory(secret=SECRET), fields, now=NOW)
        with pytest.raises(exceptions.InvalidOAuthFlowException):
            user_pool_clients.update(UserPoolClientFactory(), fields, now=NOW)


class TestDelete:
    def test_ends_tokens_in_batches(self, monkeypatch):
        client = UserPoolClientFactory(secret=SECRET)
        user = UserFactory(pool=client.pool)
        for _number in range(5):
            models.TokenFamily.objects.create(user=user, client=client, scope="", authenticated_at=NOW, expires_at=NOW)
        monkeypatch.setattr(user_pool_clients, "_BATCH", 2)

        user_pool_clients.delete(client)

        assert not models.TokenFamily.objects.exists()
        assert not UserPoolClient.objects.exists()

    def test_collects_again_when_somebody_signs_in_meanwhile(self, monkeypatch):
        client = UserPoolClientFactory()
        queryset = type(UserPoolClient.objects.all())
        delete = queryset.delete
        failures = [IntegrityError()]

        def fail_once(self):
            if self.model is UserPoolClient and failures:
                raise failures.pop()
            return delete(self)

        monkeypatch.setattr(queryset, "delete", fail_once)

        user_pool_clients.delete(client)

        assert not UserPoolClient.objects.exists()


class TestCheckSecretHash:
    def test_takes_the_published_example(self):
        # AWS "Computing secret hash values": base64(HMAC-SHA256(secret, username + client id)).
        import base64
        import hashlib
        import hmac

        client = UserPoolClientFactory(secret=SECRET)
        expected = base64.b64encode(
            hmac.new(SECRET.encode(), f"jane{client.pk}".encode(), hashlib.sha256).digest()
        ).decode()

        user_pool_clients.check_secret_hash(client, expected, ["jane"])

    def test_takes_any_secret_with_any_name(self):
        client = UserPoolClientFactory(secret=SECRET)
        second = user_pool_client_secrets.add(client, now=NOW).value
        secret_hash = user_pool_clients.secret_hash_of(client.pk, second, "sub-of-jane").decode()

        user_pool_clients.check_secret_hash(client, secret_hash, iter(["jane", "sub-of-jane"]))

    @pytest.mark.parametrize("secret_hash", ["wrong", "ü", "\ud800", "="])
    def test_refuses_wrong_ones(self, secret_hash):
        client = UserPoolClientFactory(secret=SECRET)

        with pytest.raises(exceptions.NotAuthorizedException) as caught:
            user_pool_clients.check_secret_hash(client, secret_hash, ["jane"])

        assert caught.value.message == f"Unable to verify secret hash for client {client.pk}"

    @pytest.mark.parametrize("secret_hash", [None, ""])
    def test_asks_for_a_missing_one(self, secret_hash):
        client = UserPoolClientFactory(secret=SECRET)

        with pytest.raises(exceptions.NotAuthorizedException) as caught:
            user_pool_clients.check_secret_hash(client, secret_hash, ["jane"])

        assert caught.value.message == (
            f"Client {client.pk} is configured with secret but SECRET_HASH was not received"
        )

    def test_refuses_one_for_a_public_client(self):
        client = UserPoolClientFactory()

        user_pool_clients.check_secret_hash(client, None, ["jane"])
        with pytest.raises(exceptions.NotAuthorizedException) as caught:
            user_pool_clients.check_secret_hash(client, "x", ["jane"])
        assert caught.value.message == f"Client {client.pk} is not configured with secret but secret was received"

    def test_reads_secrets_encrypted_with_an_older_key(self, settings):
        client = UserPoolClientFactory(secret=SECRET)
        keys = settings.COGNITO_AUTH["ENCRYPTION_KEYS"]

        with override_settings(COGNITO_AUTH={**settings.COGNITO_AUTH, "ENCRYPTION_KEYS": ["new" * 20, *keys]}):
            assert user_pool_clients.secrets_of(user_pool_clients.get(client.pk)) == [SECRET]


class TestCheckSecret:
    def test_compares(self):
        public, confidential = UserPoolClientFactory(), UserPoolClientFactory(secret=SECRET)

        assert user_pool_clients.check_secret(confidential, SECRET)
        assert not user_pool_clients.check_secret(confidential, SECRET[:-1])
        assert not user_pool_clients.check_secret(confidential, None)
        assert not user_pool_clients.check_secret(confidential, "")
        assert user_pool_clients.check_secret(public, None)
        assert not user_pool_clients.check_secret(public, "x")


DEFAULT = {"USER_SRP_AUTH", "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "CUSTOM_AUTH"}
REFRESH = {"REFRESH_TOKEN_AUTH", "REFRESH_TOKEN"}
ADMIN = {"ADMIN_USER_PASSWORD_AUTH", "ADMIN_NO_SRP_AUTH"}


class TestFlowAllowed:
    @pytest.mark.parametrize(
        ("flows", "by_anyone", "by_admin"),
        [
            (None, DEFAULT, DEFAULT),
            ([], DEFAULT, DEFAULT),
            (["ALLOW_USER_PASSWORD_AUTH"], {"USER_PASSWORD_AUTH"}, set()),
            (["ALLOW_ADMIN_USER_PASSWORD_AUTH"], set(), ADMIN),
            (["ALLOW_REFRESH_TOKEN_AUTH"], REFRESH, REFRESH),
            (
                ["ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH"],
                {"USER_SRP_AUTH", "USER_AUTH"},
                {"USER_SRP_AUTH", "USER_AUTH"},
            ),
            (["ALLOW_CUSTOM_AUTH"], {"CUSTOM_AUTH"}, {"CUSTOM_AUTH"}),
            (["ADMIN_NO_SRP_AUTH"], REFRESH | {"USER_SRP_AUTH"}, REFRESH | {"USER_SRP_AUTH"} | ADMIN),
            (["USER_PASSWORD_AUTH"], REFRESH | {"USER_SRP_AUTH", "USER_PASSWORD_AUTH"}, REFRESH | {"USER_SRP_AUTH"}),
            (["CUSTOM_AUTH_FLOW_ONLY"], REFRESH | {"CUSTOM_AUTH"}, REFRESH | {"CUSTOM_AUTH"}),
        ],
    )
    def test_follows_explicit_auth_flows(self, flows, by_anyone, by_admin):
        client = UserPoolClientFactory(explicit_auth_flows=flows)

        for admin, expected in ((False, by_anyone), (True, by_admin)):
            allowed = {flow for flow in AuthFlow if user_pool_clients.flow_allowed(client, flow, admin=admin)}
            assert allowed == expected

    def test_refreshes_by_no_flow_with_rotation(self):
        client = UserPoolClientFactory(explicit_auth_flows=None, refresh_token_rotation=True)

        assert not user_pool_clients.flow_allowed(client, AuthFlow.REFRESH_TOKEN_AUTH, admin=False)


def check(has_secret=False, **fields):
    client = UserPoolClientFactory.build(pool=UserPoolFactory(), **{"explicit_auth_flows": None, **fields})
    user_pool_client_settings.check(client, has_secret=has_secret, doing="creating")


class TestCheckSettings:
    @pytest.mark.parametrize(
        "fields",
        [
            {},
            {"access_token_validity": 5, "access_token_unit": "minutes"},
            {"id_token_validity": 1, "id_token_unit": "days"},
            {"refresh_token_validity": 3650},
            {"refresh_token_validity": 60, "refresh_token_unit": "minutes"},
        ],
    )
    def test_takes_lives_within_range(self, fields):
        check(**fields)

    @pytest.mark.parametrize(
        "fields",
        [
            {"access_token_validity": 299, "access_token_unit": "seconds"},
            {"access_token_validity": 25},
            {"id_token_validity": 86400},
            {"refresh_token_validity": 3651},
            {"refresh_token_validity": 59, "refresh_token_unit": "minutes"},
            {"refresh_token_validity": 1, "refresh_token_unit": "hours", "access_token_validity": 2},
        ],
    )
    def test_refuses_other_lives(self, fields):
        with pytest.raises(exceptions.InvalidParameterException, match=r"Invalid range for token validity\."):
            check(**fields)

    @pytest.mark.parametrize(
        ("error", "fields"),
        [
            (exceptions.InvalidParameterException, {"explicit_auth_flows": ["ADMIN_NO_SRP_AUTH", "ALLOW_USER_AUTH"]}),
            (
                exceptions.InvalidParameterException,
                {"explicit_auth_flows": ["ALLOW_REFRESH_TOKEN_AUTH"], "refresh_token_rotation": True},
            ),
            (exceptions.InvalidParameterException, {"write_attributes": ["sub"]}),
            (exceptions.InvalidParameterException, {"propagate_additional_user_context_data": True}),
            (exceptions.InvalidParameterException, {"default_redirect_uri": "https://example.com"}),
            (exceptions.InvalidParameterException, {"logout_urls": ["nonsense"]}),
            (exceptions.InvalidOAuthFlowException, {"oauth_enabled": True}),
            (
                exceptions.InvalidOAuthFlowException,
                {"allowed_oauth_flows": ["client_credentials", "code"], "has_secret": True},
            ),
        ],
    )
    def test_refuses_contradictions(self, error, fields):
        with pytest.raises(error):
            check(**fields)

    @pytest.mark.parametrize(
        "address",
        [
            "https://example.com",
            "https://example.com:8443/in?x=1",
            "http://localhost:3000/in",
            "http://127.0.0.1/in",
            "http://[::1]:8000/",
            "myapp://in",
            "com.example.app:/in",
        ],
    )
    def test_sends_browsers_to_https_this_machine_and_apps(self, address):
        assert user_pool_client_settings.is_redirect_address(address)

    @pytest.mark.parametrize(
        "address",
        [
            "example.com/in",
            "/in",
            "//example.com",
            "http://example.com/in",
            "http://localhost.example.com",
            "https://example.com/in#part",
            "https://user@example.com/",
            "https://",
            "https:///in",
            "https://exa mple.com",
            "https://example.com\\@evil.example",
            "https://example.com:port/",
            "https://[::1",
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "myapp:",
            "https://example.com/\n",
        ],
    )
    def test_sends_browsers_nowhere_else(self, address):
        assert not user_pool_client_settings.is_redirect_address(address)
