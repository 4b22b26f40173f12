"""Second factors in the admin site: what a user has, removing an app, recovery codes; a pool's settings."""

import re

import pytest

from cognito_auth.models import RecoveryCode, SoftwareToken, UserPool
from cognito_auth.services.mfa import recovery_codes
from tests import mfa
from tests.admin.pages import errors, filled, said, url
from tests.factories import UserFactory


@pytest.fixture
def jane(pool):
    UserPool.objects.update(mfa_configuration="OPTIONAL", software_token_mfa_enabled=True)
    jane = UserFactory(pool=pool, username="jane", confirmed=True, preferred_mfa="SOFTWARE_TOKEN_MFA")
    mfa.enrol(jane)
    return jane


class TestPage:
    def test_shows_factors_and_recovery_codes_left(self, browser, jane):
        page = browser.get(url("user", "change", jane.pk)).content.decode()

        assert "authenticator app (preferred)" in page
        assert "recovery codes left: 0" in page
        assert "New recovery codes" in page

    def test_offers_nothing_where_there_is_no_app(self, browser, pool):
        page = browser.get(url("user", "change", UserFactory(pool=pool).pk)).content.decode()

        assert "New recovery codes" not in page
        assert "Remove authenticator app" not in page


class TestRecoveryCodes:
    def test_are_shown_once(self, browser, jane):
        response = browser.post(url("user", "recovery_codes", jane.pk))

        codes = re.findall(r"\b(?:[a-z2-9]{4}-){3}[a-z2-9]{4}\b", response.content.decode())
        assert len(set(codes)) == 10
        assert "no-store" in response["Cache-Control"]
        assert recovery_codes.find(jane, codes[0]) is not None
        assert codes[0] not in browser.get(url("user", "change", jane.pk)).content.decode()

    def test_replace_the_old_ones(self, browser, jane):
        browser.post(url("user", "recovery_codes", jane.pk))
        browser.post(url("user", "recovery_codes", jane.pk))

        assert RecoveryCode.objects.count() == 10

    def test_need_an_app(self, browser, pool):
        user = UserFactory(pool=pool)

        response = browser.post(url("user", "recovery_codes", user.pk))

        assert said(response) == ["There is no authenticator app yet. Set one up first."]
        assert not RecoveryCode.objects.exists()

    def test_are_not_made_by_following_a_link(self, browser, jane):
        assert browser.get(url("user", "recovery_codes", jane.pk)).status_code == 405

    def test_are_not_for_mere_viewers(self, staff_browser, jane):
        browser = staff_browser("view_user")

        assert browser.post(url("user", "recovery_codes", jane.pk)).status_code == 403


class TestRemoveAuthenticatorApp:
    def test_removes_it_after_asking(self, browser, jane):
        data = {"action": "remove_software_token", "_selected_action": [jane.pk]}
        assert browser.post(url("user", "changelist", pool=jane.pool_id), data).status_code == 200
        assert SoftwareToken.objects.exists()

        browser.post(url("user", "changelist", pool=jane.pool_id), {**data, "confirmed": "yes"})

        assert not SoftwareToken.objects.exists()


class TestPoolSettings:
    def test_are_set_in_the_form(self, browser, pool):
        page = browser.get(url("userpool", "change", pool.pk))

        browser.post(
            url("userpool", "change", pool.pk),
            filled(page, mfa_configuration="ON", software_token_mfa_enabled="on"),
        )

        pool.refresh_from_db()
        assert (pool.mfa_configuration, pool.software_token_mfa_enabled) == ("ON", True)

    def test_need_a_factor(self, browser, pool):
        page = browser.get(url("userpool", "change", pool.pk))

        response = browser.post(url("userpool", "change", pool.pk), filled(page, mfa_configuration="ON"))

        assert "at least one factor" in str(errors(response))
        pool.refresh_from_db()
        assert pool.mfa_configuration == "OFF"
