"""AssociateSoftwareToken, VerifySoftwareToken, AdminDeleteSoftwareToken."""

import time

import pyotp
import pytest
from django.utils import timezone

from cognito_auth.models import RecoveryCode, SoftwareToken, UserPool
from cognito_auth.services.mfa import recovery_codes
from tests import mfa
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory
from tests.refusals import refusal_of


def code_of(secret):
    return pyotp.TOTP(secret).at(int(time.time()))


@pytest.fixture
def client(db):
    return UserPoolClientFactory(pool=UserPoolFactory(mfa_configuration="OPTIONAL", software_token_mfa_enabled=True))


@pytest.fixture
def jane(client):
    return UserFactory(pool=client.pool, username="jane", confirmed=True)


@pytest.fixture
def token(cognito, client, jane):
    return mfa.sign_in(cognito, client)["AuthenticationResult"]["AccessToken"]


class TestAssociateSoftwareToken:
    def test_gives_a_secret_that_is_encrypted_at_rest(self, cognito, token):
        answer = cognito.associate_software_token(AccessToken=token)

        assert set(answer) == {"SecretCode", "ResponseMetadata"}
        row = SoftwareToken.objects.get()
        assert row.pending_secret == answer["SecretCode"]
        assert SoftwareToken.objects.extra(where=["pending_secret LIKE %s"], params=[answer["SecretCode"]]).count() == 0

    def test_replaces_a_secret_that_waits_and_keeps_the_old_app_working(self, cognito, client, jane, token):
        mfa.enrol(jane)
        first = cognito.associate_software_token(AccessToken=token)["SecretCode"]
        cognito.associate_software_token(AccessToken=token)

        refusal = refusal_of(cognito.verify_software_token, AccessToken=token, UserCode=code_of(first))
        session = mfa.sign_in(cognito, client)["Session"]

        assert refusal[0] == "EnableSoftwareTokenMFAException"
        assert mfa.respond(cognito, client, "SOFTWARE_TOKEN_MFA", session, SOFTWARE_TOKEN_MFA_CODE=mfa.code())

    def test_is_refused_where_the_pool_has_no_apps(self, cognito, token):
        UserPool.objects.update(software_token_mfa_enabled=False)

        assert refusal_of(cognito.associate_software_token, AccessToken=token) == (
            "SoftwareTokenMFANotFoundException",
            "Software Token MFA has not been enabled by the userPool",
        )


class TestVerifySoftwareToken:
    def test_enrols_the_app_and_does_not_switch_it_on(self, cognito, client, token):
        secret = cognito.associate_software_token(AccessToken=token)["SecretCode"]

        answer = cognito.verify_software_token(AccessToken=token, UserCode=code_of(secret), FriendlyDeviceName="")

        assert answer["Status"] == "SUCCESS"
        assert "UserMFASettingList" not in cognito.get_user(AccessToken=token)
        assert "AuthenticationResult" in mfa.sign_in(cognito, client)

    def test_uses_up_the_code(self, cognito, client, token):
        secret = cognito.associate_software_token(AccessToken=token)["SecretCode"]
        code = code_of(secret)
        cognito.verify_software_token(AccessToken=token, UserCode=code)
        cognito.set_user_mfa_preference(
            AccessToken=token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True}
        )
        session = mfa.sign_in(cognito, client)["Session"]

        refusal = refusal_of(
            mfa.respond,
            cognito=cognito,
            client=client,
            challenge="SOFTWARE_TOKEN_MFA",
            session=session,
            SOFTWARE_TOKEN_MFA_CODE=code,
        )

        assert refusal == ("ExpiredCodeException", "Your software token has already been used once.")

    def test_needs_a_secret_that_waits(self, cognito, token):
        refusal = refusal_of(cognito.verify_software_token, AccessToken=token, UserCode="123456")

        assert refusal[0] == "SoftwareTokenMFANotFoundException"


class TestAdminDeleteSoftwareToken:
    def test_removes_app_preference_and_recovery_codes(self, cognito, client, jane):
        mfa.enrol(jane)
        type(jane).objects.update(preferred_mfa="SOFTWARE_TOKEN_MFA")
        recovery_codes.generate(jane, now=timezone.now())

        cognito.admin_delete_software_token(UserPoolId=client.pool_id, Username="jane")

        assert not SoftwareToken.objects.exists()
        assert not RecoveryCode.objects.exists()
        user = cognito.admin_get_user(UserPoolId=client.pool_id, Username="jane")
        assert "UserMFASettingList" not in user
        assert "PreferredMfaSetting" not in user
        assert "AuthenticationResult" in mfa.sign_in(cognito, client)

    def test_refuses_unknown_people(self, cognito, client):
        refusal = refusal_of(cognito.admin_delete_software_token, UserPoolId=client.pool_id, Username="nobody")

        assert refusal[0] == "UserNotFoundException"
