"""Forms that come without the cookie that belongs to them."""

import re
from html import unescape

import pytest
from django.test import Client
from django.utils import translation

pytestmark = pytest.mark.django_db
SENTENCE = "Your browser did not send along the cookie of this page. Allow cookies here, then start again."
LANGUAGES = ["de", "fr", "es", "pt-br", "ja"]


class TestCsrfFailure:
    @pytest.fixture
    def browser(self):
        return Client(enforce_csrf_checks=True)

    @pytest.mark.parametrize("page", ["login", "signup", "forgotPassword"])
    def test_leads_people_back_to_the_page_they_were_at(self, browser, asks, page):
        answer = browser.post(asks(page), {"username": "jane"})

        assert answer.status_code == 403
        assert SENTENCE in answer.content.decode()
        assert answer["Content-Security-Policy"]
        back = unescape(re.search(r'class="button primary" href="([^"]*)"', answer.content.decode()).group(1))
        assert back == asks(page)
        assert browser.get(back).status_code == 200

    def test_leaves_other_pages_to_django(self, browser):
        answer = browser.post("/admin/login/", {"username": "admin"})

        assert answer.status_code == 403
        assert SENTENCE not in answer.content.decode()

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_is_told_in_the_language_of_the_person(self, browser, asks, language):
        page = browser.post(asks("login"), headers={"Accept-Language": language}).content.decode()

        with translation.override(language):
            assert translation.gettext(SENTENCE) != SENTENCE
            assert translation.gettext(SENTENCE) in unescape(page)
