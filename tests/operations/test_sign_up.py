"""SignUp, ConfirmSignUp, ResendConfirmationCode."""

import pytest
from django.core import mail

from cognito_auth.choices import UserStatus
from cognito_auth.models import AuthEvent, User
from tests.concurrency import race
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory
from tests.mail import another, code_from_email
from tests.refusals import refusal_of

EMAIL = [{"Name": "email", "Value": "jane@example.com"}]


def sign_up(cognito, client, username="jane", attributes=EMAIL, **more):
    return cognito.sign_up(
        ClientId=client.pk, Username=username, Password="Passw0rd!", UserAttributes=attributes, **more
    )


@pytest.mark.django_db
class TestSignUp:
    def test_makes_an_unconfirmed_user_and_mails_a_code(self, cognito):
        client = UserPoolClientFactory()

        answer = sign_up(cognito, client)

        user = User.objects.get()
        assert user.status == UserStatus.UNCONFIRMED
        assert user.email_verified is not True
        assert answer["UserConfirmed"] is False
        assert answer["UserSub"] == str(user.sub)
        assert answer["CodeDeliveryDetails"] == {
            "Destination": "j***@e***",
            "DeliveryMedium": "EMAIL",
            "AttributeName": "email",
        }
        assert mail.outbox[-1].to == ["jane@example.com"]
        assert code_from_email()

    def test_gives_no_delivery_where_nothing_is_verified(self, cognito):
        client = UserPoolClientFactory(pool__auto_verified_attributes=[])

        answer = sign_up(cognito, client)

        assert "CodeDeliveryDetails" not in answer
        assert mail.outbox == []

    def test_refuses_a_taken_username_whatever_the_case(self, cognito):
        client = UserPoolClientFactory()
        sign_up(cognito, client, "jane")

        assert refusal_of(sign_up, cognito=cognito, client=client, username="JANE") == (
            "UsernameExistsException",
            "User already exists",
        )

    def test_uses_the_address_as_username_where_the_pool_says_so(self, cognito):
        client = UserPoolClientFactory(pool__username_attributes=["email"])

        answer = sign_up(cognito, client, "jane@example.com", attributes=[])

        user = User.objects.get()
        assert user.username == answer["UserSub"]
        assert user.email == "jane@example.com"

    def test_refuses_a_taken_address_where_it_is_the_username(self, cognito):
        client = UserPoolClientFactory(pool__username_attributes=["email"])
        sign_up(cognito, client, "jane@example.com", attributes=[])

        refused = refusal_of(sign_up, cognito=cognito, client=client, username="Jane@Example.com", attributes=[])

        assert refused == ("UsernameExistsException", "An account with the given email already exists.")
        assert User.objects.count() == 1

    def test_does_not_tell_a_taken_alias(self, cognito):
        pool = UserPoolFactory(alias_attributes=["email"])
        client = UserPoolClientFactory(pool=pool)
        sign_up(cognito, client, "first")
        cognito.confirm_sign_up(ClientId=client.pk, Username="first", ConfirmationCode=code_from_email())

        assert sign_up(cognito, client, "second")["UserConfirmed"] is False

    def test_is_refused_where_only_administrators_create_users(self, cognito):
        client = UserPoolClientFactory(pool__admin_create_user_only=True)

        assert refusal_of(sign_up, cognito=cognito, client=client) == (
            "NotAuthorizedException",
            "SignUp is not permitted for this user pool",
        )

    def test_refuses_a_weak_password(self, cognito):
        client = UserPoolClientFactory()

        refused = refusal_of(cognito.sign_up, ClientId=client.pk, Username="jane", Password="weak")

        assert refused == (
            "InvalidPasswordException",
            "Password did not conform with policy: Password not long enough",
        )

    def test_refuses_attributes_that_the_client_may_not_write(self, cognito):
        client = UserPoolClientFactory()
        attributes = [*EMAIL, {"Name": "email_verified", "Value": "true"}]

        assert refusal_of(sign_up, cognito=cognito, client=client, attributes=attributes) == (
            "NotAuthorizedException",
            "A client attempted to write unauthorized attribute",
        )
        assert User.objects.count() == 0

    def test_checks_the_secret_hash(self, cognito):
        client = UserPoolClientFactory(secret="s3cr3t" * 8)

        assert refusal_of(sign_up, cognito=cognito, client=client)[1] == (
            f"Client {client.pk} is configured with secret but SECRET_HASH was not received"
        )
        assert refusal_of(sign_up, cognito=cognito, client=client, SecretHash="wrong")[1] == (
            f"Unable to verify secret hash for client {client.pk}"
        )

    def test_keeps_the_account_when_the_mail_cannot_be_sent(self, cognito, settings):
        settings.EMAIL_BACKEND = "tests.operations.test_sign_up.BrokenEmailBackend"
        client = UserPoolClientFactory()

        assert refusal_of(sign_up, cognito=cognito, client=client)[0] == "CodeDeliveryFailureException"

        settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
        cognito.resend_confirmation_code(ClientId=client.pk, Username="jane")
        cognito.confirm_sign_up(ClientId=client.pk, Username="jane", ConfirmationCode=code_from_email())
        assert User.objects.get().status == UserStatus.CONFIRMED

    def test_leaves_an_event_also_when_refused(self, cognito):
        client = UserPoolClientFactory()
        sign_up(cognito, client)
        refusal_of(sign_up, cognito=cognito, client=client)

        events = AuthEvent.objects.order_by("created_at").values_list("type", "response", "reason")
        assert list(events) == [("SignUp", "Pass", ""), ("SignUp", "Fail", "user.username_exists")]

    def test_refuses_another_persons_sub_as_a_username(self, cognito):
        client = UserPoolClientFactory()
        sub = sign_up(cognito, client)["UserSub"]

        assert refusal_of(sign_up, cognito=cognito, client=client, username=sub) == (
            "UsernameExistsException",
            "User already exists",
        )


class BrokenEmailBackend:
    """An e-mail backend whose server is away."""

    def __init__(self, *args, **kwargs):
        pass

    def send_messages(self, messages):
        raise OSError("the mail server is away")


@pytest.mark.django_db
class TestConfirmSignUp:
    def test_confirms_and_verifies_the_address(self, cognito):
        client = UserPoolClientFactory()
        sign_up(cognito, client)

        cognito.confirm_sign_up(ClientId=client.pk, Username="jane", ConfirmationCode=code_from_email())

        user = User.objects.get()
        assert user.status == UserStatus.CONFIRMED
        assert user.email_verified is True

    def test_refuses_a_wrong_code_and_takes_the_right_one_afterwards(self, cognito):
        client = UserPoolClientFactory()
        sign_up(cognito, client)
        code = code_from_email()

        assert refusal_of(
            cognito.confirm_sign_up, ClientId=client.pk, Username="jane", ConfirmationCode=another(code)
        ) == ("CodeMismatchException", "Invalid verification code provided, please try again.")
        cognito.confirm_sign_up(ClientId=client.pk, Username="jane", ConfirmationCode=code)

    def test_refuses_to_confirm_twice(self, cognito):
        client = UserPoolClientFactory()
        sign_up(cognito, client)
        code = code_from_email()
        cognito.confirm_sign_up(ClientId=client.pk, Username="jane", ConfirmationCode=code)

        assert refusal_of(cognito.confirm_sign_up, ClientId=client.pk, Username="jane", ConfirmationCode=code) == (
            "NotAuthorizedException",
            "User cannot be confirmed. Current status is CONFIRMED",
        )

    def test_tells_only_who_has_the_code_that_a_hidden_account_is_confirmed(self, cognito):
        client = UserPoolClientFactory(hides_users=True)
        sign_up(cognito, client)
        code = code_from_email()
        cognito.confirm_sign_up(ClientId=client.pk, Username="jane", ConfirmationCode=code)

        def refusal(username, code):
            return refusal_of(cognito.confirm_sign_up, ClientId=client.pk, Username=username, ConfirmationCode=code)

        assert refusal("jane", another(code)) == refusal("nobody", another(code))
        assert refusal("jane", code) == (
            "NotAuthorizedException",
            "User cannot be confirmed. Current status is CONFIRMED",
        )

    def test_stops_after_fifteen_guesses_also_for_the_right_code(self, cognito):
        client = UserPoolClientFactory()
        sign_up(cognito, client)
        code = code_from_email()
        for _guess in range(15):
            refusal_of(cognito.confirm_sign_up, ClientId=client.pk, Username="jane", ConfirmationCode=another(code))

        assert refusal_of(cognito.confirm_sign_up, ClientId=client.pk, Username="jane", ConfirmationCode=code) == (
            "LimitExceededException",
            "Attempt limit exceeded, please try after some time.",
        )

    def test_a_second_claim_of_an_alias_is_refused_and_can_be_forced(self, cognito):
        client = UserPoolClientFactory(pool__alias_attributes=["email"])
        sign_up(cognito, client, "first")
        cognito.confirm_sign_up(ClientId=client.pk, Username="first", ConfirmationCode=code_from_email())
        sign_up(cognito, client, "second")
        confirmation = {"ClientId": client.pk, "Username": "second", "ConfirmationCode": code_from_email()}

        assert refusal_of(cognito.confirm_sign_up, **confirmation) == (
            "AliasExistsException",
            "An account with the email already exists.",
        )
        assert User.objects.get(username="second").status == UserStatus.UNCONFIRMED
        cognito.confirm_sign_up(**confirmation, ForceAliasCreation=True)
        assert User.objects.get(username="first").email_verified is False

    def test_a_code_does_not_verify_an_address_that_took_its_place(self, cognito):
        client = UserPoolClientFactory()
        sign_up(cognito, client)
        User.objects.update(email="mallory@example.com", email_key="mallory@example.com")

        refused = refusal_of(
            cognito.confirm_sign_up, ClientId=client.pk, Username="jane", ConfirmationCode=code_from_email()
        )

        assert refused[0] == "ExpiredCodeException"
        assert User.objects.get().email_verified is not True

    def test_unknown_people_are_told_apart_only_where_the_client_allows(self, cognito):
        open_client = UserPoolClientFactory()
        hiding_client = UserPoolClientFactory(pool=open_client.pool, hides_users=True)
        UserFactory(pool=open_client.pool, username="jane")
        code = {"ConfirmationCode": "123456"}

        assert refusal_of(cognito.confirm_sign_up, ClientId=open_client.pk, Username="nobody", **code) == (
            "UserNotFoundException",
            "Username/client id combination not found.",
        )
        unknown = refusal_of(cognito.confirm_sign_up, ClientId=hiding_client.pk, Username="nobody", **code)
        known = refusal_of(cognito.confirm_sign_up, ClientId=hiding_client.pk, Username="jane", **code)
        assert unknown == known


@pytest.mark.django_db
class TestResendConfirmationCode:
    def test_sends_a_new_code_that_replaces_the_old(self, cognito):
        client = UserPoolClientFactory()
        sign_up(cognito, client)
        old = code_from_email()

        answer = cognito.resend_confirmation_code(ClientId=client.pk, Username="jane")

        assert answer["CodeDeliveryDetails"]["Destination"] == "j***@e***"
        assert len(mail.outbox) == 2
        if code_from_email() != old:
            assert refusal_of(cognito.confirm_sign_up, ClientId=client.pk, Username="jane", ConfirmationCode=old)[
                0
            ] == ("CodeMismatchException")

    def test_refuses_a_confirmed_account(self, cognito):
        client = UserPoolClientFactory()
        UserFactory(pool=client.pool, username="jane", confirmed=True)

        assert refusal_of(cognito.resend_confirmation_code, ClientId=client.pk, Username="jane") == (
            "InvalidParameterException",
            "User is already confirmed.",
        )

    def test_is_limited_to_five_an_hour(self, cognito):
        client = UserPoolClientFactory()
        sign_up(cognito, client)
        for _time in range(5):
            cognito.resend_confirmation_code(ClientId=client.pk, Username="jane")

        refused = refusal_of(cognito.resend_confirmation_code, ClientId=client.pk, Username="jane")

        assert refused[0] == "LimitExceededException"
        assert len(mail.outbox) == 6

    def test_pretends_for_unknown_people_where_the_client_hides(self, cognito):
        client = UserPoolClientFactory(hides_users=True)

        answer = cognito.resend_confirmation_code(ClientId=client.pk, Username="nobody")

        assert answer["CodeDeliveryDetails"]["DeliveryMedium"] == "EMAIL"
        assert "***@" in answer["CodeDeliveryDetails"]["Destination"]
        assert mail.outbox == []


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestAtTheSameTime:
    def test_one_username_is_given_once(self, cognito):
        client = UserPoolClientFactory()

        results = race(*[lambda: sign_up(cognito, client)] * 6)

        assert sum(isinstance(result, dict) for result in results) == 1
        errors = {result.response["Error"]["Code"] for result in results if not isinstance(result, dict)}
        assert errors == {"UsernameExistsException"}

    def test_one_address_is_given_once_where_it_is_the_username(self, cognito):
        client = UserPoolClientFactory(pool__username_attributes=["email"])

        results = race(*[lambda: sign_up(cognito, client, "jane@example.com", attributes=[])] * 6)

        assert sum(isinstance(result, dict) for result in results) == 1
        assert User.objects.count() == 1

    def test_one_code_confirms_once(self, cognito):
        client = UserPoolClientFactory()
        sign_up(cognito, client)
        arguments = {"ClientId": client.pk, "Username": "jane", "ConfirmationCode": code_from_email()}

        results = race(*[lambda: cognito.confirm_sign_up(**arguments)] * 6)

        assert sum(isinstance(result, dict) for result in results) == 1
        errors = {result.response["Error"]["Code"] for result in results if not isinstance(result, dict)}
        assert errors <= {"ExpiredCodeException", "NotAuthorizedException"}
