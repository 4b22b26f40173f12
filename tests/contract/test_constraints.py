"""Every constraint of the service model is refused in AWS's words, for every operation.

A value of the wrong JSON type is refused before
constraints are looked at.
"""

import json

import pytest

from cognito_auth.exceptions import CognitoError
from cognito_auth.operations import not_offered, registry, service_model
from tests.api.calls import send_signed
from tests.contract import violations

OPERATIONS = registry.load()
SERVED = sorted(OPERATIONS.keys() - not_offered.REASONS.keys())


def required_of(name):
    """Return the members that an operation requires."""
    return service_model.shape(OPERATIONS[name].model["input"]).get("required", ())


def refusal_of(name, request):
    """Return error, status and message of a request; ``None`` if it is taken."""
    try:
        OPERATIONS[name].validate(request)
    except CognitoError as error:
        return error.code, error.status, error.message
    return None


@pytest.mark.parametrize("name", sorted(OPERATIONS))
class TestConstraints:
    def test_take_the_request_that_the_violations_are_made_from(self, name):
        assert refusal_of(name, violations.least(OPERATIONS[name].model["input"])) is None

    def test_are_refused_in_awss_words(self, name):
        wrong = [
            (case.kind, case.path, found, case.message)
            for case in violations.cases_of(name)
            if (found := refusal_of(name, case.request)) != (case.error, 400, case.message)
        ]

        assert wrong[:5] == []


class TestCases:
    def test_hold_every_kind(self):
        kinds = {case.kind for name in OPERATIONS for case in violations.cases_of(name)}

        assert kinds == {"required", "type", "min", "max", "pattern", "enum", "enum of a list", "key of a map"}

    def test_reach_what_is_nested(self):
        paths = {(case.path, case.kind) for case in violations.cases_of("CreateUserPool")}

        assert ("policies.passwordPolicy.minimumLength", "min") in paths
        assert ("schema.1.member.stringAttributeConstraints.minLength", "type") in paths
        assert ("accountRecoverySetting.recoveryMechanisms.1.member.priority", "required") in paths
        assert ("userPoolTags.Level1.member", "max") in paths

    def test_are_many(self):
        assert sum(1 for name in OPERATIONS for _case in violations.cases_of(name)) > 5000


@pytest.mark.parametrize("name", SERVED)
@pytest.mark.usefixtures("boto3_client")
class TestOverHttp:
    def test_one_violation_of_each_kind_is_refused_the_same(self, name):
        by_kind = {case.kind: case for case in violations.cases_of(name)}

        for case in by_kind.values():
            response = send_signed(name, json.dumps(case.request).encode())

            body = json.loads(response.content)
            found = (response.status_code, body["__type"], body["message"])
            assert found == (400, case.error, case.message), case.path
            assert response.headers["x-amzn-ErrorType"] == case.error


class TestSeveral:
    def test_come_in_one_message_in_the_models_order(self):
        found = refusal_of("CreateGroup", {"GroupName": " ", "Precedence": -1, "Description": "a" * 2049})

        assert found is not None
        code, status, message = found
        assert (code, status) == ("InvalidParameterException", 400)
        assert message.startswith("4 validation errors detected: Value ' ' at 'groupName' failed")
        places = [message.index(f"'{path}'") for path in ("groupName", "userPoolId", "description", "precedence")]
        assert places == sorted(places)

    @pytest.mark.parametrize("name", [name for name in SERVED if len(required_of(name)) > 1])
    def test_are_counted(self, name):
        """Every required member is missing at once."""
        count = len(required_of(name))

        found = refusal_of(name, {})

        assert found is not None
        assert found[2].startswith(f"{count} validation errors detected: ")
        assert found[2].count("Member must not be null") == count
