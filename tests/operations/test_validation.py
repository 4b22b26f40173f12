"""Requests against the service model."""

import base64

import pytest

from cognito_auth.exceptions import InvalidParameterException, SerializationException
from cognito_auth.operations import service_model, validation

CLIENT_ID = "1example23456789"


def validate(operation, request):
    return validation.validator_of(service_model.load()["operations"][operation]["input"])(request)


def message_of(operation, request):
    with pytest.raises(InvalidParameterException) as refusal:
        validate(operation, request)
    return refusal.value.message


def serialization_message_of(operation, request):
    with pytest.raises(SerializationException) as refusal:
        validate(operation, request)
    return refusal.value.message


class TestConstraints:
    def test_name_a_missing_member(self):
        assert message_of("InitiateAuth", {"ClientId": CLIENT_ID}) == (
            "1 validation error detected: Value null at 'authFlow' failed to satisfy constraint: Member must not"
            " be null"
        )

    def test_leave_out_null_too_for_sensitive_members(self):
        assert message_of("GetUser", {}) == (
            "1 validation error detected: Value at 'accessToken' failed to satisfy constraint: Member must not be null"
        )

    def test_list_the_values_of_an_enumeration(self):
        message = message_of("InitiateAuth", {"ClientId": CLIENT_ID, "AuthFlow": "NO_SUCH_FLOW"})

        assert message == (
            "1 validation error detected: Value 'NO_SUCH_FLOW' at 'authFlow' failed to satisfy constraint: Member must"
            " satisfy enum value set: [USER_SRP_AUTH, REFRESH_TOKEN_AUTH, REFRESH_TOKEN, CUSTOM_AUTH,"
            " ADMIN_NO_SRP_AUTH, USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, USER_AUTH]"
        )

    def test_are_joined_in_the_models_order(self):
        message = message_of("SignUp", {"ClientId": CLIENT_ID, "Username": "", "Password": "a b"})

        assert message == (
            "3 validation errors detected: Value at 'username' failed to satisfy constraint: Member must have length"
            " greater than or equal to 1; Value at 'username' failed to satisfy constraint: Member must satisfy regular"
            r" expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+; Value at 'password' failed to satisfy constraint:"
            r" Member must satisfy regular expression pattern: [\S]+"
        )

    def test_show_the_confirmation_code(self):
        message = message_of("ConfirmSignUp", {"ClientId": CLIENT_ID, "Username": "jane", "ConfirmationCode": "1 2"})

        assert "Value '1 2' at 'confirmationCode'" in message

    def test_number_the_elements_of_lists(self):
        request = {"UserPoolId": "eu-west-1_a", "Username": "jane", "UserAttributes": [{"Name": "a"}, {"Value": "b"}]}

        assert message_of("AdminUpdateUserAttributes", request) == (
            "1 validation error detected: Value null at 'userAttributes.2.member.name' failed to satisfy constraint:"
            " Member must not be null"
        )

    def test_name_the_key_of_a_map(self):
        request = {"ResourceArn": "arn:aws:cognito-idp:eu-west-1:1:userpool/x", "Tags": {"team": "r" * 257}}

        assert "at 'tags.team.member' failed to satisfy constraint: Member must have length less than" in message_of(
            "TagResource", request
        )

    def test_hold_for_the_keys_of_a_map(self):
        request = {"ResourceArn": "arn:aws:cognito-idp:eu-west-1:1:userpool/x", "Tags": {"": "red"}}

        assert message_of("TagResource", request) == (
            "1 validation error detected: Value '{=red}' at 'tags' failed to satisfy constraint: Map keys must satisfy"
            " constraint: [Member must have length greater than or equal to 1]"
        )

    def test_show_a_whole_list_for_a_bad_enumeration(self):
        request = {"UserPoolId": "eu-west-1_a", "ClientName": "web", "ExplicitAuthFlows": ["ALLOW_USER_AUTH", "BAD"]}

        assert message_of("CreateUserPoolClient", request).startswith(
            "1 validation error detected: Value '[ALLOW_USER_AUTH, BAD]' at 'explicitAuthFlows' failed to satisfy"
            " constraint: Member must satisfy constraint: [Member must satisfy enum value set: [ADMIN_NO_SRP_AUTH,"
        )

    @pytest.mark.parametrize(
        ("value", "rule"),
        [
            (0, "Member must have value greater than or equal to 1"),
            (61, "Member must have value less than or equal to 60"),
        ],
    )
    def test_hold_for_numbers(self, value, rule):
        assert message_of("ListUserPools", {"MaxResults": value}) == (
            f"1 validation error detected: Value '{value}' at 'maxResults' failed to satisfy constraint: {rule}"
        )

    def test_do_not_try_the_pattern_on_what_is_too_long(self):
        message = message_of("DescribeUserPool", {"UserPoolId": " " * 56})

        assert message.startswith("1 validation error detected")
        assert message.endswith("Member must have length less than or equal to 55")

    def test_cut_very_long_values(self):
        assert len(message_of("DescribeUserPool", {"UserPoolId": "x" * 900_000})) < 3000

    def test_never_repeat_what_is_inside_a_sensitive_member(self):
        request = {"ClientId": CLIENT_ID, "AuthFlow": "USER_AUTH", "AuthParameters": {"PASSWORD": "secret" * 22_000}}

        assert message_of("InitiateAuth", request) == (
            "1 validation error detected: Value at 'authParameters.PASSWORD.member' failed to satisfy constraint:"
            " Member must have length less than or equal to 131072"
        )

    def test_hold_for_the_length_of_decoded_binaries(self):
        request = {"UserPoolId": "eu-west-1_a", "ImageFile": base64.b64encode(b"x" * 131_073).decode()}

        assert "Value at 'imageFile' failed to satisfy constraint: Member must have length less" in message_of(
            "SetUICustomization", request
        )

    def test_hold_for_the_length_of_lists(self):
        request = {"UserPoolId": "eu-west-1_a", "CustomAttributes": []}

        assert (
            "Value '[]' at 'customAttributes' failed to satisfy constraint: Member must have length gr"
            in message_of("AddCustomAttributes", request)
        )


class TestTypes:
    @pytest.mark.parametrize(
        ("value", "message"),
        [
            (5, "NUMBER_VALUE can not be converted to a String"),
            (1.5, "NUMBER_VALUE can not be converted to a String"),
            (True, "TRUE_VALUE can not be converted to a String"),
            (False, "FALSE_VALUE can not be converted to a String"),
            ({}, "Start of structure or map found where not expected."),
            ([], "Start of list found where not expected."),
        ],
    )
    def test_refuse_anything_but_text(self, value, message):
        assert serialization_message_of("DescribeUserPool", {"UserPoolId": value}) == message

    @pytest.mark.parametrize("value", ["1", True, 1.5, float("inf"), 2**31, -(10**400), [1]])
    def test_refuse_anything_but_integers(self, value):
        assert serialization_message_of("ListUserPools", {"MaxResults": value})

    def test_take_an_integer_written_with_a_point(self):
        assert validate("ListUserPools", {"MaxResults": 10.0}) == {"MaxResults": 10}

    @pytest.mark.parametrize("value", ["true", 1, {}])
    def test_refuse_anything_but_booleans(self, value):
        request = {"ClientId": CLIENT_ID, "Username": "jane", "ConfirmationCode": "1", "ForceAliasCreation": value}

        assert serialization_message_of("ConfirmSignUp", request)

    @pytest.mark.parametrize("value", [[], "x", 1])
    def test_refuse_anything_but_maps(self, value):
        assert serialization_message_of("SignUp", {"ClientMetadata": value})

    @pytest.mark.parametrize("value", [{}, "x", 1])
    def test_refuse_anything_but_lists(self, value):
        assert serialization_message_of("SignUp", {"UserAttributes": value})

    @pytest.mark.parametrize("value", [[], "x", 1, None])
    def test_refuse_anything_but_an_object_as_request(self, value):
        assert serialization_message_of("SignUp", value)

    @pytest.mark.parametrize("value", ["1700000000", True, float("nan"), 1e300])
    def test_refuse_anything_but_sensible_timestamps(self, value):
        request = {"UserPoolId": "eu-west-1_a", "RestoreTimestamp": value}

        assert serialization_message_of("InitiatePointInTimeRecovery", request)

    @pytest.mark.parametrize("value", ["===", "ä", 5])
    def test_refuse_anything_but_base64(self, value):
        assert serialization_message_of("SetUICustomization", {"UserPoolId": "eu-west-1_a", "ImageFile": value})

    def test_come_before_constraints(self):
        assert serialization_message_of("SignUp", {"Username": "", "UserAttributes": 5})


class TestText:
    @pytest.mark.parametrize("text", ["a\x00b", "\ud800", "\udc00x"])
    @pytest.mark.parametrize(
        "request_with",
        [
            lambda text: {"ClientId": CLIENT_ID, "Username": "jane", "Password": text},
            lambda text: {"ClientId": CLIENT_ID, "Username": "jane", "UserAttributes": [{"Name": "n", "Value": text}]},
            lambda text: {"ClientId": CLIENT_ID, "Username": "jane", "ClientMetadata": {text: "x"}},
            lambda text: {"ClientId": CLIENT_ID, "Username": "jane", "ClientMetadata": {"x": text}},
        ],
    )
    def test_that_no_database_can_store_is_refused(self, request_with, text):
        assert "NUL" in serialization_message_of("SignUp", request_with(text))

    def test_outside_the_basic_plane_is_taken(self):
        assert validate("SignUp", {"ClientId": CLIENT_ID, "Username": "😀"})["Username"] == "😀"


class TestAbsence:
    def test_is_what_null_means_at_every_depth(self):
        request = {
            "ClientId": CLIENT_ID,
            "Username": "jane",
            "Password": None,
            "UserAttributes": [None, {"Name": "email", "Value": None}],
            "ClientMetadata": {"a": None, "b": "c"},
        }

        assert validate("SignUp", request) == {
            "ClientId": CLIENT_ID,
            "Username": "jane",
            "UserAttributes": [{"Name": "email"}],
            "ClientMetadata": {"b": "c"},
        }

    def test_is_what_becomes_of_unknown_members(self):
        assert validate("ListUserPools", {"MaxResults": 1, "Unknown": {"a": [1]}}) == {"MaxResults": 1}


class TestDocuments:
    def test_are_taken_as_they_are(self):
        document = {"id": "x", "nested": [1, None, {"a": 1.5}]}
        request = {"AccessToken": "a.b.c", "Credential": document}

        assert validate("CompleteWebAuthnRegistration", request)["Credential"] == document

    @pytest.mark.parametrize("value", ["a\x00", {"\ud800": 1}, [float("inf")]])
    def test_are_refused_where_they_cannot_be_stored(self, value):
        assert serialization_message_of("CompleteWebAuthnRegistration", {"AccessToken": "a", "Credential": value})

    def test_are_refused_if_nested_too_deep(self):
        document = []
        for _ in range(100):
            document = [document]

        assert "deep" in serialization_message_of(
            "CompleteWebAuthnRegistration", {"AccessToken": "a", "Credential": document}
        )


class TestValidatorOf:
    @pytest.mark.parametrize("operation", sorted(service_model.load()["operations"]))
    def test_is_made_of_every_request(self, operation):
        shape = service_model.shape(service_model.load()["operations"][operation]["input"])
        required = shape.get("required", [])

        if required:
            assert message_of(operation, {}).count("must not be null") == len(required)
        else:
            assert validate(operation, {}) == {}

    def test_gives_bytes_for_binaries(self):
        request = {"UserPoolId": "eu-west-1_a", "ImageFile": base64.b64encode(b"png").decode()}

        assert validate("SetUICustomization", request)["ImageFile"] == b"png"
        assert validate("SetUICustomization", {**request, "ImageFile": b"png"})["ImageFile"] == b"png"
