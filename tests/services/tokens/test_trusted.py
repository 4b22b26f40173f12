"""Whose tokens are accepted."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from cognito_auth.services.tokens.trusted import TrustedIssuers
from tests import tokens


@pytest.fixture
def issuers(cognito_settings):
    def make(*pools, **entries):
        cognito_settings(TRUSTED_POOLS=pools, **entries)
        return TrustedIssuers()

    return make


class TestGet:
    def test_finds_own_pools(self, issuers):
        found = issuers().get("http://testserver/eu-west-1_AbC123xyZ")

        assert found.is_own
        assert found.user_pool_id == "eu-west-1_AbC123xyZ"

    @pytest.mark.parametrize(
        "name",
        [
            "http://testserver/",
            "http://testserver/eu-west-1",
            "http://testserver/eu-west-1_a/",
            "http://testserver/eu-west-1_a/x_y",
            "http://testserver/é_a",
            "http://testserver/eu-west-1_a\x00",
            "http://testserver/eu-west-1_a\n",
            "http://testserver/" + "a" * 50 + "_" + "b" * 10,
            "https://testserver/eu-west-1_a",
            "http://testserver.evil.example/eu-west-1_a",
            "",
        ],
    )
    def test_finds_nothing_that_only_looks_like_one(self, issuers, name):
        assert issuers().get(name) is None

    def test_finds_both_forms_of_an_aws_pool(self, issuers):
        found = issuers({"user_pool_id": "eu-west-1_abc", "client_ids": ["x"], "token_use": ["id", "access"]})

        for host in ("cognito-idp", "issuer-cognito-idp"):
            trusted = found.get(f"https://{host}.eu-west-1.amazonaws.com/eu-west-1_abc")
            assert not trusted.is_own
            assert trusted.user_pool_id == "eu-west-1_abc"
            assert trusted.client_ids == {"x"}
            assert trusted.token_use == {"id", "access"}
        assert found.get("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abd") is None

    def test_accepts_no_client_unless_the_settings_say_which(self, issuers):
        found = issuers({"user_pool_id": "eu-west-1_abc"}, {"user_pool_id": "eu-west-1_abd", "client_ids": None})

        assert found.get("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc").client_ids == frozenset()
        assert found.get("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abd").client_ids is None

    def test_finds_pools_in_china_at_their_own_domain(self, issuers):
        found = issuers({"user_pool_id": "cn-north-1_abc", "client_ids": None})

        assert found.get("https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_abc")

    def test_finds_another_issuer_by_its_name(self, issuers):
        found = issuers(
            {
                "issuer": "https://id.example.com/auth/eu-west-1_abc",
                "jwks_uri": "https://x.example",
                "client_ids": None,
            },
            {"issuer": "https://login.example.com", "jwks_uri": "https://y.example", "client_ids": None},
        )

        assert found.get("https://id.example.com/auth/eu-west-1_abc").user_pool_id == "eu-west-1_abc"
        assert found.get("https://login.example.com").user_pool_id is None

    def test_takes_the_address_of_the_keys_from_the_settings_only(self, issuers):
        found = issuers(
            {"user_pool_id": "eu-west-1_abc", "client_ids": None},
            {"user_pool_id": "eu-west-1_abd", "client_ids": None, "jwks_uri": "https://mirror.example/jwks.json"},
        )

        def uri_of(name):
            return found.get(f"https://cognito-idp.eu-west-1.amazonaws.com/{name}").find_key.__self__.jwks_uri

        aws = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_abc/.well-known/jwks.json"
        assert uri_of("eu-west-1_abc") == aws
        assert uri_of("eu-west-1_abd") == "https://mirror.example/jwks.json"

    def test_refuses_settings_that_name_an_issuer_twice(self, issuers):
        with pytest.raises(ImproperlyConfigured, match="twice"):
            issuers(tokens.trusted_pool(), tokens.trusted_pool())

    def test_needs_no_base_url_to_trust_others(self, issuers):
        found = issuers(tokens.trusted_pool(), BASE_URL=None)

        assert found.get(tokens.ISSUER)
        assert found.get("http://testserver/eu-west-1_AbC123xyZ") is None
