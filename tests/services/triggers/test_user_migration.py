"""UserMigration at sign-in and at "forgot password"."""

import pytest
from django.core import mail

from cognito_auth.choices import UserStatus
from cognito_auth.exceptions import PublicTriggerError
from cognito_auth.models import User
from tests.concurrency import race
from tests.factories import UserPoolClientFactory, UserPoolFactory
from tests.mail import code_from_email
from tests.refusals import refusal_of
from tests.services.triggers.people import FLOWS, make_client, make_jane, sign_in

ATTRIBUTES = {"email": "jane@example.com", "email_verified": "true"}
CONFIRMED = {"userAttributes": ATTRIBUTES, "finalUserStatus": "CONFIRMED", "messageAction": "SUPPRESS"}
INCORRECT = ("NotAuthorizedException", "Incorrect username or password.")


@pytest.mark.django_db
class TestAtSignIn:
    def test_takes_the_person_over_and_signs_them_in(self, cognito, trigger):
        client, handler = make_client(), trigger("UserMigration", CONFIRMED)

        assert sign_in(cognito, client, password="weak", ClientMetadata={"k": "v"})["AuthenticationResult"]

        (event,) = handler.events
        assert event["triggerSource"] == "UserMigration_Authentication"
        assert event["userName"] == "jane"
        assert event["request"]["password"] == "weak"
        assert event["request"]["validationData"] == {"k": "v"}
        user = User.objects.get()
        assert (user.username, user.status, user.email_verified) == ("jane", UserStatus.CONFIRMED, True)
        assert mail.outbox == []
        sign_in(cognito, client, password="weak")
        assert len(handler.events) == 1

    def test_requires_a_reset_unless_told_otherwise(self, cognito, trigger):
        trigger("UserMigration", {"userAttributes": ATTRIBUTES, "messageAction": "SUPPRESS"})

        assert refusal_of(sign_in, cognito=cognito, client=make_client())[0] == "PasswordResetRequiredException"
        assert User.objects.get().status == UserStatus.RESET_REQUIRED

    def test_comes_before_pre_authentication(self, cognito, trigger):
        client, asked = make_client(), trigger("PreAuthentication")
        trigger("UserMigration", CONFIRMED)

        sign_in(cognito, client)

        assert asked.request["userAttributes"]["email"] == "jane@example.com"

    def test_serves_administrators_flows(self, cognito, trigger):
        client = make_client()
        trigger("UserMigration", CONFIRMED)

        assert cognito.admin_initiate_auth(
            UserPoolId=client.pool_id,
            ClientId=client.pk,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "jane", "PASSWORD": "weak"},
        )["AuthenticationResult"]

    def test_welcomes_without_telling_the_password(self, cognito, trigger):
        trigger(
            "UserMigration",
            {"userAttributes": ATTRIBUTES, "finalUserStatus": "CONFIRMED", "desiredDeliveryMediums": ["EMAIL"]},
        )

        sign_in(cognito, make_client(), password="S3cret!word")

        assert "S3cret!word" not in mail.outbox[0].body

    @pytest.mark.parametrize(
        "answer",
        [{"error": ValueError("Bad password")}, {"response": {}}, {"response": {"userAttributes": {"x": "y"}}}],
    )
    def test_treats_a_failure_as_an_unknown_person(self, cognito, trigger, answer):
        client = make_client()
        hiding = UserPoolClientFactory(pool=client.pool, hides_users=True, explicit_auth_flows=FLOWS)
        trigger("UserMigration", **answer)

        assert refusal_of(sign_in, cognito=cognito, client=client) == (
            "UserNotFoundException",
            f"Exception migrating user in app client {client.pk}",
        )
        assert refusal_of(sign_in, cognito=cognito, client=hiding) == INCORRECT
        assert not User.objects.exists()

    def test_passes_on_words_for_the_person(self, cognito, trigger):
        trigger("UserMigration", error=PublicTriggerError("Your account was closed."))

        assert refusal_of(sign_in, cognito=cognito, client=make_client())[1] == "Your account was closed."

    def test_counts_what_is_refused_as_guesses(self, cognito, trigger):
        client, handler = make_client(), trigger("UserMigration", error=ValueError("Bad password"))

        for _attempt in range(6):
            refused = refusal_of(sign_in, cognito=cognito, client=client)

        assert refused == ("NotAuthorizedException", "Password attempts exceeded")
        assert len(handler.events) == 5

    def test_serves_the_password_that_was_chosen(self, cognito, trigger):
        pool = UserPoolFactory(allowed_first_auth_factors=["PASSWORD"])
        client = UserPoolClientFactory(pool=pool, hides_users=True, explicit_auth_flows=["ALLOW_USER_AUTH"])
        handler = trigger("UserMigration", CONFIRMED)
        asked = cognito.initiate_auth(
            ClientId=client.pk,
            AuthFlow="USER_AUTH",
            AuthParameters={"USERNAME": "jane", "PREFERRED_CHALLENGE": "PASSWORD"},
        )
        assert (asked["ChallengeName"], handler.events) == ("PASSWORD", [])

        answer = cognito.respond_to_auth_challenge(
            ClientId=client.pk,
            ChallengeName="PASSWORD",
            Session=asked["Session"],
            ChallengeResponses={"USERNAME": "jane", "PASSWORD": "weak"},
            ClientMetadata={"k": "v"},
        )

        assert answer["AuthenticationResult"]
        assert handler.request["clientMetadata"] == {"k": "v"}

    def test_is_not_asked_about_people_who_are_here(self, cognito, trigger):
        client, handler = make_client(), trigger("UserMigration", CONFIRMED)
        make_jane(client)

        refusal_of(sign_in, cognito=cognito, client=client, password="wr0ng")

        assert handler.events == []

    def test_makes_the_address_the_name_where_the_pool_says_so(self, cognito, trigger):
        client = make_client(pool=UserPoolFactory(username_attributes=["email"]))
        trigger("UserMigration", CONFIRMED)

        sign_in(cognito, client, "jane@example.com")

        user = User.objects.get()
        assert user.username == str(user.sub)
        assert sign_in(cognito, client, "jane@example.com")

    def test_lets_the_handler_name_who_came_with_an_alias(self, cognito, trigger):
        client = make_client(pool=UserPoolFactory(alias_attributes=["email"]))
        trigger("UserMigration", {**CONFIRMED, "userAttributes": {**ATTRIBUTES, "username": "jane"}})

        sign_in(cognito, client, "jane@example.com")

        assert User.objects.get().username == "jane"


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("username_attributes", [[], ["email"]])
def test_makes_one_user_of_many_requests(cognito, trigger, username_attributes):
    client = make_client(pool=UserPoolFactory(username_attributes=username_attributes))
    trigger("UserMigration", CONFIRMED)
    username = "jane@example.com" if username_attributes else "jane"

    results = race(*[lambda: sign_in(cognito, client, username) for _request in range(4)])

    assert all(result["AuthenticationResult"] for result in results), results
    assert User.objects.count() == 1


@pytest.mark.django_db
class TestAtForgotPassword:
    def test_takes_the_person_over_and_sends_the_code(self, cognito, trigger):
        client, handler = make_client(), trigger("UserMigration", CONFIRMED)

        cognito.forgot_password(ClientId=client.pk, Username="jane", ClientMetadata={"k": "v"})
        cognito.confirm_forgot_password(
            ClientId=client.pk, Username="jane", ConfirmationCode=code_from_email(), Password="N3w!passw0rd"
        )

        assert handler.sources == ["UserMigration_ForgotPassword"]
        assert "password" not in handler.request
        assert handler.request["clientMetadata"] == {"k": "v"}
        assert sign_in(cognito, client, password="N3w!passw0rd")

    def test_treats_a_failure_as_an_unknown_person(self, cognito, trigger):
        client = make_client()
        hiding = UserPoolClientFactory(pool=client.pool, hides_users=True)
        trigger("UserMigration", error=ValueError("Unknown"))

        refused = refusal_of(cognito.forgot_password, ClientId=client.pk, Username="jane")

        assert refused[0] == "UserNotFoundException"
        assert cognito.forgot_password(ClientId=hiding.pk, Username="jane")["CodeDeliveryDetails"]
        assert mail.outbox == []
