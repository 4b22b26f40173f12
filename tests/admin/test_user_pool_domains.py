"""Domains in the admin site."""

import pytest

from cognito_auth.models import UserPool, UserPoolDomain
from tests.admin.pages import errors, filled, listed, said, url
from tests.factories import UserPoolDomainFactory

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/abc"


@pytest.fixture(autouse=True)
def _host_of_the_site(settings):
    settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "BASE_URL": "https://id.example.com"}


class TestPage:
    def test_makes_changes_and_deletes_a_prefix(self, browser, pool):
        page = browser.get(url("userpooldomain", "add"))
        browser.post(url("userpooldomain", "add"), filled(page, pool=pool.pk, domain="people"))
        domain = UserPoolDomain.objects.get()
        assert (domain.domain, domain.is_custom, domain.managed_login_version) == ("people", False, 1)

        page = browser.get(url("userpooldomain", "change", "people"))
        browser.post(url("userpooldomain", "change", "people"), filled(page, managed_login_version="2"))
        domain.refresh_from_db()
        assert domain.managed_login_version == 2

        browser.post(url("userpooldomain", "delete", "people"), {"post": "yes"})
        assert not UserPoolDomain.objects.exists()

    def test_makes_and_changes_a_custom_domain(self, browser, pool):
        page = browser.get(url("userpooldomain", "add"))
        browser.post(url("userpooldomain", "add"), filled(page, pool=pool.pk, domain="login.example.com"))

        page = browser.get(url("userpooldomain", "change", "login.example.com"))
        assert "login.example.com must lead to id.example.com." in page.content.decode()
        browser.post(url("userpooldomain", "change", "login.example.com"), filled(page, certificate_arn=CERTIFICATE))

        domain = UserPoolDomain.objects.get()
        assert (domain.is_custom, domain.certificate_arn) == (True, CERTIFICATE)

    @pytest.mark.parametrize("domain", ["my-aws", "People", "id.example.com", "a..b"])
    def test_shows_what_the_service_refuses(self, browser, pool, domain):
        page = browser.get(url("userpooldomain", "add"))

        response = browser.post(url("userpooldomain", "add"), filled(page, pool=pool.pk, domain=domain))

        assert list(errors(response)) == ["domain"]
        assert not UserPoolDomain.objects.exists()

    def test_gives_a_pool_one_of_each_kind(self, browser, pool):
        UserPoolDomainFactory(pool=pool)
        page = browser.get(url("userpooldomain", "add"))

        response = browser.post(url("userpooldomain", "add"), filled(page, pool=pool.pk, domain="more"))

        assert errors(response)
        assert UserPoolDomain.objects.count() == 1


class TestList:
    def test_shows_each_and_deletes_several(self, browser, pool):
        UserPoolDomainFactory(pool=pool, domain="people")
        UserPoolDomainFactory(pool=pool, domain="login.example.com", is_custom=True)

        assert listed(browser.get(url("userpooldomain", "changelist"))) == ["people", "login.example.com"]
        data = {"action": "delete_selected", "_selected_action": ["people", "login.example.com"], "post": "yes"}
        browser.post(url("userpooldomain", "changelist"), data)
        assert not UserPoolDomain.objects.exists()

    def test_is_not_for_everybody(self, staff_browser):
        assert staff_browser("view_user").get(url("userpooldomain", "changelist")).status_code == 403


class TestPool:
    def test_is_not_deleted_with_a_domain(self, browser, pool):
        UserPoolDomainFactory(pool=pool)

        response = browser.post(url("userpool", "delete", pool.pk), {"post": "yes"})

        assert said(response) == ["The user pool has a domain. Delete the domain first."]
        assert UserPool.objects.filter(pk=pool.pk).exists()
