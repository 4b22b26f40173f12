"""Access tokens of machines."""

import datetime

import pytest

from cognito_auth import exceptions
from cognito_auth.choices import TimeUnit
from cognito_auth.models import ResourceServer, TokenFamily, UserPool, UserPoolClientSecret
from cognito_auth.services import user_pool_client_secrets, user_pool_clients
from cognito_auth.services.tokens import access, client_token, keys
from cognito_auth.services.tokens.verify import verify
from tests.factories import ResourceServerFactory, UserPoolClientFactory
from tests.services.triggers.conftest import trigger  # noqa: F401  a fixture

SECRET = "x" * 40
READ, WRITE = "shop/orders.read", "shop/orders.write"


@pytest.fixture
def machine(db, now):
    """A client that acts for itself, with both scopes of a resource server."""
    server = ResourceServerFactory(identifier="shop")
    client = UserPoolClientFactory(
        pool=server.pool,
        secret=SECRET,
        explicit_auth_flows=["ALLOW_CLIENT_TOKEN_AUTH"],
        allowed_oauth_scopes=[WRITE, READ],
        access_token_validity=10,
        access_token_unit=TimeUnit.MINUTES,
    )
    keys.ensure(client.pool, now=now)
    return client


@pytest.fixture
def issue(machine, now):
    """Return a function that issues a token and returns it with what it says."""

    def make(**options):
        made = client_token.issue(user_pool_clients.get(machine.pk), now=now, **options)
        return made, verify(made.access_token, now=now)

    return make


class TestAuthenticate:
    def test_takes_each_of_two_secrets_until_it_is_deleted(self, machine, now):
        first = UserPoolClientSecret.objects.get()
        second = user_pool_client_secrets.add(machine, now=now)

        for secret in (SECRET, second.value):
            assert client_token.authenticate(machine.pk, secret) == machine

        user_pool_client_secrets.delete(machine, first.secret_id)
        assert client_token.authenticate(machine.pk, second.value) == machine
        with pytest.raises(exceptions.NotAuthorizedException):
            client_token.authenticate(machine.pk, SECRET)

    @pytest.mark.parametrize("secret", ["", "x" * 39, "X" * 40, "é" * 40, "\ud800" * 24, "\x00" * 24], ids=ascii)
    def test_refuses_another_secret(self, machine, secret):
        with pytest.raises(exceptions.NotAuthorizedException):
            client_token.authenticate(machine.pk, secret)

    def test_refuses_alike_whether_the_client_exists(self, machine):
        UserPoolClientFactory(secret="y" * 40)
        public = UserPoolClientFactory()

        for client_id in (machine.pk, public.pk, "nobody"):
            with pytest.raises(exceptions.NotAuthorizedException) as refusal:
                client_token.authenticate(client_id, "y" * 40)
            assert refusal.value.message == f"Unable to verify secret for client {client_id}"

    def test_decrypts_as_much_for_an_unknown_client_as_for_a_known_one(self, machine, monkeypatch):
        decrypt, times = client_token.crypto.decrypt, []
        monkeypatch.setattr(client_token.crypto, "decrypt", lambda text: times.append(1) or decrypt(text))

        counts = []
        for client_id in (machine.pk, "nobody"):
            times.clear()
            with pytest.raises(exceptions.NotAuthorizedException):
                client_token.authenticate(client_id, "y" * 40)
            counts.append(len(times))

        assert counts == [2, 2]


class TestIssue:
    def test_makes_a_token_of_the_client(self, issue, machine, now):
        made, token = issue()

        assert (made.expires_in, made.token_type, made.scopes) == (600, "Bearer", (WRITE, READ))
        issued_at = int(now.timestamp())
        assert {name: value for name, value in token.items() if name != "jti"} == {
            "sub": machine.pk,
            "client_id": machine.pk,
            "token_use": "access",
            "scope": f"{WRITE} {READ}",
            "auth_time": issued_at,
            "iat": issued_at,
            "exp": issued_at + 600,
            "iss": f"http://testserver/{machine.pool_id}",
            "version": 2,
        }
        assert token.is_machine
        assert issue()[1]["jti"] != token["jti"]
        assert not TokenFamily.objects.exists()

    def test_grants_what_is_asked_for_once(self, issue):
        made, token = issue(scopes=[READ, READ])

        assert made.scopes == (READ,)
        assert token.scopes == {READ}

    @pytest.mark.parametrize(
        "scope", ["shop/orders.delete", "openid", "aws.cognito.signin.user.admin", "", "/", "\x00"]
    )
    def test_refuses_scopes_that_are_not_the_clients(self, issue, scope):
        with pytest.raises(exceptions.InvalidParameterException):
            issue(scopes=[READ, scope])

    def test_leaves_out_scopes_that_the_resource_server_has_no_more(self, issue):
        ResourceServer.objects.update(scopes=[{"ScopeName": "orders.read", "ScopeDescription": "Read orders"}])

        assert issue()[0].scopes == (READ,)
        with pytest.raises(exceptions.InvalidParameterException):
            issue(scopes=[WRITE])

    def test_takes_no_scopes_of_another_pool(self, issue):
        elsewhere = ResourceServerFactory().pool
        ResourceServer.objects.filter(identifier="shop").update(pool=elsewhere)

        with pytest.raises(exceptions.InvalidParameterException):
            issue()

    def test_never_opens_the_operations_of_people(self, issue, machine):
        machine.allowed_oauth_scopes = [READ, "aws.cognito.signin.user.admin", "openid"]
        machine.save()

        assert issue()[0].scopes == (READ,)

    @pytest.mark.parametrize(
        ("settings", "is_allowed"),
        [
            ({"explicit_auth_flows": ["ALLOW_USER_PASSWORD_AUTH"]}, False),
            ({"explicit_auth_flows": None}, False),
            ({"explicit_auth_flows": [], "allowed_oauth_flows": ["client_credentials"]}, False),
            ({"explicit_auth_flows": [], "allowed_oauth_flows": ["code"], "oauth_enabled": True}, False),
            ({"explicit_auth_flows": [], "allowed_oauth_flows": ["client_credentials"], "oauth_enabled": True}, True),
        ],
    )
    def test_needs_a_client_that_acts_for_itself(self, issue, machine, settings, is_allowed):
        type(machine).objects.filter(pk=machine.pk).update(**settings)

        if is_allowed:
            assert issue()[0].scopes
            return
        with pytest.raises(exceptions.InvalidParameterException):
            issue()

    def test_makes_no_token_that_a_user_operation_takes(self, issue, trigger, now):  # noqa: F811
        scope = {"scopesToAdd": ["aws.cognito.signin.user.admin"]}
        claims = {"claimsToAddOrOverride": {"username": "jane", "cognito:username": "jane", "sub": "jane"}}
        response = {"claimsAndScopeOverrideDetails": {"accessTokenGeneration": {**scope, **claims}}}
        trigger("PreTokenGeneration", response, version="V3_0")

        made, token = issue()

        assert token.is_machine
        assert token.scopes == {READ, WRITE}
        with pytest.raises(exceptions.NotAuthorizedException):
            access.authenticate(made.access_token, now=now)


class TestTrigger:
    def test_changes_claims_and_scopes(self, issue, machine, trigger):  # noqa: F811
        details = {
            "accessTokenGeneration": {
                "claimsToAddOrOverride": {"tenant": {"id": 7}, "exp": 2**40, "client_id": "other", "act": {"sub": "x"}},
                "scopesToAdd": ["shop/more"],
                "scopesToSuppress": [WRITE],
            },
            "groupOverrideDetails": {"groupsToOverride": ["admins"]},
        }
        handler = trigger("PreTokenGeneration", {"claimsAndScopeOverrideDetails": details}, version="V3_0")

        made, token = issue(metadata={"job": "nightly"})

        assert made.scopes == (READ, "shop/more")
        assert token["tenant"] == {"id": 7}
        assert token["exp"] == token["iat"] + 600
        assert token.client_id == machine.pk
        assert token.groups == ()
        assert "act" not in token
        (event,) = handler.events
        assert event["triggerSource"] == "TokenGeneration_ClientCredentials"
        assert event["userName"] == "ClientCredentials"
        assert event["request"]["clientMetadata"] == {"job": "nightly"}
        assert event["request"]["scopes"] == [WRITE, READ]

    @pytest.mark.parametrize("version", ["V1_0", "V2_0"])
    def test_of_an_older_version_knows_no_machines(self, issue, trigger, version):  # noqa: F811
        handler = trigger("PreTokenGeneration", version=version)

        issue()

        assert handler.events == []

    def test_may_refuse(self, issue, trigger):  # noqa: F811
        trigger("PreTokenGeneration", error=ValueError("no"), version="V3_0")

        with pytest.raises(exceptions.UserLambdaValidationException):
            issue()


class TestLife:
    def test_ends(self, issue, now):
        made, token = issue()

        verify(made.access_token, now=now + datetime.timedelta(seconds=590))
        with pytest.raises(Exception, match="Expired"):
            verify(made.access_token, now=now + datetime.timedelta(seconds=600 + 61))
        assert token["exp"] - token["iat"] == 600

    def test_outlives_no_pool(self, issue, machine, now):
        UserPool.objects.filter(pk=machine.pool_id).delete()

        with pytest.raises(exceptions.ResourceNotFoundException):
            issue()
