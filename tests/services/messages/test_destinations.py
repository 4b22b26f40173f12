import pytest

from cognito_auth.choices import DeliveryMedium, MessageEvent
from cognito_auth.models import UserPool
from cognito_auth.services.messages import destinations

BOTH = ["email", "phone_number"]


def pool_of(**fields):
    return UserPool(**{"id": "eu-west-1_AbC123xyZ", "auto_verified_attributes": ["email"], **fields})


def recovery(*names):
    return {
        "RecoveryMechanisms": [{"Name": f"verified_{name}", "Priority": index + 1} for index, name in enumerate(names)]
    }


class TestMaskEmail:
    @pytest.mark.parametrize(
        ("address", "masked"),
        [
            ("jane@example.com", "j***@e***"),
            ("t@t.t", "t***@t***"),
            ("a@b@c.d", "a***@c***"),
            ("é@ü.example", "é***@ü***"),
        ],
    )
    def test_shows_the_first_characters(self, address, masked):
        assert destinations.mask_email(address) == masked

    def test_is_the_same_for_every_spelling_of_one_address(self):
        assert destinations.mask_email("JANE@Example.com") == destinations.mask_email("jane@example.com")


class TestMaskPhoneNumber:
    @pytest.mark.parametrize(
        ("number", "masked"),
        [
            ("+14155559012", "+*******9012"),
            ("+4915112345678", "+*********5678"),
            ("+12345", "+*2345"),
            ("+1234", "+****"),
        ],
    )
    def test_shows_the_last_four_digits(self, number, masked):
        assert destinations.mask_phone_number(number) == masked


class TestDetailsFor:
    def test_follows_the_attribute(self):
        assert destinations.details_for("email", "jane@example.com") == destinations.CodeDeliveryDetails(
            "j***@e***", DeliveryMedium.EMAIL, "email"
        )
        assert destinations.details_for("phone_number", "+14155559012") == destinations.CodeDeliveryDetails(
            "+*******9012", DeliveryMedium.SMS, "phone_number"
        )


class TestSimulatedDetails:
    def test_masks_a_name_that_is_an_address(self):
        details = destinations.simulated_details(pool_of(), "jane@example.com")

        assert details == destinations.details_for("email", "jane@example.com")

    def test_masks_a_name_that_is_a_number(self):
        details = destinations.simulated_details(pool_of(auto_verified_attributes=BOTH), "+4915112345678")

        assert details == destinations.details_for("phone_number", "+4915112345678")

    def test_invents_the_same_destination_each_time(self):
        answers = {destinations.simulated_details(pool_of(), "jane") for _attempt in range(5)}

        (details,) = answers
        assert details.medium is DeliveryMedium.EMAIL
        assert len(details.destination) == len("j***@e***")
        assert details.destination[1:5] == "***@"

    def test_invents_one_per_spelling_that_the_pool_tells_apart(self):
        folded, exact = pool_of(), pool_of(case_sensitive=True)
        names = ["jane", "JANE", "Jane", "jAne", "jaNe", "janE"]

        assert len({destinations.simulated_details(folded, name) for name in names}) == 1
        assert len({destinations.simulated_details(exact, name) for name in names}) > 1

    def test_invents_others_for_other_names_and_pools(self):
        names = [f"person{number}" for number in range(30)]

        here = [destinations.simulated_details(pool_of(), name).destination for name in names]
        there = [destinations.simulated_details(pool_of(id="eu-west-1_other"), name).destination for name in names]

        assert len(set(here)) > 10
        assert here != there

    def test_invents_a_number_where_the_pool_sends_sms(self):
        details = destinations.simulated_details(pool_of(auto_verified_attributes=["phone_number"]), "jane")

        assert details.medium is DeliveryMedium.SMS
        assert details.attribute == "phone_number"
        assert details.destination.startswith("+*******")
        assert details.destination[-4:].isdigit()
        assert len(details.destination) == 12

    @pytest.mark.parametrize(
        ("fields", "event", "medium"),
        [
            ({}, MessageEvent.FORGOT_PASSWORD, "EMAIL"),
            ({"auto_verified_attributes": BOTH}, MessageEvent.FORGOT_PASSWORD, "SMS"),
            ({"auto_verified_attributes": BOTH}, MessageEvent.RESEND_CODE, "SMS"),
            ({"auto_verified_attributes": []}, MessageEvent.RESEND_CODE, "EMAIL"),
            ({"auto_verified_attributes": []}, MessageEvent.FORGOT_PASSWORD, "SMS"),
            (
                {"auto_verified_attributes": BOTH, "account_recovery": recovery("email", "phone_number")},
                MessageEvent.FORGOT_PASSWORD,
                "EMAIL",
            ),
            (
                {"auto_verified_attributes": BOTH, "account_recovery": recovery("email")},
                MessageEvent.RESEND_CODE,
                "SMS",
            ),
            ({"account_recovery": recovery("phone_number")}, MessageEvent.FORGOT_PASSWORD, "SMS"),
        ],
    )
    def test_uses_the_medium_that_the_pool_would(self, fields, event, medium):
        assert destinations.simulated_details(pool_of(**fields), "jane", event=event).medium == medium

    def test_does_not_use_a_medium_that_the_pool_would_not(self):
        pool = pool_of(auto_verified_attributes=["phone_number"])

        assert destinations.simulated_details(pool, "jane@example.com").medium is DeliveryMedium.SMS
