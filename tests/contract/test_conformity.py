"""The watcher of the test run sees what it should."""

from cognito_auth import reasons
from tests.contract import conformity


class TestUndeclared:
    def test_names_an_error_that_the_operation_does_not_declare(self):
        assert conformity.undeclared("ListUserPools", reasons.USER_NOT_FOUND()) != []

    def test_accepts_declared_and_framework_errors(self):
        assert conformity.undeclared("AdminGetUser", reasons.USER_NOT_FOUND()) == []
        assert conformity.undeclared("AdminGetUser", reasons.MISSING_SIGNATURE()) == []


class TestMisfits:
    def test_names_missing_unknown_and_wrong_members(self):
        response = {"UserConfirmed": "yes", "Extra": 1, "CodeDeliveryDetails": {"DeliveryMedium": "PIGEON"}}

        found = conformity.misfits(response, "SignUpResponse", "SignUp")

        assert [text.partition(":")[0] for text in found] == [
            "SignUp",
            "SignUp.UserConfirmed",
            "SignUp",
            "SignUp.CodeDeliveryDetails.DeliveryMedium",
        ]

    def test_accepts_what_fits(self):
        assert conformity.misfits({"UserConfirmed": False, "UserSub": "x"}, "SignUpResponse", "SignUp") == []
