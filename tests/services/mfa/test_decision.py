"""services.mfa.decision: which second factor is owed. Every row of the reference's table."""

import pytest

from cognito_auth.exceptions import InvalidParameterException
from cognito_auth.models import UserPool
from cognito_auth.services import password_reset
from cognito_auth.services.mfa import decision
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.sign_in.attempt import SignIn
from tests import mfa
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory, moment

SMS, TOKEN, EMAIL, SETUP = "SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP", "MFA_SETUP"
PHONE = {"phone_number": "+14155550123", "phone_number_verified": True}
BY_EMAIL = {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]}
BY_PHONE_THEN_EMAIL = {
    "RecoveryMechanisms": [
        {"Name": "verified_phone_number", "Priority": 1},
        {"Name": "verified_email", "Priority": 2},
    ]
}


def sign_in_of(user, **state):
    client = UserPoolClientFactory(pool=user.pool)
    return SignIn(
        client=client, flow="USER_PASSWORD_AUTH", username="jane", origin=RequestOrigin(), now=moment(), user=user,
        passed=["PASSWORD"], state=state,
    )  # fmt: skip


def person(pool=None, **fields):
    pool = {"mfa_configuration": "ON", **mfa.ALL_FACTORS, **(pool or {})}
    has_app = fields.pop("has_app", False)
    user = UserFactory(pool=UserPoolFactory(**pool), username="jane", confirmed=True, **fields)
    if has_app:
        mfa.enrol(user, enabled=user.software_token_mfa_enabled)
    return user


@pytest.mark.django_db
class TestOwed:
    @pytest.mark.parametrize(
        ("pool", "fields", "owed"),
        [
            ({"mfa_configuration": "OFF"}, {"has_app": True, "software_token_mfa_enabled": True}, []),
            ({"mfa_configuration": "OPTIONAL"}, {}, []),
            ({"mfa_configuration": "OPTIONAL"}, {"has_app": True}, []),
            ({"mfa_configuration": "OPTIONAL"}, {"has_app": True, "software_token_mfa_enabled": True}, [TOKEN]),
            ({"mfa_configuration": "OPTIONAL"}, {"sms_mfa_enabled": True, **PHONE}, [SMS]),
            (
                {"mfa_configuration": "OPTIONAL"},
                {"sms_mfa_enabled": True, "email_mfa_enabled": True, **PHONE},
                [SMS, EMAIL],
            ),
            (
                {"mfa_configuration": "OPTIONAL"},
                {"sms_mfa_enabled": True, "email_mfa_enabled": True, "preferred_mfa": EMAIL, **PHONE},
                [EMAIL],
            ),
            ({"mfa_configuration": "OPTIONAL", "sms_mfa_enabled": False}, {"sms_mfa_enabled": True, **PHONE}, []),
            ({}, {"has_app": True}, [TOKEN]),
            ({"account_recovery": BY_EMAIL}, {"has_app": True, **PHONE}, [SMS, TOKEN]),
            ({}, {"has_app": True, "email_mfa_enabled": True}, [TOKEN, EMAIL]),
            ({}, {"has_app": True, "email_mfa_enabled": True, "preferred_mfa": TOKEN}, [TOKEN]),
            ({}, PHONE, [SMS]),
            ({}, {}, [EMAIL]),
            ({"account_recovery": BY_PHONE_THEN_EMAIL}, PHONE, [EMAIL]),
            ({"account_recovery": BY_EMAIL}, PHONE, [SMS]),
            ({"email_mfa_enabled": False, "sms_mfa_enabled": False}, PHONE, [SETUP]),
            ({"email_mfa_enabled": False}, {}, [SETUP]),
        ],
    )  # fmt: skip
    def test_is_what_pool_and_person_have(self, pool, fields, owed):
        assert decision.owed(sign_in_of(person(pool, **fields))) == owed

    def test_is_nothing_once_a_factor_was_passed(self):
        assert decision.owed(sign_in_of(person(), mfa_passed=EMAIL)) == []

    def test_is_the_factor_that_was_chosen(self):
        user = person(has_app=True, email_mfa_enabled=True)

        assert decision.owed(sign_in_of(user, mfa_chosen=EMAIL)) == [EMAIL]

    def test_is_a_choice_once_the_person_wants_another_than_the_preferred(self):
        user = person(has_app=True, email_mfa_enabled=True, preferred_mfa=EMAIL)
        sign_in = sign_in_of(user)

        decision.reopen(sign_in)

        assert decision.owed(sign_in) == [TOKEN, EMAIL]
        sign_in.state["mfa_chosen"] = TOKEN
        assert decision.owed(sign_in) == [TOKEN]

    @pytest.mark.parametrize(("fields", "has_others"), [({"email_mfa_enabled": True}, True), ({}, False)])
    def test_knows_whether_there_are_others(self, fields, has_others):
        sign_in = sign_in_of(person(has_app=True, preferred_mfa=TOKEN, **fields))

        assert decision.has_others(sign_in, TOKEN) is has_others
        assert decision.has_others(sign_in, "NEW_PASSWORD_REQUIRED") is False

    def test_refuses_people_who_can_never_pass(self):
        user = person({"software_token_mfa_enabled": False, "email_mfa_enabled": False}, **PHONE)
        user.phone_number = ""
        UserPool.objects.update(sms_mfa_enabled=False)
        user.pool.sms_mfa_enabled = False

        with pytest.raises(InvalidParameterException, match="MFA is required"):
            decision.owed(sign_in_of(user))


@pytest.mark.django_db
class TestRecovery:
    def test_never_goes_to_the_address_of_the_second_factor(self):
        user = person({"mfa_configuration": "OPTIONAL"}, email_mfa_enabled=True, **PHONE)
        assert password_reset.recovery_target(user) == ("phone_number", "+14155550123")

        user.email_mfa_enabled, user.sms_mfa_enabled = False, True
        assert password_reset.recovery_target(user) == ("email", "jane@example.com")

        user.email_mfa_enabled = True
        assert password_reset.recovery_target(user) is None

    def test_leaves_out_the_address_that_a_pool_falls_back_on(self):
        assert password_reset.recovery_target(person(**PHONE)) == ("email", "jane@example.com")

    def test_is_as_ever_without_mfa(self):
        user = person({"mfa_configuration": "OFF"}, sms_mfa_enabled=True, **PHONE)

        assert password_reset.recovery_target(user) == ("phone_number", "+14155550123")

    def test_leaves_the_second_factor_in_place(self, cognito):
        user = person({"mfa_configuration": "OPTIONAL"}, has_app=True, software_token_mfa_enabled=True)
        client = UserPoolClientFactory(pool=user.pool)
        mfa_owed = decision.owed(sign_in_of(user))

        cognito.admin_set_user_password(
            UserPoolId=user.pool_id, Username="jane", Password="N3w!passw0rd", Permanent=True
        )

        answer = mfa.sign_in(cognito, client, password="N3w!passw0rd")
        assert [answer["ChallengeName"]] == mfa_owed
