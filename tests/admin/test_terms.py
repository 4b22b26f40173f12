"""Terms of use and privacy policies in the admin site."""

import pytest

from cognito_auth.models import Terms
from tests.admin.pages import errors, filled, listed, url
from tests.factories import TermsFactory, UserPoolClientFactory


@pytest.fixture
def client(pool):
    return UserPoolClientFactory(pool=pool)


class TestPage:
    def test_makes_changes_and_deletes(self, browser, client):
        page = browser.get(url("terms", "add"))
        data = filled(page, client=client.pk, name="privacy-policy", link_default="https://example.com/p")
        browser.post(url("terms", "add"), {**data, "link_chinese_simplified": "https://example.com/zh"})
        document = Terms.objects.get()
        assert (document.client, document.pool, document.name) == (client, client.pool, "privacy-policy")
        assert document.links == {
            "cognito:default": "https://example.com/p",
            "cognito:chinese-simplified": "https://example.com/zh",
        }

        page = browser.get(url("terms", "change", str(document.pk)))
        browser.post(
            url("terms", "change", str(document.pk)),
            filled(page, link_german="https://example.com/de", link_chinese_simplified=""),
        )
        document.refresh_from_db()
        assert document.links == {
            "cognito:default": "https://example.com/p",
            "cognito:german": "https://example.com/de",
        }

        browser.post(url("terms", "delete", str(document.pk)), {"post": "yes"})
        assert not Terms.objects.exists()

    def test_shows_what_the_service_refuses(self, browser, client):
        page = browser.get(url("terms", "add"))
        data = filled(page, client=client.pk, name="terms-of-use", link_default="https://example.com/t")

        assert errors(browser.post(url("terms", "add"), {**data, "link_default": "http://example.com"}))
        assert errors(browser.post(url("terms", "add"), {**data, "link_default": ""}))
        assert errors(browser.post(url("terms", "add"), {**data, "link_german": "javascript:alert(1)"}))
        TermsFactory(client=client)
        assert errors(browser.post(url("terms", "add"), data))
        assert Terms.objects.count() == 1

    def test_is_shown_to_those_who_may_only_look(self, staff_browser, client):
        document = TermsFactory(client=client)

        page = staff_browser("view_terms").get(url("terms", "change", str(document.pk))).content.decode()

        assert "https://example.com/terms" in page
        assert 'name="link_default"' not in page


class TestList:
    def test_shows_one_pool_and_deletes_several(self, browser, client):
        document = TermsFactory(client=client)
        TermsFactory()

        assert listed(browser.get(url("terms", "changelist", pool=client.pool_id))) == ["terms-of-use"]
        data = {"action": "delete_selected", "_selected_action": [str(document.pk)], "post": "yes"}
        browser.post(url("terms", "changelist"), data)
        assert [terms.client for terms in Terms.objects.all()] != [client]
        assert Terms.objects.count() == 1
