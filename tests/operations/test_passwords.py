"""ForgotPassword, ConfirmForgotPassword, ChangePassword."""

import pytest
from django.core import mail

from cognito_auth.choices import UserStatus
from cognito_auth.models import OneTimeCode, User
from tests.concurrency import race
from tests.factories import UserFactory, UserPoolClientFactory
from tests.mail import another, code_from_email
from tests.operations.test_sign_in import INCORRECT, sign_in
from tests.refusals import refusal_of

MISMATCH = ("CodeMismatchException", "Invalid verification code provided, please try again.")


@pytest.fixture
def client(db):
    return UserPoolClientFactory()


@pytest.fixture
def jane(client):
    return UserFactory(pool=client.pool, username="jane", confirmed=True)


def forgot(cognito, client, username="jane"):
    return cognito.forgot_password(ClientId=client.pk, Username=username)


def confirm(cognito, client, code, username="jane", password="N3w!passw0rd"):
    return cognito.confirm_forgot_password(
        ClientId=client.pk, Username=username, ConfirmationCode=code, Password=password
    )


class TestForgotPassword:
    def test_mails_a_code_to_the_verified_address(self, cognito, client, jane):
        answer = forgot(cognito, client)

        assert answer["CodeDeliveryDetails"] == {
            "Destination": "j***@e***",
            "DeliveryMedium": "EMAIL",
            "AttributeName": "email",
        }
        assert mail.outbox[-1].to == [jane.email]

    @pytest.mark.parametrize(
        ("state", "refused"),
        [
            ({"is_active": False}, ("NotAuthorizedException", "User is disabled.")),
            (
                {"status": UserStatus.FORCE_CHANGE_PASSWORD},
                ("NotAuthorizedException", "User password cannot be reset in the current state."),
            ),
            (
                {"email_verified": False},
                (
                    "InvalidParameterException",
                    "Cannot reset password for the user as there is no registered/verified email or phone_number",
                ),
            ),
        ],
    )
    def test_says_why_not_or_pretends_where_the_client_hides(self, cognito, client, jane, state, refused):
        hiding = UserPoolClientFactory(pool=client.pool, hides_users=True)
        User.objects.update(**state)

        assert refusal_of(forgot, cognito=cognito, client=client) == refused
        assert forgot(cognito, hiding)["CodeDeliveryDetails"]
        assert mail.outbox == []

    def test_pretends_alike_for_nobody_and_always_the_same(self, cognito, client):
        hiding = UserPoolClientFactory(pool=client.pool, hides_users=True)

        first, second = forgot(cognito, hiding, "nobody"), forgot(cognito, hiding, "nobody")

        assert first["CodeDeliveryDetails"] == second["CodeDeliveryDetails"]
        assert refusal_of(forgot, cognito=cognito, client=client, username="nobody") == (
            "UserNotFoundException",
            "Username/client id combination not found.",
        )

    @pytest.mark.parametrize(
        "state",
        [
            {},
            {"status": UserStatus.UNCONFIRMED, "email_verified": False},
            {"email_verified": False},
            {"is_active": False},
            {"email": ""},
        ],
    )
    def test_names_the_address_that_another_code_goes_to(self, cognito, client, jane, state):
        hiding = UserPoolClientFactory(pool=client.pool, hides_users=True)
        User.objects.update(**state)

        resent = cognito.resend_confirmation_code(ClientId=hiding.pk, Username="jane")

        # Of nobody the two say the same: a difference would tell that there is somebody.
        assert forgot(cognito, hiding)["CodeDeliveryDetails"] == resent["CodeDeliveryDetails"]

    def test_sends_people_to_administrators_where_only_they_reset(self, cognito, jane):
        jane.pool.account_recovery = {"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]}
        jane.pool.save()
        client = UserPoolClientFactory(pool=jane.pool)

        assert refusal_of(forgot, cognito=cognito, client=client) == (
            "NotAuthorizedException",
            "Contact administrator to reset password.",
        )

    @pytest.mark.parametrize("hides_users", [True, False])
    def test_says_the_same_of_nobody_where_only_administrators_reset(self, cognito, jane, hides_users):
        jane.pool.account_recovery = {"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]}
        jane.pool.save()
        client = UserPoolClientFactory(pool=jane.pool, hides_users=hides_users)

        refused = [refusal_of(forgot, cognito=cognito, client=client, username=name) for name in ("jane", "nobody")]

        assert refused == [("NotAuthorizedException", "Contact administrator to reset password.")] * 2

    def test_is_limited(self, cognito, client, jane):
        for _time in range(15):
            forgot(cognito, client)

        assert refusal_of(forgot, cognito=cognito, client=client) == (
            "LimitExceededException",
            "Attempt limit exceeded, please try after some time.",
        )


class TestConfirmForgotPassword:
    def test_sets_the_password_and_ends_older_sessions(self, cognito, client, jane):
        token = sign_in(cognito, client)["AuthenticationResult"]["AccessToken"]
        forgot(cognito, client)

        confirm(cognito, client, code_from_email())

        assert sign_in(cognito, client, password="N3w!passw0rd")["AuthenticationResult"]
        assert refusal_of(sign_in, cognito=cognito, client=client) == INCORRECT
        assert refusal_of(cognito.get_user, AccessToken=token) == (
            "NotAuthorizedException",
            "Access Token has been revoked",
        )

    def test_ends_a_required_reset_and_the_lock(self, cognito, client, jane):
        cognito.admin_reset_user_password(UserPoolId=client.pool_id, Username="jane")
        assert refusal_of(sign_in, cognito=cognito, client=client)[0] == "PasswordResetRequiredException"
        confirm(cognito, client, code_from_email())

        assert sign_in(cognito, client, password="N3w!passw0rd")["AuthenticationResult"]

    def test_refuses_wrong_and_used_codes(self, cognito, client, jane):
        forgot(cognito, client)
        code = code_from_email()

        assert refusal_of(confirm, cognito=cognito, client=client, code=another(code)) == MISMATCH
        confirm(cognito, client, code)
        assert refusal_of(confirm, cognito=cognito, client=client, code=code) == (
            "ExpiredCodeException",
            "Invalid code provided, please request a code again.",
        )

    def test_answers_alike_for_nobody_where_the_client_hides(self, cognito, client, jane):
        hiding = UserPoolClientFactory(pool=client.pool, hides_users=True)

        for username in ("jane", "nobody"):
            refused = refusal_of(confirm, cognito=cognito, client=hiding, code="123456", username=username)
            assert refused == MISMATCH

    def test_a_weak_password_does_not_use_up_the_code(self, cognito, client, jane):
        forgot(cognito, client)
        code = code_from_email()

        refused = refusal_of(confirm, cognito=cognito, client=client, code=code, password="weak")

        assert refused[0] == "InvalidPasswordException"
        confirm(cognito, client, code)

    def test_drops_pending_changes_of_addresses(self, cognito, client, jane):
        jane.pool.verify_before_update_attributes = ["email"]
        jane.pool.save()
        token = sign_in(cognito, client)["AuthenticationResult"]["AccessToken"]
        cognito.update_user_attributes(
            AccessToken=token, UserAttributes=[{"Name": "email", "Value": "mallory@example.com"}]
        )
        assert OneTimeCode.objects.filter(is_pending=True).exists()
        forgot(cognito, client)

        confirm(cognito, client, code_from_email())

        assert not OneTimeCode.objects.exists()


class TestChangePassword:
    def change(self, cognito, token, previous="Passw0rd!", proposed="N3w!passw0rd"):
        return cognito.change_password(AccessToken=token, PreviousPassword=previous, ProposedPassword=proposed)

    def test_keeps_this_session_and_ends_the_others(self, cognito, client, jane):
        other = sign_in(cognito, client)["AuthenticationResult"]
        this = sign_in(cognito, client)["AuthenticationResult"]

        self.change(cognito, this["AccessToken"])

        assert cognito.get_user(AccessToken=this["AccessToken"])["Username"] == "jane"
        assert refusal_of(cognito.get_user, AccessToken=other["AccessToken"])[1] == "Access Token has been revoked"
        assert sign_in(cognito, client, password="N3w!passw0rd")

    def test_leaves_other_sessions_in_strict_pools(self, cognito, client, jane):
        client.pool.strict = True
        client.pool.save()
        other = sign_in(cognito, client)["AuthenticationResult"]
        this = sign_in(cognito, client)["AuthenticationResult"]

        self.change(cognito, this["AccessToken"])

        assert cognito.get_user(AccessToken=other["AccessToken"])["Username"] == "jane"

    def test_refuses_a_wrong_previous_password_behind_the_same_lock(self, cognito, client, jane):
        token = sign_in(cognito, client)["AuthenticationResult"]["AccessToken"]

        for _time in range(5):
            assert refusal_of(self.change, cognito=cognito, token=token, previous="Wr0ng!pass") == INCORRECT

        assert refusal_of(sign_in, cognito=cognito, client=client)[1] == "Password attempts exceeded"

    def test_is_limited_to_five_an_hour(self, cognito, client, jane):
        token = sign_in(cognito, client)["AuthenticationResult"]["AccessToken"]
        for position in range(5):
            self.change(cognito, token, f"Passw0rd!{position or ''}", f"Passw0rd!{position + 1}")

        refused = refusal_of(self.change, cognito=cognito, token=token, previous="Passw0rd!5")

        assert refused[0] == "LimitExceededException"


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    def test_one_code_sets_one_password(self, cognito):
        client = UserPoolClientFactory()
        UserFactory(pool=client.pool, username="jane", confirmed=True)
        forgot(cognito, client)
        code = code_from_email()
        passwords = [f"N3w!passw0rd{position}" for position in range(6)]

        results = race(
            *[lambda password=password: confirm(cognito, client, code, password=password) for password in passwords]
        )

        winners = [password for password, result in zip(passwords, results, strict=True) if isinstance(result, dict)]
        assert len(winners) == 1
        assert User.objects.get().check_password(winners[0])
