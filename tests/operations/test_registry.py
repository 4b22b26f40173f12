"""Which function serves which operation."""

import pytest

from cognito_auth.exceptions import UnknownOperationException
from cognito_auth.operations import registry
from cognito_auth.operations.registry import Authorization


class TestGet:
    def test_finds_by_the_apis_name(self):
        assert registry.get("SignUp").function.__name__ == "sign_up"

    @pytest.mark.parametrize("name", ["", "sign_up", "signup", "__init__"])
    def test_refuses_other_names(self, name):
        with pytest.raises(UnknownOperationException):
            registry.get(name)


class TestAuthorizationOf:
    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("AdminGetUser", Authorization.SIGNED),
            ("GetUser", Authorization.ACCESS_TOKEN),
            ("AssociateSoftwareToken", Authorization.ACCESS_TOKEN),
            ("SignUp", Authorization.NONE),
            ("RevokeToken", Authorization.NONE),
        ],
    )
    def test_comes_from_the_service_model(self, name, kind):
        assert registry.get(name).authorization is kind

    @pytest.mark.parametrize(
        ("name", "kind", "heeds_signatures"),
        [
            ("GetClientToken", Authorization.NONE, False),
            ("GetDerivedToken", Authorization.SIGNED_OR_CLIENT, True),
        ],
    )
    def test_is_less_where_the_client_proves_itself(self, name, kind, heeds_signatures):
        entry = registry.get(name)

        assert entry.authorization is kind
        assert not entry.is_signed
        assert entry.heeds_signatures is heeds_signatures

    def test_takes_no_signature_as_proof_without_heeding_it(self):
        assert all(entry.heeds_signatures for entry in registry.load().values() if entry.is_signed)


class TestOperation:
    def test_insists_on_boto3s_name(self):
        with pytest.raises(TypeError, match="list_devices"):

            @registry.operation("ListDevices")
            def devices(request, call):
                """Not boto3's name."""

    def test_refuses_a_second_function(self):
        registry.load()

        with pytest.raises(TypeError, match="already"):

            @registry.operation("SignUp")
            def sign_up(request, call):
                """Served elsewhere."""
