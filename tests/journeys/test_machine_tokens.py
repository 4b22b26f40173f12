"""A team's service gets tokens of its own with boto3, acts for a person, and changes its secret without downtime."""

import pytest
from botocore import UNSIGNED
from botocore.config import Config

from example_project.demo.journey import decode, get
from tests.journeys.test_boto3_sign_up_to_sign_out import (  # noqa: F401  fixtures
    admin,
    anybody,
    app,
    connect,
    refusal,
    sign_in,
    sign_up,
)

READ, USER_SCOPE = "shop/orders.read", "aws.cognito.signin.user.admin"


@pytest.fixture
def pool(admin, app):  # noqa: F811
    """The member that names the pool, which has a resource server."""
    named = {"UserPoolId": app["UserPoolId"]}
    scopes = [{"ScopeName": "orders.read", "ScopeDescription": "Read orders"}]
    admin.create_resource_server(**named, Identifier="shop", Name="Shop", Scopes=scopes)
    return named


@pytest.fixture
def machine(admin, pool):  # noqa: F811
    """A client that acts for itself."""
    return admin.create_user_pool_client(
        **pool,
        ClientName="nightly job",
        GenerateSecret=True,
        ExplicitAuthFlows=["ALLOW_CLIENT_TOKEN_AUTH"],
        AllowedOAuthScopes=[READ],
    )["UserPoolClient"]


@pytest.fixture
def service(admin, pool):  # noqa: F811
    """A client that exchanges tokens of people."""
    return admin.create_user_pool_client(
        **pool,
        ClientName="orders",
        GenerateSecret=True,
        ExplicitAuthFlows=["ALLOW_TOKEN_EXCHANGE_DELEGATION", "ALLOW_TOKEN_EXCHANGE_IMPERSONATION"],
        AllowedOAuthScopes=[USER_SCOPE],
    )["UserPoolClient"]


@pytest.fixture
def job(site):
    """What the job itself holds: no access key."""
    return connect(site, config=Config(signature_version=UNSIGNED))


def token_of(job, machine, secret):
    return job.get_client_token(ClientId=machine["ClientId"], Secret=secret)["ClientAuthenticationResult"]


@pytest.mark.django_db(transaction=True)
class TestJourney:
    def test_a_job_reads_orders_until_its_client_is_deleted(self, site, admin, job, pool, machine):  # noqa: F811
        result = token_of(job, machine, machine["ClientSecret"])

        assert decode(result["AccessToken"])[1]["sub"] == machine["ClientId"]
        assert get(f"{site.base_url}/orders", token=result["AccessToken"])[0] == 200
        assert get(f"{site.base_url}/premium", token=result["AccessToken"])[0] == 401
        assert refusal(job.get_user, AccessToken=result["AccessToken"])["Code"] == "NotAuthorizedException"

        admin.delete_user_pool_client(**pool, ClientId=machine["ClientId"])
        assert get(f"{site.base_url}/orders", token=result["AccessToken"])[0] == 401

    def test_a_secret_is_changed_without_downtime(self, admin, job, pool, machine):  # noqa: F811
        named = {**pool, "ClientId": machine["ClientId"]}
        (old,) = admin.list_user_pool_client_secrets(**named)["ClientSecrets"]

        new = admin.add_user_pool_client_secret(**named)["ClientSecretDescriptor"]

        secrets = (machine["ClientSecret"], new["ClientSecretValue"])
        assert all(token_of(job, machine, secret)["AccessToken"] for secret in secrets)
        assert refusal(admin.add_user_pool_client_secret, **named)["Code"] == "LimitExceededException"
        admin.delete_user_pool_client_secret(**named, ClientSecretId=old["ClientSecretId"])
        assert token_of(job, machine, new["ClientSecretValue"])["AccessToken"]
        wrong = {"ClientId": machine["ClientId"], "Secret": machine["ClientSecret"]}
        assert refusal(job.get_client_token, **wrong)["Code"] == "NotAuthorizedException"

    def test_a_service_acts_for_a_person_until_they_sign_out(
        self,
        site,
        anybody,  # noqa: F811
        app,  # noqa: F811
        job,
        machine,
        service,
    ):
        sign_up(site, anybody, app)
        person = sign_in(anybody, app)
        actor = token_of(job, machine, machine["ClientSecret"])["AccessToken"]

        derived = job.get_derived_token(
            ClientId=service["ClientId"],
            ClientSecret=service["ClientSecret"],
            SubjectToken=person["AccessToken"],
            SubjectTokenType="ACCESS_TOKEN",
            ActorToken=actor,
            ActorTokenType="ACCESS_TOKEN",
            Audiences=["stock"],
        )

        claims = decode(derived["IssuedToken"])[1]
        assert claims["act"] == {"sub": machine["ClientId"]}
        assert claims["sub"] == decode(person["AccessToken"])[1]["sub"]
        assert (claims["client_id"], claims["aud"]) == (service["ClientId"], "stock")
        assert derived["Scopes"] == [USER_SCOPE]
        assert get(f"{site.base_url}/whoami", token=derived["IssuedToken"])[0] == 200

        anybody.global_sign_out(AccessToken=person["AccessToken"])
        assert get(f"{site.base_url}/whoami", token=derived["IssuedToken"])[0] == 401
