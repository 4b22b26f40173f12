"""The code and the description of the API say the same."""

import inspect
import re

import botocore
import pytest
from botocore import xform_name
from botocore.session import Session
from django.core.management import call_command

from cognito_auth import choices, conf, exceptions
from cognito_auth.operations import differences, not_offered, registry, service_model
from tests.contract.conformity import FRAMEWORK_ERRORS

MODEL = service_model.load()
OPERATIONS = registry.load()


def error_classes():
    return {
        cls.__name__
        for _, cls in inspect.getmembers(exceptions, inspect.isclass)
        if issubclass(cls, exceptions.CognitoError) and cls.__name__.endswith("Exception")
    }


class TestServiceModel:
    def test_is_what_the_command_writes(self, capsys):
        if botocore.__version__ != MODEL["botocore"]:
            pytest.skip(f"the model is of botocore {MODEL['botocore']}, installed is {botocore.__version__}")

        call_command("cognito_update_service_model", check=True)

        assert MODEL["botocore"] in capsys.readouterr().out

    def test_holds_no_documentation(self):
        assert "documentation" not in str(MODEL)

    def test_has_every_operation_that_the_first_issue_counts(self):
        assert len(MODEL["operations"]) >= 141


class TestOperations:
    @pytest.mark.parametrize("name", sorted(OPERATIONS))
    def test_are_each_implemented_or_refused_with_a_reason(self, name):
        is_implemented = OPERATIONS[name].function is not None

        assert is_implemented != (name in not_offered.REASONS)

    def test_are_refused_only_if_they_exist(self):
        assert not_offered.REASONS.keys() <= OPERATIONS.keys()

    def test_have_differences_only_if_they_are_served(self):
        assert differences.WHEN_NOT_STRICT.keys() <= OPERATIONS.keys() - not_offered.REASONS.keys()

    @pytest.mark.parametrize("name", sorted(differences.WHEN_NOT_STRICT))
    def test_have_differences_in_whole_sentences_of_things_that_exist(self, name):
        text = differences.WHEN_NOT_STRICT[name]

        assert text.endswith(".")
        assert text[0].isupper()
        # Settings and exceptions of ours, members of AWS's requests.
        known = {key.upper() for key in dir(conf.settings)} | set(dir(exceptions)) | {"PublicTriggerError"}
        known |= {member for shape in MODEL["shapes"].values() for member in shape.get("members", {})}
        known |= {"CustomMessage", "DateTime"}
        words = re.findall(r"[A-Z]+_[A-Z_]+|[A-Z][a-z]+[A-Z]\w+", text)
        assert set(words) <= known

    @pytest.mark.parametrize("name", sorted(not_offered.REASONS))
    def test_are_refused_with_an_error_they_declare(self, name):
        error = not_offered.refusal(OPERATIONS[name])

        assert error.code in MODEL["operations"][name]["errors"]
        assert name in error.message
        assert name in error.detail

    @pytest.mark.parametrize("name", sorted(OPERATIONS))
    def test_are_functions_with_the_name_of_boto3s_method(self, name):
        function = OPERATIONS[name].function

        assert MODEL["operations"][name]["method"] == xform_name(name)
        assert function is None or function.__name__ == xform_name(name)

    @pytest.mark.parametrize("name", [name for name, entry in OPERATIONS.items() if entry.function])
    def test_take_and_return_their_own_shapes(self, name):
        annotations = inspect.get_annotations(OPERATIONS[name].function)
        model = MODEL["operations"][name]
        returned = annotations["return"]

        assert getattr(annotations["request"], "__name__", annotations["request"]) == model["input"]
        assert returned is None or getattr(returned, "__name__", returned) == model.get("output")

    def test_need_a_signature_where_boto3_signs(self):
        client = Session().create_client("cognito-idp", region_name="eu-west-1")

        unsigned = {
            name
            for name in MODEL["operations"]
            if name in client.meta.service_model.operation_names
            and client.meta.service_model.operation_model(name).auth_type == "none"
        }
        assert unsigned <= {name for name, entry in OPERATIONS.items() if not entry.is_signed}
        assert len(unsigned) >= 30


class TestErrors:
    def test_are_shapes_of_the_model_or_of_the_protocol(self):
        shapes = {name for name, shape in MODEL["shapes"].items() if shape.get("exception")}

        assert error_classes() - shapes - FRAMEWORK_ERRORS == {"ExpiredTokenException"}

    def test_are_faults_where_the_model_says_so(self):
        for name, shape in MODEL["shapes"].items():
            if shape.get("exception") and hasattr(exceptions, name):
                assert getattr(exceptions, name).status == (500 if shape.get("fault") else 400), name


class TestEnumerations:
    @pytest.mark.parametrize(
        ("enumeration", "shape"),
        [
            (choices.AuthFlow, "AuthFlowType"),
            (choices.AttributeType, "AttributeDataType"),
            (choices.DeliveryMedium, "DeliveryMediumType"),
            (choices.TimeUnit, "TimeUnitsType"),
            (choices.UserStatus, "UserStatusType"),
            (choices.AuthEventResponse, "EventResponseType"),
        ],
    )
    def test_have_only_values_of_the_model(self, enumeration, shape):
        assert set(enumeration.values) <= set(service_model.shape(shape)["enum"])
