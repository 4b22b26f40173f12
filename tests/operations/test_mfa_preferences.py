"""SetUserMFAPreference, SetUserSettings and their administrative twins."""

import pytest

from cognito_auth.models import User
from tests import mfa
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory
from tests.refusals import refusal_of

ON, OFF = {"Enabled": True}, {"Enabled": False}
PREFERRED = {"Enabled": True, "PreferredMfa": True}
SMS_OPTION = {"DeliveryMedium": "SMS", "AttributeName": "phone_number"}


@pytest.fixture
def client(db):
    return UserPoolClientFactory(pool=UserPoolFactory(mfa_configuration="OPTIONAL", **mfa.ALL_FACTORS))


@pytest.fixture
def jane(client):
    return UserFactory(pool=client.pool, username="jane", confirmed=True, phone_number="+14155550123")


@pytest.fixture
def token(cognito, client, jane):
    return mfa.sign_in(cognito, client)["AuthenticationResult"]["AccessToken"]


@pytest.fixture
def prefer(cognito, token):
    def call(**settings):
        return cognito.set_user_mfa_preference(AccessToken=token, **settings)

    return call


@pytest.fixture
def seen(cognito, token):
    def call():
        user = cognito.get_user(AccessToken=token)
        return user.get("UserMFASettingList"), user.get("PreferredMfaSetting")

    return call


class TestSetUserMFAPreference:
    def test_is_seen_in_both_views_of_the_user(self, cognito, client, prefer, seen):
        assert seen() == (None, None)

        prefer(EmailMfaSettings=PREFERRED, SMSMfaSettings=ON)

        assert seen() == (["SMS_MFA", "EMAIL_OTP"], "EMAIL_OTP")
        user = cognito.admin_get_user(UserPoolId=client.pool_id, Username="jane")
        assert user["UserMFASettingList"] == ["SMS_MFA", "EMAIL_OTP"]
        assert user["PreferredMfaSetting"] == "EMAIL_OTP"
        assert user["MFAOptions"] == [SMS_OPTION]

    def test_leaves_factors_that_it_does_not_name(self, prefer, seen):
        prefer(EmailMfaSettings=PREFERRED)
        prefer(SMSMfaSettings=ON, SoftwareTokenMfaSettings=None)

        assert seen() == (["SMS_MFA", "EMAIL_OTP"], "EMAIL_OTP")

    def test_prefers_one_at_a_time(self, prefer, seen):
        prefer(EmailMfaSettings=PREFERRED)
        prefer(SMSMfaSettings=PREFERRED)
        assert seen() == (["SMS_MFA", "EMAIL_OTP"], "SMS_MFA")

        prefer(SMSMfaSettings={"Enabled": True, "PreferredMfa": False})
        assert seen() == (["SMS_MFA", "EMAIL_OTP"], None)

    def test_drops_the_preference_with_its_factor(self, prefer, seen):
        prefer(EmailMfaSettings=PREFERRED, SMSMfaSettings=ON)
        prefer(EmailMfaSettings=OFF)

        assert seen() == (["SMS_MFA"], None)

    @pytest.mark.parametrize(
        ("settings", "message"),
        [
            ({"SoftwareTokenMfaSettings": ON}, "User has not verified software token mfa"),
            ({"SMSMfaSettings": {"PreferredMfa": True}}, "SMS_MFA cannot be preferred without being enabled."),
            ({"SMSMfaSettings": PREFERRED, "EmailMfaSettings": PREFERRED}, "Only one MFA method can be preferred."),
            ({"WebAuthnMfaSettings": ON}, "WEB_AUTHN has not been enabled by the userPool"),
        ],
    )
    def test_refuses_what_cannot_be(self, cognito, token, seen, settings, message):
        refusal = refusal_of(cognito.set_user_mfa_preference, AccessToken=token, **settings)

        assert refusal == ("InvalidParameterException", message)
        assert seen() == (None, None)

    def test_takes_passkeys_where_they_stand_for_two_factors(self, cognito, client, token, seen):
        client.pool.web_authn_configuration = {"FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION"}
        client.pool.save()

        cognito.set_user_mfa_preference(AccessToken=token, WebAuthnMfaSettings=ON)
        cognito.admin_set_user_mfa_preference(UserPoolId=client.pool_id, Username="jane", WebAuthnMfaSettings=ON)

        assert seen() == (None, None)

    def test_refuses_codes_to_nowhere(self, cognito, token):
        User.objects.update(phone_number="")

        refusal = refusal_of(cognito.set_user_mfa_preference, AccessToken=token, SMSMfaSettings=ON)

        assert refusal == (
            "InvalidParameterException",
            "User does not have delivery config set to turn on SMS_MFA",
        )


class TestAdminSetUserMFAPreference:
    def test_does_the_same(self, cognito, client, jane):
        cognito.admin_set_user_mfa_preference(UserPoolId=client.pool_id, Username="jane", EmailMfaSettings=PREFERRED)

        assert mfa.sign_in(cognito, client)["ChallengeName"] == "EMAIL_OTP"


class TestSetUserSettings:
    def test_switches_sms_on_and_off(self, cognito, token, seen):
        cognito.set_user_settings(AccessToken=token, MFAOptions=[SMS_OPTION])
        assert seen() == (["SMS_MFA"], None)

        cognito.set_user_settings(AccessToken=token, MFAOptions=[])
        assert seen() == (None, None)

    def test_is_there_for_administrators(self, cognito, client, jane, seen):
        cognito.admin_set_user_settings(UserPoolId=client.pool_id, Username="jane", MFAOptions=[SMS_OPTION])

        assert User.objects.get().sms_mfa_enabled

    def test_takes_sms_alone(self, cognito, token):
        option = {"DeliveryMedium": "EMAIL", "AttributeName": "email"}

        refusal = refusal_of(cognito.set_user_settings, AccessToken=token, MFAOptions=[option])

        assert refusal[0] == "InvalidParameterException"
