"""Tokens of machines and token exchange through the API."""

import pytest
from django.utils import timezone

from cognito_auth.models import AuditEvent, User, UserPoolClient
from cognito_auth.services.tokens import client_token, issue
from cognito_auth.services.tokens.verify import verify
from tests import aws
from tests.api.calls import error_of, members_of, post
from tests.factories import AccessKeyFactory, ResourceServerFactory, UserFactory, UserPoolClientFactory
from tests.refusals import refusal_of
from tests.services.triggers.conftest import trigger  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db
SECRET, WRONG = "x" * 40, "y" * 40
READ, WRITE = "shop/orders.read", "shop/orders.write"
ANY = frozenset({"id", "access"})


@pytest.fixture
def server():
    return ResourceServerFactory(identifier="shop")


@pytest.fixture
def machine(server):
    return UserPoolClientFactory(
        pool=server.pool,
        secret=SECRET,
        explicit_auth_flows=["ALLOW_CLIENT_TOKEN_AUTH"],
        allowed_oauth_scopes=[READ, WRITE],
    )


@pytest.fixture
def service(server):
    """A confidential client that exchanges tokens."""
    return UserPoolClientFactory(
        pool=server.pool,
        secret=SECRET,
        explicit_auth_flows=["ALLOW_TOKEN_EXCHANGE_IMPERSONATION", "ALLOW_TOKEN_EXCHANGE_DELEGATION"],
        allowed_oauth_scopes=[READ],
    )


@pytest.fixture
def session(server):
    """The tokens of a person, signed in to another client."""
    client = UserPoolClientFactory(pool=server.pool)
    user = UserFactory(pool=server.pool, confirmed=True)
    now = timezone.now()
    return issue.issue(
        user,
        client,
        authenticated_at=now,
        token_epoch=user.token_epoch,
        authorization=issue.Authorization(f"openid {issue.USER_SCOPE} {READ} {WRITE}"),
        now=now,
    )


@pytest.fixture
def exchange(service, session):
    """A good request for an exchange."""
    return {
        "ClientId": service.pk,
        "ClientSecret": SECRET,
        "SubjectToken": session.access_token,
        "SubjectTokenType": "ACCESS_TOKEN",
    }


def read(token):
    return verify(token, now=timezone.now(), token_use=ANY)


class TestGetClientToken:
    def test_needs_the_secret_alone(self, machine):
        response = post("GetClientToken", {"ClientId": machine.pk, "Secret": SECRET, "Scopes": [READ]})

        result = members_of(response)["ClientAuthenticationResult"]
        assert (response.status_code, result["ExpiresIn"], result["TokenType"]) == (200, 3600, "Bearer")
        assert read(result["AccessToken"]).sub == machine.pk
        assert read(result["AccessToken"]).scopes == {READ}
        assert not AuditEvent.objects.exists()

    def test_does_not_heed_a_signature(self, machine):
        stranger = aws.client(access_key_id="AKIANOBODY", secret_access_key="nothing")

        result = stranger.get_client_token(ClientId=machine.pk, Secret=SECRET)["ClientAuthenticationResult"]

        assert read(result["AccessToken"]).scopes == {READ, WRITE}

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"Secret": WRONG}, "NotAuthorizedException"),
            ({"ClientId": "nobody"}, "NotAuthorizedException"),
            ({"Secret": "short"}, "InvalidParameterException"),
            ({"Secret": None}, "InvalidParameterException"),
            ({"Scopes": ["openid"]}, "InvalidParameterException"),
            ({"Scopes": ["shop/nothing"]}, "InvalidParameterException"),
            ({"Scopes": ["a"] * 51}, "InvalidParameterException"),
            ({"ClientMetadata": {"a": 1}}, "SerializationException"),
        ],
    )
    def test_refuses(self, machine, changes, code):
        assert error_of(post("GetClientToken", {"ClientId": machine.pk, "Secret": SECRET, **changes}))[0] == code

    def test_refuses_a_client_of_people(self, service):
        assert error_of(post("GetClientToken", {"ClientId": service.pk, "Secret": SECRET})) == (
            "InvalidParameterException",
            "Auth flow not enabled for this client",
        )

    def test_answers_with_declared_errors_where_a_trigger_fails(self, cognito, machine, trigger):  # noqa: F811
        request = {"ClientId": machine.pk, "Secret": SECRET, "ClientMetadata": {"job": "nightly"}}
        handler = trigger("PreTokenGeneration", error=ValueError("not today"), version="V3_0")

        code, message = refusal_of(cognito.get_client_token, **request)
        assert code == "NotAuthorizedException"
        assert "not today" in message
        assert handler.events[0]["request"]["clientMetadata"] == {"job": "nightly"}

        trigger("PreTokenGeneration", {"nonsense": 1}, version="V3_0")
        assert refusal_of(cognito.get_client_token, **request)[0] == "InternalErrorException"

    def test_makes_tokens_that_no_operation_of_people_takes(self, cognito, machine):
        result = cognito.get_client_token(ClientId=machine.pk, Secret=SECRET)["ClientAuthenticationResult"]

        for method, members in (
            ("get_user", {}),
            ("delete_user", {}),
            ("global_sign_out", {}),
            ("list_devices", {}),
            ("change_password", {"PreviousPassword": "Passw0rd!", "ProposedPassword": "Passw0rd?"}),
            ("associate_software_token", {}),
            ("list_user_sessions", {}),
        ):
            code, _message = refusal_of(getattr(cognito, method), AccessToken=result["AccessToken"], **members)
            assert code == "NotAuthorizedException", method

    def test_is_limited_in_rate(self, machine, settings):
        rates = {"THROTTLING": True, "THROTTLE_RATES": {"client_authentication": "2/60"}}
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, **rates}
        request = {"ClientId": machine.pk, "Secret": WRONG}

        codes = [error_of(post("GetClientToken", request))[0] for _time in range(3)]

        assert codes == ["NotAuthorizedException"] * 2 + ["TooManyRequestsException"]


class TestGetDerivedToken:
    def test_answers_for_an_access_token(self, exchange, service):
        response = post("GetDerivedToken", exchange)

        result = members_of(response)
        token = read(result["IssuedToken"])
        assert response.status_code == 200
        assert (result["IssuedTokenType"], result["TokenType"]) == ("ACCESS_TOKEN", "Bearer")
        assert result["Scopes"] == [READ]
        assert 3590 <= result["ExpiresIn"] <= 3600
        assert (token.client_id, token.token_use) == (service.pk, "access")

    def test_answers_for_an_id_token(self, exchange, session):
        subject = {"SubjectToken": session.id_token, "SubjectTokenType": "ID_TOKEN"}

        result = members_of(post("GetDerivedToken", {**exchange, **subject, "RequestedTokenType": "ID_TOKEN"}))

        assert (result["IssuedTokenType"], result["TokenType"]) == ("ID_TOKEN", "N_A")
        assert "Scopes" not in result
        assert read(result["IssuedToken"]).token_use == "id"

    def test_names_the_actor_and_the_target(self, exchange, machine):
        actor = client_token.issue(machine, now=timezone.now()).access_token
        request = {**exchange, "ActorToken": actor, "ActorTokenType": "ACCESS_TOKEN"}

        for target, audience in (({"Audiences": ["orders"]}, "orders"), ({"Resources": ["shop"]}, "shop")):
            token = read(members_of(post("GetDerivedToken", {**request, **target}))["IssuedToken"])
            assert token["act"] == {"sub": machine.pk}
            assert token["aud"] == audience

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"ClientId": "nobody"}, "ResourceNotFoundException"),
            ({"ClientSecret": WRONG}, "NotAuthorizedException"),
            ({"ClientSecret": None}, "NotAuthorizedException"),
            ({"SubjectToken": "a.b.c"}, "NotAuthorizedException"),
            ({"SubjectToken": "é"}, "InvalidParameterException"),
            ({"SubjectTokenType": "ID_TOKEN"}, "NotAuthorizedException"),
            ({"SubjectTokenType": "SAML2"}, "InvalidParameterException"),
            ({"SubjectTokenType": "REFRESH_TOKEN"}, "InvalidParameterException"),
            ({"SubjectTokenProviderName": "Google"}, "InvalidParameterException"),
            ({"RequestedTokenType": "SAML2"}, "InvalidParameterException"),
            ({"ActorToken": "a.b.c"}, "InvalidParameterException"),
            ({"ActorTokenType": "ACCESS_TOKEN"}, "InvalidParameterException"),
            ({"ActorToken": "a.b.c", "ActorTokenType": "ACCESS_TOKEN"}, "NotAuthorizedException"),
            ({"ActorToken": "a.b.c", "ActorTokenType": "SAML2"}, "InvalidParameterException"),
            ({"Scopes": [WRITE]}, "InvalidParameterException"),
            ({"Audiences": ["a", "b"]}, "InvalidParameterException"),
            ({"Audiences": ["a"], "Resources": ["shop"]}, "InvalidParameterException"),
            ({"Resources": ["nothing"]}, "ResourceNotFoundException"),
        ],
    )
    def test_refuses(self, exchange, changes, code):
        assert error_of(post("GetDerivedToken", {**exchange, **changes}))[0] == code

    def test_refuses_a_client_without_the_flow(self, exchange, service):
        UserPoolClient.objects.filter(pk=service.pk).update(explicit_auth_flows=["ALLOW_TOKEN_EXCHANGE_DELEGATION"])

        assert error_of(post("GetDerivedToken", exchange))[0] == "InvalidParameterException"

    def test_of_a_deleted_user_is_told_apart(self, exchange):
        User.objects.all().delete()

        assert error_of(post("GetDerivedToken", exchange))[0] == "UserNotFoundException"

    def test_of_a_public_client_needs_no_secret(self, exchange, server):
        public = UserPoolClientFactory(
            pool=server.pool,
            explicit_auth_flows=["ALLOW_TOKEN_EXCHANGE_IMPERSONATION"],
            allowed_oauth_scopes=[READ],
        )
        request = {**exchange, "ClientId": public.pk}

        assert error_of(post("GetDerivedToken", request))[0] == "NotAuthorizedException"
        del request["ClientSecret"]
        assert read(members_of(post("GetDerivedToken", request))["IssuedToken"]).client_id == public.pk

    @pytest.mark.parametrize(
        ("error", "response", "code"),
        [
            (ValueError("no"), None, "UserLambdaValidationException"),
            (None, {"nonsense": 1}, "InvalidLambdaResponseException"),
        ],
    )
    def test_passes_the_errors_of_triggers_on(self, exchange, trigger, error, response, code):  # noqa: F811
        trigger("PreTokenGeneration", response, error=error)

        assert error_of(post("GetDerivedToken", exchange))[0] == code

    def test_is_limited_in_rate_for_each_token(self, exchange, settings):
        rates = {"THROTTLING": True, "THROTTLE_RATES": {"user": "2/60"}}
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, **rates}

        statuses = [post("GetDerivedToken", exchange).status_code for _time in range(3)]

        assert statuses == [200, 200, 400]
        assert error_of(post("GetDerivedToken", exchange))[0] == "TooManyRequestsException"
        other = {**exchange, "SubjectToken": "a.b.c"}
        assert error_of(post("GetDerivedToken", other))[0] == "NotAuthorizedException"


class TestSignedExchange:
    def test_needs_no_secret(self, boto3_client, exchange, service):
        del exchange["ClientSecret"]

        assert read(boto3_client.get_derived_token(**exchange)["IssuedToken"]).client_id == service.pk

    def test_is_refused_with_a_wrong_secret_all_the_same(self, boto3_client, exchange):
        assert refusal_of(boto3_client.get_derived_token, **{**exchange, "ClientSecret": WRONG})[0] == (
            "NotAuthorizedException"
        )

    def test_is_refused_where_the_signature_is_wrong(self, boto3_client, exchange):
        stranger = aws.client(secret_access_key="another")

        assert refusal_of(stranger.get_derived_token, **exchange)[0] == "InvalidSignatureException"

    def test_needs_a_key_that_allows_it_in_the_clients_pool(self, exchange, service):
        del exchange["ClientSecret"]
        keys = [
            AccessKeyFactory(allowed_actions=["GetDerivedToken"], allowed_pools=[service.pool_id]),
            AccessKeyFactory(allowed_actions=["AdminGetUser"]),
            AccessKeyFactory(allowed_pools=["eu-west-1_other"]),
        ]
        allowed, *refused = (aws.client(access_key_id=key.id, secret_access_key=key.secret) for key in keys)

        assert allowed.get_derived_token(**exchange)["IssuedToken"]
        for client in refused:
            assert refusal_of(client.get_derived_token, **exchange)[0] == "AccessDeniedException"

    def test_leaves_a_row_in_the_audit_log(self, boto3_client, exchange, service):
        boto3_client.get_derived_token(**exchange)
        post("GetDerivedToken", exchange)

        event = AuditEvent.objects.get()
        assert (event.operation, event.target, event.access_key_id) == (
            "GetDerivedToken",
            service.pk,
            aws.ACCESS_KEY_ID,
        )
