"""Domains of pools."""

import functools

import pytest

from cognito_auth import exceptions
from cognito_auth.models import UserPoolDomain
from cognito_auth.services import user_pool_domains, user_pools
from tests.concurrency import race
from tests.factories import UserPoolDomainFactory, UserPoolFactory, moment

NOW = moment()
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/abc"


@pytest.fixture
def pool(db):
    return UserPoolFactory()


def refusal(pool, domain, **settings):
    with pytest.raises(exceptions.InvalidParameterException) as caught:
        user_pool_domains.create(pool, domain, **settings, now=NOW)
    return caught.value.message


class TestCreate:
    @pytest.mark.parametrize("domain", ["a", "people", "my-shop-2", "x" * 63])
    def test_takes_prefixes(self, pool, domain):
        made = user_pool_domains.create(pool, domain, now=NOW)

        assert UserPoolDomain.objects.get() == made
        assert (made.is_custom, made.managed_login_version) == (False, 1)

    @pytest.mark.parametrize("domain", ["-a", "a-", "A", "a_b", "ä", "", "x" * 64, "a/b"])
    def test_refuses_malformed_prefixes(self, pool, domain):
        assert refusal(pool, domain) == (
            "The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers,"
            " and hyphens. Please enter a different name that follows this format:"
            r" ^[a-z0-9](?:[a-z0-9\-]{0,61}[a-z0-9])?$"
        )

    @pytest.mark.parametrize("word", ["aws", "amazon", "cognito"])
    def test_refuses_reserved_words_in_prefixes(self, pool, word):
        assert refusal(pool, f"my{word}login") == f"Domain cannot contain reserved word: {word}"
        assert user_pool_domains.create(pool, f"{word}.example.com", now=NOW).is_custom

    def test_takes_host_names_as_custom_domains(self, pool):
        assert user_pool_domains.create(pool, "login.example.com", now=NOW).is_custom

    def test_wants_certificates_in_strict_pools(self, db):
        strict = UserPoolFactory(strict=True)

        assert refusal(strict, "login.example.com").startswith("The domain name contains an invalid character.")
        assert user_pool_domains.create(strict, "login.example.com", certificate_arn=CERTIFICATE, now=NOW).is_custom

    @pytest.mark.parametrize(
        "domain",
        [
            "people",
            "login.example.com:443",
            "https://login.example.com",
            "Login.example.com",
            "a..b",
            "10.0.0.1",
            ".example.com",
            "example.com.",
            "-a.example.com",
            "a_b.example.com",
            "x" * 64 + ".example.com",
            ".".join(["x" * 60] * 5),
        ],
    )
    def test_refuses_what_is_no_host_name(self, pool, domain):
        message = refusal(pool, domain, certificate_arn=CERTIFICATE)

        assert message.startswith("Custom domain is not a valid subdomain: ")

    def test_has_custom_domains_of_63_characters_in_strict_pools(self, db):
        strict, long = UserPoolFactory(strict=True), f"{'x' * 60}.example.com"

        assert "more than 63 characters" in refusal(strict, long, certificate_arn=CERTIFICATE)
        assert user_pool_domains.create(UserPoolFactory(), long, now=NOW)

    def test_refuses_the_host_of_the_site(self, pool, settings):
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "BASE_URL": "https://id.example.com:8443/auth"}

        assert "the host of this site" in refusal(pool, "id.example.com")

    def test_gives_a_name_to_one_pool(self, pool):
        UserPoolDomainFactory(domain="people")
        UserPoolDomainFactory(domain="login.example.com", is_custom=True)

        for domain in ("people", "login.example.com"):
            assert refusal(pool, domain) == "Domain already associated with another user pool."

    def test_gives_a_pool_one_of_each_kind(self, pool):
        user_pool_domains.create(pool, "people", now=NOW)
        user_pool_domains.create(pool, "login.example.com", now=NOW)

        for domain in ("people", "others", "other.example.com"):
            assert refusal(pool, domain) == "User pool already has a domain configured."
        prefix, custom = user_pool_domains.of(pool)
        assert (prefix.domain, custom.domain) == ("people", "login.example.com")

    def test_refuses_settings_that_a_prefix_has_not(self, pool):
        for settings in ({"routing": {"Failover": {}}}, {"security_policy": "TLS_V1"}):
            assert "for custom domains only" in refusal(pool, "people", **settings)
        assert refusal(pool, "people", managed_login_version=3) == "ManagedLoginVersion must be 1 or 2."

    def test_has_no_managed_login_in_strict_pools_of_the_lowest_tier(self, db):
        strict = UserPoolFactory(strict=True, tier="LITE")

        with pytest.raises(exceptions.FeatureUnavailableInTierException):
            user_pool_domains.create(strict, "people", managed_login_version=2, now=NOW)
        user_pool_domains.create(UserPoolFactory(tier="LITE"), "people", managed_login_version=2, now=NOW)

    def test_refuses_a_pool_that_is_gone(self, transactional_db):
        pool = UserPoolFactory()
        type(pool).objects.filter(pk=pool.pk).delete()

        with pytest.raises(exceptions.ResourceNotFoundException, match="User pool"):
            user_pool_domains.create(pool, "people", now=NOW)


class TestUpdate:
    def test_sets_what_is_named(self, pool):
        row = user_pool_domains.create(pool, "login.example.com", certificate_arn=CERTIFICATE, now=NOW)

        user_pool_domains.update(row, {"managed_login_version": 2})

        stored = UserPoolDomain.objects.get()
        assert (stored.managed_login_version, stored.certificate_arn) == (2, CERTIFICATE)

    def test_refuses_what_does_not_fit(self, pool):
        row = UserPoolDomainFactory(pool=pool)

        for fields in ({"certificate_arn": CERTIFICATE}, {"managed_login_version": 0}):
            with pytest.raises(exceptions.InvalidParameterException):
                user_pool_domains.update(row, fields)
        with pytest.raises(ValueError, match="is_custom"):
            user_pool_domains.update(row, {"is_custom": True})

    def test_refuses_one_that_is_gone(self, pool):
        row = UserPoolDomainFactory(pool=pool, domain="people")
        user_pool_domains.delete(row)

        for change in (
            functools.partial(user_pool_domains.update, row, {"managed_login_version": 2}),
            functools.partial(user_pool_domains.delete, row),
            functools.partial(user_pool_domains.get, pool, "people"),
        ):
            with pytest.raises(exceptions.InvalidParameterException) as caught:
                change()
            assert caught.value.message == "No such domain or user pool exists."

    def test_does_not_touch_a_domain_that_another_pool_took_over(self, pool):
        row = UserPoolDomainFactory(pool=pool, domain="people")
        UserPoolDomain.objects.all().delete()
        UserPoolDomainFactory(domain="people")

        for change in (
            functools.partial(user_pool_domains.update, row, {"managed_login_version": 2}),
            functools.partial(user_pool_domains.delete, row),
        ):
            with pytest.raises(exceptions.InvalidParameterException):
                change()
        assert UserPoolDomain.objects.get().managed_login_version == 1


class TestPoolIdOfHost:
    @pytest.mark.parametrize(
        "host", ["login.example.com", "login.example.com:8443", "LOGIN.example.com", "login.example.com."]
    )
    def test_finds_custom_domains_in_one_query(self, pool, django_assert_num_queries, host):
        UserPoolDomainFactory(pool=pool, domain="login.example.com", is_custom=True)

        with django_assert_num_queries(1):
            assert user_pool_domains.pool_id_of_host(host) == pool.pk

    def test_finds_prefixes_at_their_host_at_aws(self, pool):
        UserPoolDomainFactory(pool=pool, domain="people")

        find = user_pool_domains.pool_id_of_host
        assert find("people.auth.eu-west-1.amazoncognito.com") == pool.pk
        assert find("people.auth.eu-central-1.amazoncognito.com") is None
        assert find("others.auth.eu-west-1.amazoncognito.com") is None
        assert find("people") is None

    @pytest.mark.parametrize("host", ["", ":80", "[::1]:8000", "a b", "a\x00.b", "nobody.example.com", "127.0.0.1"])
    def test_knows_no_others(self, pool, host):
        UserPoolDomainFactory(pool=pool, domain="login.example.com", is_custom=True)

        assert user_pool_domains.pool_id_of_host(host) is None

    def test_asks_nothing_for_the_site_itself(self, pool, settings, django_assert_num_queries):
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "BASE_URL": "https://id.example.com"}
        UserPoolDomainFactory(pool=pool, domain="id.example.com", is_custom=True)

        with django_assert_num_queries(0):
            assert user_pool_domains.pool_id_of_host("id.example.com:443") is None


class TestDeletingThePool:
    @pytest.mark.parametrize("traits", [{}, {"custom": True}])
    def test_needs_the_domain_deleted_first(self, pool, traits):
        row = UserPoolDomainFactory(pool=pool, **traits)

        with pytest.raises(exceptions.InvalidParameterException) as caught:
            user_pools.delete(pool)
        assert caught.value.message == (
            "User pool cannot be deleted. It has a domain configured that should be deleted first."
        )
        user_pool_domains.delete(row)
        user_pools.delete(pool)


@pytest.mark.postgresql
class TestConcurrency:
    def test_one_of_many_pools_gets_the_name(self, transactional_db):
        pools = UserPoolFactory.create_batch(6)

        outcomes = race(*[functools.partial(user_pool_domains.create, pool, "people", now=NOW) for pool in pools])

        refused = [outcome for outcome in outcomes if not isinstance(outcome, UserPoolDomain)]
        assert {refusal.message for refusal in refused} == {"Domain already associated with another user pool."}
        assert len(refused) == 5

    def test_a_pool_gets_one_of_many_names(self, transactional_db):
        pool = UserPoolFactory()

        outcomes = race(
            *[functools.partial(user_pool_domains.create, pool, f"people{number}", now=NOW) for number in range(6)]
        )

        refused = [outcome for outcome in outcomes if not isinstance(outcome, UserPoolDomain)]
        assert {refusal.message for refusal in refused} == {"User pool already has a domain configured."}
        assert UserPoolDomain.objects.count() == 1
