"""Every signed operation is closed to keys that do not allow it, and to those who sign nothing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cognito_auth.exceptions import AccessDeniedException, MissingAuthenticationTokenException
from cognito_auth.models import AuditEvent
from cognito_auth.operations import dispatch, not_offered, registry, service_model
from cognito_auth.operations.call import Principal
from tests.api.calls import error_of, post
from tests.operations.test_dispatch import call_by

pytestmark = pytest.mark.django_db

POOL_ID = "eu-west-1_AbC123xyZ"
SIGNED = sorted(name for name, entry in registry.load().items() if entry.is_signed)
OFFERED = [name for name in SIGNED if name not in not_offered.REASONS]
_TEXTS = {
    "UserPoolId": POOL_ID,
    "ResourceArn": f"arn:aws:cognito-idp:eu-west-1:000000000000:userpool/{POOL_ID}",
    "CloudWatchLogsRoleArn": "arn:aws:iam::000000000000:role/imports",
    "TermsId": "00000000-0000-4000-8000-000000000000",
    "ManagedLoginBrandingId": "00000000-0000-4000-8000-000000000000",
    "DeviceKey": "eu-west-1_00000000-0000-4000-8000-000000000000",
    "JobId": "import-AAAAAAAAAA",
    "SessionId": "tkn" + "a" * 25,
    "ProviderName": "Partner",
    "TermsName": "terms-of-use",
}


def least(shape_name, member=""):
    """Return the smallest sound value of a shape."""
    shape = service_model.shape(shape_name)
    kind = shape["type"]
    if kind == "structure":
        return {name: least(shape["members"][name], name) for name in shape.get("required", ())}
    if kind == "list":
        return [least(shape["member"], member)] * shape.get("min", 0)
    if kind == "string":
        return shape["enum"][0] if "enum" in shape else _TEXTS.get(member, "a" * max(shape.get("min", 1), 1))
    return {"map": {}, "boolean": True, "blob": ""}.get(kind, shape.get("min", 1))


def request_of(name):
    return least(registry.get(name).model["input"])


def refusal_of(name, principal):
    with (
        CaptureQueriesContext(
            connection,
        ) as queries,
        pytest.raises(AccessDeniedException) as refusal,
    ):
        dispatch.execute(name, request_of(name), call_by(principal))
    table = AuditEvent._meta.db_table
    statements = [query["sql"] for query in queries if "INSERT INTO" in query["sql"] or "SELECT" in query["sql"]]
    return refusal.value, [text for text in statements if f'INSERT INTO "{table}"' not in text]


@pytest.mark.parametrize("name", OFFERED)
class TestAccessKeys:
    def test_without_the_action_are_refused_before_anything_is_read(self, name):
        others = [other for other in SIGNED if other != name]

        error, statements = refusal_of(name, Principal("ci", others, ["*"], key_id="AKIA1"))

        assert f"cognito-idp:{name} on resource" in error.message
        # Friendly messages are a matter of the pool, which is looked up after the refusal.
        assert [text for text in statements if "userpool" not in text] == []
        assert AuditEvent.objects.get(access_key_id="AKIA1").error == "AccessDeniedException"

    def test_of_another_pool_are_refused_before_anything_is_read(self, name):
        _error, statements = refusal_of(name, Principal("ci", ["*"], ["eu-west-1_Another00"]))

        assert [text for text in statements if "userpool" not in text] == []


@pytest.mark.parametrize("name", SIGNED)
class TestUnsignedRequests:
    def test_are_refused_as_aws_does(self, name):
        assert error_of(post(name, {}))[0] == "MissingAuthenticationTokenException"

    def test_are_refused_below_the_door_too(self, name):
        with pytest.raises(MissingAuthenticationTokenException):
            dispatch.execute(name, {}, call_by())
