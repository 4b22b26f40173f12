"""Second factors on the account page: the app, what is asked for, recovery codes."""

import re

import pyotp
import pytest

from cognito_auth.models import RecoveryCode, SoftwareToken, User
from cognito_auth.services.mfa import recovery_codes
from tests import mfa
from tests.mfa import ALL_FACTORS, enrol


@pytest.fixture
def pool(pool):
    pool.mfa_configuration = "OPTIONAL"
    for name, value in ALL_FACTORS.items():
        setattr(pool, name, value)
    pool.save()
    return pool


def secret_on(page):
    return re.search(r'<code class="secret-text" translate="no">(.*?)</code>', page.html)[1].replace(" ", "")


class TestTheApp:
    def test_is_set_up_and_switched_on(self, account):
        begun = account("app", action="begin")
        assert "<svg" in begun.html.partition('class="qr"')[2]

        page = account("app", action="verify", code=pyotp.TOTP(secret_on(begun)).now(), device="My phone")

        user = User.objects.get()
        assert page.name.startswith("account/recoveryCodes")
        assert "Your authenticator app is set up." in page.text
        assert (user.software_token_mfa_enabled, user.preferred_mfa) == (True, "SOFTWARE_TOKEN_MFA")
        assert user.software_token.friendly_name == "My phone"

    def test_keeps_its_secret_when_a_code_is_wrong(self, account):
        begun = account("app", action="begin")

        page = account("app", action="verify", code="000000", device="My phone")

        assert page.status == 400
        assert page.error_at("code")
        assert secret_on(page) == secret_on(begun)
        assert not User.objects.get().software_token_mfa_enabled

    def test_asks_for_the_code(self, account):
        account("app", action="begin")

        assert account("app", action="verify", code="").error_at("code") == "Please fill in this field."

    def test_is_not_shown_when_it_was_set_up(self, account, user):
        enrol(user)

        assert mfa.SECRET not in account("app").html

    def test_goes_on_working_until_another_is_verified(self, account, user):
        enrol(user)

        account("app", action="begin")

        assert SoftwareToken.objects.get().secret == mfa.SECRET

    def test_is_removed_with_its_recovery_codes(self, account, user):
        from django.utils import timezone

        enrol(user)
        recovery_codes.generate(user, now=timezone.now())

        page = account("app", action="remove")

        assert "Your authenticator app is removed." in page.text
        assert not SoftwareToken.objects.exists()
        assert not RecoveryCode.objects.exists()
        assert not User.objects.get().software_token_mfa_enabled

    def test_cannot_be_verified_before_it_was_begun(self, account):
        page = account("app", action="verify", code="123456")

        assert page.status == 400

    def test_is_not_offered_where_the_pool_has_none(self, account, pool):
        pool.software_token_mfa_enabled = False
        pool.save()

        assert account("app", action="begin").name == "account"
        assert not SoftwareToken.objects.exists()


class TestFactors:
    def test_are_switched_on_and_off(self, account):
        account("factors", action="on", factor="EMAIL_OTP")
        assert User.objects.get().email_mfa_enabled

        account("factors", action="off", factor="EMAIL_OTP")
        assert not User.objects.get().email_mfa_enabled

    def test_are_preferred_and_not(self, account, user):
        enrol(user)
        account("factors", action="on", factor="EMAIL_OTP")

        account("factors", action="prefer", factor="EMAIL_OTP")
        assert User.objects.get().preferred_mfa == "EMAIL_OTP"

        account("factors", action="prefer")
        assert User.objects.get().preferred_mfa == ""
        assert User.objects.get().software_token_mfa_enabled

    def test_without_what_they_need_lead_to_where_it_is_set_up(self, account, pool):
        page = account("factors")

        assert f'href="/{pool.pk}/account/app"' in page.html
        assert f'href="/{pool.pk}/account/phone"' in page.html

    @pytest.mark.parametrize("factor", ["SOFTWARE_TOKEN_MFA", "SMS_MFA"])
    def test_without_what_they_need_are_refused(self, account, factor):
        page = account("factors", action="on", factor=factor)

        assert page.status == 400
        assert page.alert

    @pytest.mark.parametrize("factor", ["", "NOTHING", "\x00", "username"])
    def test_of_other_names_change_nothing(self, account, user, factor):
        enrol(user)

        account("factors", action="off", factor=factor)

        assert User.objects.get().software_token_mfa_enabled


class TestRecoveryCodes:
    def test_are_shown_once_and_counted(self, account, user):
        enrol(user)

        shown = account("recoveryCodes", action="make")
        codes = re.findall(r"<li>([a-z0-9]{4}(?:-[a-z0-9]{4}){3})</li>", shown.html)
        again = account("recoveryCodes")

        assert len(set(codes)) == 10
        assert all(recovery_codes.find(user, code) for code in codes)
        assert "10 codes are left." in again.text
        assert codes[0] not in again.html
        assert shown.response["Cache-Control"] == "no-store"

    def test_replace_the_old(self, account, user):
        enrol(user)
        first = re.search(r"<li>([a-z0-9]{4}(?:-[a-z0-9]{4}){3})</li>", account("recoveryCodes", action="make").html)[1]

        account("recoveryCodes", action="make")

        assert recovery_codes.find(user, first) is None
        assert RecoveryCode.objects.count() == 10

    def test_need_an_app(self, account):
        assert account("recoveryCodes", action="make").name == "account"
        assert not RecoveryCode.objects.exists()
