"""Domains through the API."""

import pytest

from cognito_auth.models import UserPool
from tests.factories import UserPoolDomainFactory, UserPoolFactory, moment
from tests.refusals import refusal_of

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/abc"
ROUTING = {"Failover": {"SecondaryRegion": "eu-central-1", "PrimaryRoute53HealthCheckId": "abc"}}
NO_DOMAIN = ("InvalidParameterException", "No such domain or user pool exists.")


@pytest.fixture
def pool(db):
    return UserPoolFactory()


@pytest.fixture(autouse=True)
def _host_of_the_site(settings):
    settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "BASE_URL": "https://id.example.com"}


class TestPrefix:
    def test_is_made_described_changed_and_deleted(self, boto3_client, pool, time_machine):
        time_machine.move_to(moment(), tick=False)
        named = {"UserPoolId": pool.pk, "Domain": "people"}

        made = boto3_client.create_user_pool_domain(**named)
        assert made["ManagedLoginVersion"] == 1
        assert "CloudFrontDomain" not in made
        assert boto3_client.describe_user_pool_domain(Domain="people")["DomainDescription"] == {
            **named,
            "AWSAccountId": "000000000000",
            "CloudFrontDistribution": "id.example.com",
            "Version": f"{moment():%Y%m%d%H%M%S}",
            "Status": "ACTIVE",
            "ManagedLoginVersion": 1,
        }
        assert boto3_client.update_user_pool_domain(**named, ManagedLoginVersion=2)["ManagedLoginVersion"] == 2
        assert boto3_client.update_user_pool_domain(**named)["ManagedLoginVersion"] == 2
        boto3_client.delete_user_pool_domain(**named)
        assert boto3_client.describe_user_pool_domain(Domain="people")["DomainDescription"] == {}

    @pytest.mark.parametrize(
        ("domain", "message"),
        [
            ("my-aws-login", "Domain cannot contain reserved word: aws"),
            ("People", "The domain name contains an invalid character."),
            ("x" * 64, "The domain name contains an invalid character."),
            ("people/x", "The domain name contains an invalid character."),
        ],
    )
    def test_is_refused_in_words_of_its_own(self, cognito, pool, domain, message):
        code, answer = refusal_of(cognito.create_user_pool_domain, UserPoolId=pool.pk, Domain=domain)

        assert code == "InvalidParameterException"
        assert answer.startswith(message)

    def test_belongs_to_one_pool(self, cognito, pool):
        UserPoolDomainFactory(domain="people")

        assert refusal_of(cognito.create_user_pool_domain, UserPoolId=pool.pk, Domain="people") == (
            "InvalidParameterException",
            "Domain already associated with another user pool.",
        )


class TestCustomDomain:
    def test_gives_back_what_it_was_given(self, boto3_client, pool):
        named = {"UserPoolId": pool.pk, "Domain": "login.example.com"}
        custom = {"CertificateArn": CERTIFICATE, "SecurityPolicy": "TLS_V1_2_2021"}

        made = boto3_client.create_user_pool_domain(
            **named, CustomDomainConfig=custom, ManagedLoginVersion=2, Routing=ROUTING
        )

        assert {name: made[name] for name in made if name != "ResponseMetadata"} == {
            "ManagedLoginVersion": 2,
            "CloudFrontDomain": "id.example.com",
            "Routing": ROUTING,
        }
        described = boto3_client.describe_user_pool_domain(Domain="login.example.com")["DomainDescription"]
        assert described["CustomDomainConfig"] == custom
        assert described["CloudFrontDistribution"] == "id.example.com"
        assert described["Routing"] == ROUTING
        changed = {"CertificateArn": CERTIFICATE + "2"}
        boto3_client.update_user_pool_domain(**named, CustomDomainConfig=changed)
        described = boto3_client.describe_user_pool_domain(Domain="login.example.com")["DomainDescription"]
        assert (described["CustomDomainConfig"], described["Routing"]) == (changed, ROUTING)

    def test_needs_no_certificate_here(self, cognito, pool):
        cognito.create_user_pool_domain(UserPoolId=pool.pk, Domain="login.example.com")

        assert (
            "CustomDomainConfig"
            not in cognito.describe_user_pool_domain(Domain="login.example.com")["DomainDescription"]
        )

    def test_is_not_the_site_itself(self, cognito, pool):
        code, message = refusal_of(cognito.create_user_pool_domain, UserPoolId=pool.pk, Domain="id.example.com")

        assert (code, message.partition(":")[0]) == (
            "InvalidParameterException",
            "Custom domain is not a valid subdomain",
        )


class TestUnknown:
    @pytest.mark.parametrize("operation", ["update_user_pool_domain", "delete_user_pool_domain"])
    def test_domain_or_pool_is_refused_alike(self, cognito, pool, operation):
        UserPoolDomainFactory(domain="people")
        call = getattr(cognito, operation)

        assert refusal_of(call, UserPoolId=pool.pk, Domain="people") == NO_DOMAIN
        assert refusal_of(call, UserPoolId=pool.pk, Domain="nobody") == NO_DOMAIN
        assert refusal_of(call, UserPoolId="eu-west-1_nothing00", Domain="people") == NO_DOMAIN

    def test_pool_gets_no_domain(self, cognito, db):
        assert refusal_of(cognito.create_user_pool_domain, UserPoolId="eu-west-1_nothing00", Domain="people") == (
            "ResourceNotFoundException",
            "User pool eu-west-1_nothing00 does not exist.",
        )

    @pytest.mark.parametrize("domain", ["nobody", "Login.Example.com", "x" * 300, "a b"])
    def test_domain_is_described_as_nothing(self, cognito, db, domain):
        assert cognito.describe_user_pool_domain(Domain=domain)["DomainDescription"] == {}


class TestPool:
    def test_shows_its_domains(self, cognito, pool):
        cognito.create_user_pool_domain(UserPoolId=pool.pk, Domain="people")
        cognito.create_user_pool_domain(UserPoolId=pool.pk, Domain="login.example.com")

        shown = cognito.describe_user_pool(UserPoolId=pool.pk)["UserPool"]

        assert (shown["Domain"], shown["CustomDomain"]) == ("people", "login.example.com")

    def test_shows_none_where_it_has_none(self, cognito, pool):
        UserPoolDomainFactory()

        assert not {"Domain", "CustomDomain"} & set(cognito.describe_user_pool(UserPoolId=pool.pk)["UserPool"])

    def test_is_not_deleted_with_a_domain(self, boto3_client, pool):
        boto3_client.create_user_pool_domain(UserPoolId=pool.pk, Domain="people")

        assert refusal_of(boto3_client.delete_user_pool, UserPoolId=pool.pk) == (
            "InvalidParameterException",
            "User pool cannot be deleted. It has a domain configured that should be deleted first.",
        )
        boto3_client.delete_user_pool_domain(UserPoolId=pool.pk, Domain="people")
        boto3_client.delete_user_pool(UserPoolId=pool.pk)
        assert not UserPool.objects.filter(pk=pool.pk).exists()
