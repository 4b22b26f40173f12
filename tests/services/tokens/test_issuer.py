"""Where a pool's tokens come from."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import set_script_prefix

from cognito_auth.services.tokens.issuer import issuer_of

POOL_ID = "eu-west-1_AbC123xyZ"


@pytest.fixture
def base_url(settings):
    def change(value):
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "BASE_URL": value}

    return change


class TestIssuerOf:
    def test_is_base_url_and_pool_id(self):
        assert issuer_of(POOL_ID) == f"http://testserver/{POOL_ID}"

    def test_follows_the_settings(self, base_url):
        base_url("https://id.example.com/")

        assert issuer_of(POOL_ID) == f"https://id.example.com/{POOL_ID}"

    def test_has_the_prefix_of_the_urls(self, settings):
        settings.ROOT_URLCONF = "tests.services.tokens.urls_under_prefix"

        assert issuer_of(POOL_ID) == f"http://testserver/auth/v1/{POOL_ID}"

    def test_does_not_depend_on_where_a_request_found_the_site(self, settings):
        settings.ROOT_URLCONF = "tests.services.tokens.urls_under_prefix"
        set_script_prefix("/mounted/")
        try:
            found = issuer_of(POOL_ID)
        finally:
            set_script_prefix("/")

        assert found == f"http://testserver/auth/v1/{POOL_ID}"

    def test_is_there_without_our_urls(self, settings):
        settings.ROOT_URLCONF = "tests.services.tokens.urls_without_pools"

        assert issuer_of(POOL_ID) == f"http://testserver/{POOL_ID}"

    def test_needs_a_base_url_outside_of_debug(self, base_url):
        base_url(None)

        with pytest.raises(ImproperlyConfigured):
            issuer_of(POOL_ID)
