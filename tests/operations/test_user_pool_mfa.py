"""SetUserPoolMfaConfig, GetUserPoolMfaConfig, and MFA in CreateUserPool and UpdateUserPool."""

import pytest

from cognito_auth.models import UserPool
from tests.factories import UserPoolFactory
from tests.refusals import refusal_of

BY_EMAIL = {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]}
OWN_SENDER = {
    "EmailSendingAccount": "DEVELOPER",
    "SourceArn": "arn:aws:ses:eu-west-1:123456789012:identity/shop@example.com",
}
ROLE = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x"}
NOTHING_GIVEN = (
    "InvalidParameterException",
    "At least one of [SmsMfaConfiguration] or [SoftwareTokenMfaConfiguration] must be provided.",
)


@pytest.fixture
def pool(db):
    return UserPoolFactory()


def without_metadata(answer):
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


class TestSetUserPoolMfaConfig:
    def test_gives_back_what_was_set(self, cognito, pool):
        given = {
            "MfaConfiguration": "ON",
            "SmsMfaConfiguration": {"SmsAuthenticationMessage": "Code {####}", "SmsConfiguration": ROLE},
            "SoftwareTokenMfaConfiguration": {"Enabled": True},
            "EmailMfaConfiguration": {"Message": "Code {####}", "Subject": "Code"},
        }

        answer = cognito.set_user_pool_mfa_config(UserPoolId=pool.pk, **given)

        assert without_metadata(answer) == given
        assert without_metadata(cognito.get_user_pool_mfa_config(UserPoolId=pool.pk)) == given
        assert cognito.describe_user_pool(UserPoolId=pool.pk)["UserPool"]["MfaConfiguration"] == "ON"

    def test_switches_off_what_is_left_out(self, cognito, pool):
        cognito.set_user_pool_mfa_config(
            UserPoolId=pool.pk,
            MfaConfiguration="ON",
            EmailMfaConfiguration={},
            SoftwareTokenMfaConfiguration={"Enabled": True},
        )
        cognito.set_user_pool_mfa_config(
            UserPoolId=pool.pk, MfaConfiguration="OPTIONAL", SoftwareTokenMfaConfiguration={"Enabled": True}
        )
        assert without_metadata(cognito.get_user_pool_mfa_config(UserPoolId=pool.pk)) == {
            "MfaConfiguration": "OPTIONAL",
            "SoftwareTokenMfaConfiguration": {"Enabled": True},
        }

        cognito.set_user_pool_mfa_config(UserPoolId=pool.pk)
        assert without_metadata(cognito.get_user_pool_mfa_config(UserPoolId=pool.pk)) == {"MfaConfiguration": "OFF"}

    @pytest.mark.parametrize("configuration", ["ON", "OPTIONAL"])
    def test_needs_a_factor(self, cognito, pool, configuration):
        refusal = refusal_of(cognito.set_user_pool_mfa_config, UserPoolId=pool.pk, MfaConfiguration=configuration)

        assert refusal == NOTHING_GIVEN

    def test_refuses_email_where_it_alone_resets_passwords(self, cognito, pool):
        UserPool.objects.update(account_recovery=BY_EMAIL)

        refusal = refusal_of(
            cognito.set_user_pool_mfa_config,
            UserPoolId=pool.pk,
            MfaConfiguration="ON",
            EmailMfaConfiguration={},
        )

        assert refusal[0] == "InvalidParameterException"

    def test_needs_a_role_for_sms_in_strict_pools(self, cognito, pool):
        arguments = {"UserPoolId": pool.pk, "MfaConfiguration": "ON", "SmsMfaConfiguration": {}}
        cognito.set_user_pool_mfa_config(**arguments)
        UserPool.objects.update(strict=True)

        assert refusal_of(cognito.set_user_pool_mfa_config, **arguments) == (
            "InvalidParameterException",
            "[SmsConfiguration] is a required member of [SoftwareTokenMfaConfiguration].",
        )

    def test_needs_a_sender_of_its_own_for_email_in_strict_pools(self, cognito, pool):
        arguments = {"UserPoolId": pool.pk, "MfaConfiguration": "ON", "EmailMfaConfiguration": {}}
        cognito.set_user_pool_mfa_config(**arguments)
        UserPool.objects.update(strict=True)

        assert refusal_of(cognito.set_user_pool_mfa_config, **arguments) == (
            "InvalidParameterException",
            "E-mail MFA is allowed only when EmailSendingAccount is DEVELOPER.",
        )

        UserPool.objects.update(email_configuration=OWN_SENDER)
        assert cognito.set_user_pool_mfa_config(**arguments)["MfaConfiguration"] == "ON"


class TestCreateUserPool:
    def test_takes_mfa_by_sms(self, cognito, db):
        pool = cognito.create_user_pool(PoolName="people", MfaConfiguration="ON", SmsConfiguration=ROLE)["UserPool"]

        assert pool["MfaConfiguration"] == "ON"
        assert "SmsMfaConfiguration" in cognito.get_user_pool_mfa_config(UserPoolId=pool["Id"])

    def test_refuses_mfa_without_a_factor(self, cognito, db):
        assert refusal_of(cognito.create_user_pool, PoolName="people", MfaConfiguration="ON") == NOTHING_GIVEN


class TestUpdateUserPool:
    def test_keeps_the_factors_that_were_set(self, cognito, pool):
        cognito.set_user_pool_mfa_config(
            UserPoolId=pool.pk, MfaConfiguration="ON", SoftwareTokenMfaConfiguration={"Enabled": True}
        )
        cognito.update_user_pool(UserPoolId=pool.pk, MfaConfiguration="OPTIONAL", SmsConfiguration=ROLE)

        assert without_metadata(cognito.get_user_pool_mfa_config(UserPoolId=pool.pk)) == {
            "MfaConfiguration": "OPTIONAL",
            "SoftwareTokenMfaConfiguration": {"Enabled": True},
        }
