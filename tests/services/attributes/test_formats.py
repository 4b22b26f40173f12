"""Which strings are values of which attributes."""

from decimal import Decimal

import pytest

from cognito_auth.choices import AttributeType
from cognito_auth.services.attributes import formats
from cognito_auth.services.attributes.attribute import Attribute
from cognito_auth.services.attributes.standard import STANDARD

NUMBER = Attribute("custom:level", AttributeType.NUMBER)
DATE_TIME = Attribute("custom:seen", AttributeType.DATETIME)
TEXT = Attribute("custom:team")


def problem_of(attribute, value, *, strict=False):
    with pytest.raises(formats.BadValue) as caught:
        formats.normalise(attribute, value, strict=strict)
    return caught.value.problem


class TestNormalise:
    @pytest.mark.parametrize(
        "address",
        [
            "jane@example.com",
            "jane.doe+tag@mail.example.co.uk",
            "o'neil@example.com",
            "jane..doe@example.com",
            "用户@例子.广告",
            "root@localhost",
            "a@1.2.3.4",
            "x" * 64 + "@example.com",
        ],
    )
    def test_takes_plausible_email_addresses(self, address):
        assert formats.normalise(STANDARD["email"], address, strict=False) == address

    @pytest.mark.parametrize(
        "address",
        [
            "jane",
            "@example.com",
            "jane@",
            "jane@example",
            "jane@example..com",
            "jane@.example.com",
            "jane@-example.com",
            "jane@exam ple.com",
            "jane@@example.com",
            "jane@example.com\n",
            "jane@example.com\nBcc: all@example.com",
            "ja\u202ene@example.com",
            "jane\u200b@example.com",
            "Jane <jane@example.com>",
            "a@example.com,b@example.com",
            "x" * 65 + "@example.com",
            "jane@" + "x" * 320 + ".com",
        ],
    )
    def test_refuses_what_is_no_email_address(self, address):
        assert problem_of(STANDARD["email"], address) == "email: Invalid email address format."

    @pytest.mark.parametrize("number", ["+14155552671", "+1", "+491701234567"])
    def test_takes_phone_numbers_with_country_code(self, number):
        assert formats.normalise(STANDARD["phone_number"], number, strict=False) == number

    @pytest.mark.parametrize("number", ["14155552671", "+", "+1 415", "+1-415", "+1415555267112345", "+١٢٣", "+1\n"])
    def test_refuses_other_phone_numbers(self, number):
        assert problem_of(STANDARD["phone_number"], number) == "phone_number: Invalid phone number format."

    @pytest.mark.parametrize("date", ["1990-12-31", "2000-02-29", "0000-02-29"])
    def test_takes_birthdates(self, date):
        assert formats.normalise(STANDARD["birthdate"], date, strict=False) == date

    @pytest.mark.parametrize("date", ["1990-13-01", "1990-02-30", "31.12.1990", "1990/12/31", "١٩٩٠-12-31"])
    def test_refuses_dates_that_do_not_exist(self, date):
        assert problem_of(STANDARD["birthdate"], date) == "birthdate: Value must be a date in the format YYYY-MM-DD"

    def test_refuses_birthdates_of_other_lengths(self):
        assert problem_of(STANDARD["birthdate"], "90-12-31") == (
            "birthdate: String must be no shorter than 10 characters"
        )
        assert problem_of(STANDARD["birthdate"], "1990-12-31T") == (
            "birthdate: String must be no longer than 10 characters"
        )

    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("7", "7"),
            ("007", "7"),
            ("+7", "7"),
            ("-0", "0"),
            ("1.50", "1.5"),
            ("2.0", "2"),
            ("-0.25", "-0.25"),
            ("0.0000001", "0.0000001"),
            ("9" * 30, "9" * 30),
            ("123456789012.345", "123456789012.345"),
        ],
    )
    def test_keeps_numbers_in_one_spelling(self, given, kept):
        assert formats.normalise(NUMBER, given, strict=False) == kept

    @pytest.mark.parametrize(
        "text",
        ["NaN", "inf", "-Infinity", "1e3", "0x10", "1_000", "1,5", "", " 1", "٣", "9" * 31, "1." + "3" * 15],
    )
    def test_refuses_what_a_json_number_does_not_hold(self, text):
        assert problem_of(NUMBER, text) == "custom:level: Value must be a number"

    def test_holds_numbers_within_their_bounds(self):
        bounded = Attribute("custom:level", AttributeType.NUMBER, min_value=Decimal(1), max_value=Decimal("2.5"))

        assert formats.normalise(bounded, "2.5", strict=False) == "2.5"
        assert problem_of(bounded, "0.9") == "custom:level: Number must be no less than 1"
        assert problem_of(bounded, "2.6") == "custom:level: Number must be no greater than 2.5"

    @pytest.mark.parametrize("text", ["1.5", "9223372036854775808", "-1"])
    def test_takes_whole_seconds_for_updated_at(self, text):
        assert formats.normalise(STANDARD["updated_at"], "1700000000", strict=False) == "1700000000"
        assert problem_of(STANDARD["updated_at"], text).startswith("updated_at: ")

    @pytest.mark.parametrize("text", ["true", "True", "TRUE"])
    def test_writes_flags_in_lower_case(self, text):
        assert formats.normalise(STANDARD["email_verified"], text, strict=False) == "true"

    @pytest.mark.parametrize("text", ["yes", "1", "truе", "nan"])
    def test_refuses_other_flags(self, text):
        assert problem_of(STANDARD["email_verified"], text) == "email_verified: Value must be true or false"

    @pytest.mark.parametrize("text", ["2026-03-03T09:05:07Z", "2026-03-03 09:05:07+02:00", "2026-03-03"])
    def test_takes_iso_8601(self, text):
        assert formats.normalise(DATE_TIME, text, strict=False) == text

    def test_checks_dates_unless_strict(self):
        assert problem_of(DATE_TIME, "tomorrow") == ("custom:seen: Value must be a date and time in ISO 8601 format")
        assert formats.normalise(DATE_TIME, "tomorrow", strict=True) == "tomorrow"

    def test_counts_characters_and_bytes(self):
        assert formats.normalise(TEXT, "x" * 2048, strict=False) == "x" * 2048
        assert problem_of(TEXT, "x" * 2049) == "custom:team: String must be no longer than 2048 characters"
        assert problem_of(TEXT, "ü" * 1025) == "custom:team: String must be no longer than 2048 characters"

    @pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
    def test_refuses_what_no_database_stores(self, text):
        assert problem_of(TEXT, text) == "custom:team: String contains characters that are not allowed"
