"""Choice-based sign-in: USER_AUTH, its challenges, accounts without a password."""

import datetime
import re

import pytest
from django.core import mail

from cognito_auth.choices import UserStatus
from cognito_auth.models import SignInAttempt, User
from cognito_auth.services.messages.sms.locmem import outbox
from tests.concurrency import race
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory
from tests.mail import another, code_from_email
from tests.refusals import refusal_of
from tests.srp_client import SrpClient

PASSWORD = "Passw0rd!"
FLOWS = ["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
EVERYTHING = ["PASSWORD", "EMAIL_OTP", "SMS_OTP"]


def app(factors=EVERYTHING, *, pool=None, **fields):
    pool = UserPoolFactory(allowed_first_auth_factors=factors, **(pool or {}))
    return UserPoolClientFactory(pool=pool, explicit_auth_flows=FLOWS, **fields)


@pytest.fixture
def client(db):
    outbox.clear()
    return app()


@pytest.fixture
def jane(client):
    return UserFactory(pool=client.pool, username="jane", phone_number="+14155552671", confirmed=True)


def start(cognito, client, username="jane", **parameters):
    return cognito.initiate_auth(
        ClientId=client.pk, AuthFlow="USER_AUTH", AuthParameters={"USERNAME": username, **parameters}
    )


def answer(cognito, client, asked, username="jane", **answers):
    return cognito.respond_to_auth_challenge(
        ClientId=client.pk,
        ChallengeName=asked["ChallengeName"],
        Session=asked["Session"],
        ChallengeResponses={"USERNAME": username, **answers},
    )


def sent_code(message):
    return re.search(r"(?<!\d)\d{8}(?!\d)", message)[0]


class TestChoosing:
    def test_lists_what_pool_and_person_have(self, cognito, client, jane):
        asked = start(cognito, client)

        assert asked["ChallengeName"] == "SELECT_CHALLENGE"
        assert asked["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD", "EMAIL_OTP", "SMS_OTP"]
        assert asked["ChallengeParameters"] == {}

    def test_goes_straight_to_the_preferred_challenge(self, cognito, client, jane):
        asked = start(cognito, client, PREFERRED_CHALLENGE="EMAIL_OTP")

        assert asked["ChallengeName"] == "EMAIL_OTP"
        assert asked["ChallengeParameters"] == {
            "CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL",
            "CODE_DELIVERY_DESTINATION": "j***@e***",
        }
        assert "EMAIL_OTP" in asked["AvailableChallenges"]

    def test_asks_when_the_preferred_challenge_is_not_available(self, cognito, client, jane):
        assert start(cognito, client, PREFERRED_CHALLENGE="WEB_AUTHN")["ChallengeName"] == "SELECT_CHALLENGE"

    def test_takes_the_password_with_the_first_call(self, cognito, client, jane):
        assert start(cognito, client, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)["AuthenticationResult"]

    def test_asks_for_the_password_that_was_preferred(self, cognito, client, jane):
        asked = start(cognito, client, PREFERRED_CHALLENGE="PASSWORD")

        assert asked["ChallengeName"] == "PASSWORD"
        assert answer(cognito, client, asked, PASSWORD=PASSWORD)["AuthenticationResult"]

    def test_takes_the_password_with_the_choice(self, cognito, client, jane):
        asked = start(cognito, client)

        tokens = answer(cognito, client, asked, ANSWER="PASSWORD", PASSWORD=PASSWORD)

        assert tokens["AuthenticationResult"]["AccessToken"]

    def test_leaves_the_choice_open_after_a_wrong_password(self, cognito, client, jane):
        asked = start(cognito, client)

        code, message = refusal_of(lambda: answer(cognito, client, asked, ANSWER="PASSWORD", PASSWORD="Wr0ng-password"))

        assert (code, message) == ("NotAuthorizedException", "Incorrect username or password.")
        assert answer(cognito, client, asked, ANSWER="PASSWORD", PASSWORD=PASSWORD)["AuthenticationResult"]

    def test_refuses_what_is_not_available(self, cognito, client, jane):
        asked = start(cognito, client)

        code, _message = refusal_of(lambda: answer(cognito, client, asked, ANSWER="WEB_AUTHN"))

        assert code == "InvalidParameterException"

    def test_answers_of_another_challenge_do_not_fit_the_session(self, cognito, client, jane):
        asked = start(cognito, client, PREFERRED_CHALLENGE="EMAIL_OTP")

        code, _message = refusal_of(
            lambda: answer(cognito, client, {**asked, "ChallengeName": "PASSWORD"}, PASSWORD=PASSWORD)
        )

        assert code == "NotAuthorizedException"

    def test_works_for_servers_too(self, cognito, client, jane):
        request = {"UserPoolId": client.pool_id, "ClientId": client.pk}
        asked = cognito.admin_initiate_auth(**request, AuthFlow="USER_AUTH", AuthParameters={"USERNAME": "jane"})

        tokens = cognito.admin_respond_to_auth_challenge(
            **request,
            ChallengeName="SELECT_CHALLENGE",
            Session=asked["Session"],
            ChallengeResponses={"USERNAME": "jane", "ANSWER": "PASSWORD", "PASSWORD": PASSWORD},
        )

        assert tokens["AuthenticationResult"]

    def test_is_refused_to_apps_without_the_flow(self, cognito, jane):
        other = UserPoolClientFactory(pool=jane.pool)

        assert refusal_of(lambda: start(cognito, other)) == (
            "InvalidParameterException",
            "Auth flow not enabled for this client",
        )


class TestPasswordBySrp:
    @pytest.mark.parametrize("at_once", ["flow", "choice", "later"])
    def test_goes_on_to_the_verifier(self, cognito, client, jane, at_once):
        start(cognito, client, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)  # makes the verifier
        srp = SrpClient(PASSWORD)
        if at_once == "flow":
            asked = start(cognito, client, PREFERRED_CHALLENGE="PASSWORD_SRP", SRP_A=srp.srp_a)
        elif at_once == "choice":
            asked = answer(cognito, client, start(cognito, client), ANSWER="PASSWORD_SRP", SRP_A=srp.srp_a)
        else:
            asked = answer(cognito, client, start(cognito, client), ANSWER="PASSWORD_SRP")
            asked = answer(cognito, client, asked, SRP_A=srp.srp_a)

        assert asked["ChallengeName"] == "PASSWORD_VERIFIER"
        parameters = asked["ChallengeParameters"]
        proof = srp.claims(
            group=client.pool.srp_name,
            identity=parameters["USER_ID_FOR_SRP"],
            parameters=parameters,
            now=datetime.datetime.now(tz=datetime.UTC),
        )
        assert answer(cognito, client, asked, **proof)["AuthenticationResult"]


@pytest.mark.django_db(transaction=True)
class TestCodes:
    def test_a_right_code_signs_in(self, cognito, client, jane):
        asked = start(cognito, client, PREFERRED_CHALLENGE="EMAIL_OTP")

        tokens = answer(cognito, client, asked, EMAIL_OTP_CODE=sent_code(mail.outbox[-1].body))

        assert tokens["AuthenticationResult"]["RefreshToken"]
        assert tokens["ChallengeParameters"] == {}

    def test_come_by_text_message_too(self, cognito, client, jane):
        asked = answer(cognito, client, start(cognito, client), ANSWER="SMS_OTP")

        assert asked["ChallengeName"] == "SMS_OTP"
        assert asked["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"] == "+*******2671"
        assert answer(cognito, client, asked, SMS_OTP_CODE=sent_code(outbox[-1].body))["AuthenticationResult"]

    def test_a_wrong_code_leaves_the_session_open(self, cognito, client, jane):
        asked = start(cognito, client, PREFERRED_CHALLENGE="EMAIL_OTP")
        code = sent_code(mail.outbox[-1].body)

        refused = refusal_of(lambda: answer(cognito, client, asked, EMAIL_OTP_CODE=another(code)))

        assert refused == ("CodeMismatchException", "Invalid code or auth state for the user.")
        assert answer(cognito, client, asked, EMAIL_OTP_CODE=code)["AuthenticationResult"]

    def test_a_session_is_used_once(self, cognito, client, jane):
        asked = start(cognito, client, PREFERRED_CHALLENGE="EMAIL_OTP")
        code = sent_code(mail.outbox[-1].body)
        answer(cognito, client, asked, EMAIL_OTP_CODE=code)

        refused = refusal_of(lambda: answer(cognito, client, asked, EMAIL_OTP_CODE=code))

        assert refused[1] == "Invalid session for the user, session can only be used once."

    def test_guesses_are_counted_over_sessions(self, cognito, client, jane):
        for _guess in range(5):
            asked = start(cognito, client, PREFERRED_CHALLENGE="EMAIL_OTP")
            wrong = another(sent_code(mail.outbox[-1].body))
            refusal_of(lambda asked=asked, wrong=wrong: answer(cognito, client, asked, EMAIL_OTP_CODE=wrong))
        asked = start(cognito, client, PREFERRED_CHALLENGE="EMAIL_OTP")

        code = sent_code(mail.outbox[-1].body)
        assert refusal_of(lambda: answer(cognito, client, asked, EMAIL_OTP_CODE=code)) == (
            "NotAuthorizedException",
            "Password attempts exceeded",
        )

    def test_are_not_sent_without_end(self, cognito, client, jane):
        for _request in range(20):
            start(cognito, client, PREFERRED_CHALLENGE="EMAIL_OTP")

        refused = refusal_of(lambda: start(cognito, client, PREFERRED_CHALLENGE="EMAIL_OTP"))

        assert refused[0] == "TooManyRequestsException"
        assert len(mail.outbox) == 20

    def test_verify_the_address_and_confirm_the_account(self, cognito, client):
        UserFactory(pool=client.pool, username="jane")
        asked = start(cognito, client, PREFERRED_CHALLENGE="EMAIL_OTP")

        answer(cognito, client, asked, EMAIL_OTP_CODE=sent_code(mail.outbox[-1].body))

        jane = User.objects.get(username="jane")
        assert (jane.status, jane.email_verified) == (UserStatus.CONFIRMED, True)

    def test_do_not_fit_after_the_address_changed(self, cognito, client, jane):
        asked = start(cognito, client, PREFERRED_CHALLENGE="EMAIL_OTP")
        User.objects.filter(pk=jane.pk).update(email="other@example.com")

        code = sent_code(mail.outbox[-1].body)

        assert refusal_of(lambda: answer(cognito, client, asked, EMAIL_OTP_CODE=code))[0] == "NotAuthorizedException"

    @pytest.mark.postgresql
    def test_of_two_answers_at_once_one_signs_in(self, cognito, client, jane):
        asked = start(cognito, client, PREFERRED_CHALLENGE="EMAIL_OTP")
        code = sent_code(mail.outbox[-1].body)

        results = race(*[lambda: answer(cognito, client, asked, EMAIL_OTP_CODE=code)] * 2)

        assert sum(isinstance(result, dict) for result in results) == 1


class TestAccounts:
    def test_with_a_temporary_password_are_offered_the_password_alone(self, cognito, client):
        UserFactory(pool=client.pool, username="jane", invited=True)

        assert start(cognito, client)["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"]
        asked = start(cognito, client, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)
        assert asked["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
        assert "AvailableChallenges" not in asked

    def test_that_are_disabled_are_told_so(self, cognito, client, jane):
        User.objects.filter(pk=jane.pk).update(is_active=False)

        assert refusal_of(lambda: start(cognito, client)) == ("NotAuthorizedException", "User is disabled.")

    def test_without_any_factor_are_refused(self, cognito):
        client = app(["PASSWORD", "SMS_OTP"])
        jane = UserFactory(pool=client.pool, username="jane", confirmed=True)
        jane.set_unusable_password()
        jane.save()

        assert refusal_of(lambda: start(cognito, client))[0] == "NotAuthorizedException"

    def test_with_mfa_are_offered_no_codes(self, cognito):
        client = app(pool={"mfa_configuration": "OPTIONAL", "sms_mfa_enabled": True})
        UserFactory(
            pool=client.pool,
            username="jane",
            phone_number="+14155552671",
            phone_number_verified=True,
            confirmed=True,
            sms_mfa_enabled=True,
        )

        assert start(cognito, client)["AvailableChallenges"] == ["PASSWORD_SRP", "PASSWORD"]
        asked = start(cognito, client, PREFERRED_CHALLENGE="PASSWORD", PASSWORD=PASSWORD)
        assert asked["ChallengeName"] == "SMS_MFA"


class TestUnknownPeople:
    def test_are_named_where_nothing_is_hidden(self, cognito, client):
        assert refusal_of(lambda: start(cognito, client, "nobody")) == (
            "UserNotFoundException",
            "User does not exist.",
        )

    def test_are_asked_like_others_where_they_are_hidden(self, cognito):
        client = app(["PASSWORD", "EMAIL_OTP"], hides_users=True)

        asked = start(cognito, client, "nora@shop.example", PREFERRED_CHALLENGE="EMAIL_OTP")

        assert asked["ChallengeName"] == "EMAIL_OTP"
        assert asked["ChallengeParameters"] == {
            "CODE_DELIVERY_DELIVERY_MEDIUM": "EMAIL",
            "CODE_DELIVERY_DESTINATION": "n***@s***",
        }
        assert mail.outbox == []
        refused = refusal_of(lambda: answer(cognito, client, asked, "nora@shop.example", EMAIL_OTP_CODE="12345678"))
        assert refused == ("CodeMismatchException", "Invalid code or auth state for the user.")

    def test_have_the_same_choice_each_time(self, cognito):
        client = app(hides_users=True)

        first, second = (start(cognito, client, "nobody")["AvailableChallenges"] for _time in range(2))

        assert first == second
        assert "EMAIL_OTP" in first

    def test_cannot_give_a_right_password(self, cognito):
        client = app(["PASSWORD"], hides_users=True)
        asked = start(cognito, client, "nobody")

        refused = refusal_of(lambda: answer(cognito, client, asked, "nobody", ANSWER="PASSWORD", PASSWORD=PASSWORD))

        assert refused == ("NotAuthorizedException", "Incorrect username or password.")

    def test_disabled_people_look_alike(self, cognito):
        client = app(["EMAIL_OTP"], hides_users=True)
        UserFactory(pool=client.pool, username="jane", confirmed=True, is_active=False)

        assert start(cognito, client, PREFERRED_CHALLENGE="EMAIL_OTP")["ChallengeName"] == "EMAIL_OTP"
        assert mail.outbox == []


class TestSigningUpWithoutAPassword:
    def sign_up(self, cognito, client, **arguments):
        attributes = [{"Name": "email", "Value": "jane@example.com"}]
        return cognito.sign_up(ClientId=client.pk, Username="jane", UserAttributes=attributes, **arguments)

    def test_signs_in_with_the_session_of_the_confirmation(self, cognito, client):
        signed_up = self.sign_up(cognito, client)
        confirmed = cognito.confirm_sign_up(
            ClientId=client.pk, Username="jane", ConfirmationCode=code_from_email(), Session=signed_up["Session"]
        )
        request = {
            "ClientId": client.pk,
            "AuthFlow": "USER_AUTH",
            "AuthParameters": {"USERNAME": "jane"},
            "Session": confirmed["Session"],
        }

        tokens = cognito.initiate_auth(**request)

        assert tokens["AuthenticationResult"]["IdToken"]
        assert refusal_of(cognito.initiate_auth, **request)[1].endswith("session can only be used once.")
        factors = cognito.get_user_auth_factors(AccessToken=tokens["AuthenticationResult"]["AccessToken"])
        assert factors["ConfiguredUserAuthFactors"] == ["EMAIL_OTP"]

    def test_a_session_is_of_one_person_app_and_step(self, cognito, client, jane):
        cognito.sign_up(
            ClientId=client.pk, Username="joe", UserAttributes=[{"Name": "email", "Value": "joe@example.com"}]
        )
        session = cognito.confirm_sign_up(ClientId=client.pk, Username="joe", ConfirmationCode=code_from_email())[
            "Session"
        ]
        other = UserPoolClientFactory(pool=client.pool, explicit_auth_flows=FLOWS)
        for app_client, username in ((client, "jane"), (other, "joe")):
            code, message = refusal_of(
                cognito.initiate_auth,
                ClientId=app_client.pk,
                AuthFlow="USER_AUTH",
                AuthParameters={"USERNAME": username},
                Session=session,
            )
            assert (code, message) == ("NotAuthorizedException", "Invalid session for the user.")

    def test_the_session_of_a_sign_up_signs_nobody_in(self, cognito, client):
        signed_up = self.sign_up(cognito, client)

        code, message = refusal_of(
            cognito.initiate_auth,
            ClientId=client.pk,
            AuthFlow="USER_AUTH",
            AuthParameters={"USERNAME": "jane"},
            Session=signed_up["Session"],
        )

        assert (code, message) == ("NotAuthorizedException", "Invalid session for the user.")

    def test_confirms_with_a_session_that_is_over_but_not_with_one_of_others(self, cognito, client):
        signed_up = self.sign_up(cognito, client)
        SignInAttempt.objects.update(expires_at=datetime.datetime.now(tz=datetime.UTC))
        request = {"ClientId": client.pk, "Username": "jane", "ConfirmationCode": code_from_email()}

        refused = refusal_of(cognito.confirm_sign_up, **request, Session="x" * 96)
        confirmed = cognito.confirm_sign_up(**request, Session=signed_up["Session"])

        assert refused == ("NotAuthorizedException", "Invalid session for the user.")
        assert confirmed["Session"]

    def test_needs_an_address_for_codes(self, cognito):
        client = app(["PASSWORD", "SMS_OTP"])

        assert refusal_of(lambda: self.sign_up(cognito, client)) == (
            "InvalidParameterException",
            "Missing required parameter Password",
        )

    def test_gives_no_session_where_there_is_no_choice(self, cognito):
        client = app(["PASSWORD"])

        assert "Session" not in self.sign_up(cognito, client, Password=PASSWORD)
        confirmed = cognito.confirm_sign_up(ClientId=client.pk, Username="jane", ConfirmationCode=code_from_email())
        assert "Session" not in confirmed

    def test_a_wrong_password_and_none_are_refused_alike(self, cognito, client):
        self.sign_up(cognito, client)
        cognito.confirm_sign_up(ClientId=client.pk, Username="jane", ConfirmationCode=code_from_email())

        assert start(cognito, client)["AvailableChallenges"] == ["EMAIL_OTP"]
        assert start(cognito, client, PREFERRED_CHALLENGE="PASSWORD", PASSWORD="x")["ChallengeName"] == (
            "SELECT_CHALLENGE"
        )

    def test_administrators_make_such_accounts_too(self, cognito, client):
        user = cognito.admin_create_user(
            UserPoolId=client.pool_id,
            Username="jane",
            UserAttributes=[{"Name": "email", "Value": "jane@example.com"}],
            DesiredDeliveryMediums=["EMAIL"],
        )["User"]

        assert user["UserStatus"] == "CONFIRMED"
        factors = cognito.admin_get_user_auth_factors(UserPoolId=client.pool_id, Username="jane")
        assert factors["ConfiguredUserAuthFactors"] == ["EMAIL_OTP"]
        assert len(mail.outbox) == 1


class TestPoolSettings:
    def create(self, cognito, factors, **members):
        policies = {"SignInPolicy": {"AllowedFirstAuthFactors": factors}}
        return cognito.create_user_pool(PoolName="people", Policies=policies, **members)["UserPool"]

    def test_are_kept(self, cognito):
        pool = self.create(cognito, ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"])

        found = cognito.describe_user_pool(UserPoolId=pool["Id"])["UserPool"]
        assert found["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"] == ["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"]

    def test_must_have_something_besides_passkeys(self, cognito):
        assert refusal_of(lambda: self.create(cognito, ["WEB_AUTHN"]))[0] == "InvalidParameterException"

    def test_have_no_codes_where_mfa_is_required(self, cognito):
        pool = self.create(cognito, ["PASSWORD", "EMAIL_OTP"])

        refused = refusal_of(
            cognito.set_user_pool_mfa_config,
            UserPoolId=pool["Id"],
            SoftwareTokenMfaConfiguration={"Enabled": True},
            MfaConfiguration="ON",
        )

        assert refused[0] == "InvalidParameterException"
