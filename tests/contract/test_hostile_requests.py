"""Whatever a request holds, the answer is 200 or a declared refusal, and never a failure of ours.

The requests are made from the service model, for every operation: a sound one, in which some members
are replaced by boundary values of their shape or by what does not belong there at all.
"""

import json
import os

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cognito_auth.choices import AuthEventResponse, AuthEventType
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import AuthEvent, Device, IdentityProvider, ManagedLoginBranding, TokenFamily, UserImportJob
from cognito_auth.operations import dispatch, registry, service_model
from cognito_auth.operations.call import TRUSTED
from cognito_auth.services import sessions
from cognito_auth.services.tokens import issue
from tests.api.calls import JSON, send_signed
from tests.contract import conformity
from tests.contract.requests import World, request_of
from tests.factories import (
    GroupMembershipFactory,
    ResourceServerFactory,
    SchemaAttributeFactory,
    TermsFactory,
    UserFactory,
    UserPoolClientFactory,
    UserPoolDomainFactory,
    UserPoolFactory,
    UserPoolGroupFactory,
    moment,
)
from tests.identity_providers import OIDC
from tests.operations.test_dispatch import call_by

pytestmark = pytest.mark.django_db

EXAMPLES = int(os.environ.get("HOSTILE_EXAMPLES", "4"))
HOW = {
    "deadline": None,
    "derandomize": True,
    "database": None,
    "phases": [Phase.explicit, Phase.generate, Phase.shrink],
    "suppress_health_check": list(HealthCheck),
}
MODEL = service_model.load()["operations"]
FLOWS = [
    *("ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"),
    *("ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH"),
]


@pytest.fixture
def world():
    """Something of every noun that a request can name."""
    pool = UserPoolFactory(
        device_configuration={"ChallengeRequiredOnNewDevice": True},
        mfa_configuration="OPTIONAL",
        software_token_mfa_enabled=True,
        user_pool_add_ons={"AdvancedSecurityMode": "AUDIT"},
        allowed_first_auth_factors=["PASSWORD", "EMAIL_OTP", "WEB_AUTHN"],
    )
    SchemaAttributeFactory(pool=pool, name="custom:tier")
    client = UserPoolClientFactory(pool=pool, explicit_auth_flows=FLOWS)
    user = UserFactory(pool=pool, username="jane", confirmed=True)
    for username, trait in (("joe", {}), ("ivy", {"invited": True})):
        UserFactory(pool=pool, username=username, **trait)
    group = UserPoolGroupFactory(pool=pool, name="readers")
    GroupMembershipFactory(group=group, user=user)
    device = Device.objects.create(
        key="eu-west-1_00000000-0000-4000-8000-000000000000",
        user=user,
        created_at=moment(),
        last_modified_at=moment(),
        last_authenticated_at=moment(),
    )
    tokens = issue.issue(user, client, authenticated_at=moment(), token_epoch=user.token_epoch, now=moment())
    family = TokenFamily.objects.get()
    provider = IdentityProvider.objects.create(
        pool=pool, name="Partner", name_key="partner", type="OIDC", details=dict(OIDC)
    )
    event = AuthEvent.objects.create(
        pool=pool, user=user, type=AuthEventType.SIGN_IN, response=AuthEventResponse.PASS, created_at=moment()
    )
    # An invited person has to choose a password.
    parameters = {"USERNAME": "ivy", "PASSWORD": "Passw0rd!"}
    asked = {"ClientId": client.pk, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters}
    session = dispatch.execute("InitiateAuth", asked, call_by())["Session"]
    names = ["jane", "jane", "joe", "ivy"]
    return World(
        {
            "UserPoolId": [*[pool.pk] * 6, UserPoolFactory().pk],
            "ClientId": [client.pk],
            "Username": names,
            "USERNAME": names,
            "GroupName": [group.name],
            "ResourceArn": [pool.arn],
            "AccessToken": [tokens.access_token],
            "SubjectToken": [tokens.access_token],
            "RefreshToken": [tokens.refresh_token],
            "Token": [tokens.refresh_token],
            "REFRESH_TOKEN": [tokens.refresh_token],
            "Session": [session],
            "DeviceKey": [device.key],
            "DEVICE_KEY": [device.key],
            "ProviderName": [provider.name, "Cognito"],
            "ProviderAttributeName": ["Cognito_Subject"],
            "ProviderAttributeValue": ["jane"],
            "JobId": [UserImportJob.objects.create(id="import-AbC123xyZ0", pool=pool, name="first").pk],
            "TermsId": [str(TermsFactory(client=client).pk)],
            "ManagedLoginBrandingId": [str(ManagedLoginBranding.objects.create(pool=pool, client=client).pk)],
            "EventId": [str(event.pk)],
            "SessionId": [sessions.id_of(family.pk)],
            "Identifier": [ResourceServerFactory(pool=pool).identifier],
            "Domain": [UserPoolDomainFactory(pool=pool).domain],
        }
    )


@pytest.mark.parametrize("name", sorted(registry.load()))
def test_hostile_requests_get_a_refusal_that_is_declared(name, world):
    entered = []

    @settings(max_examples=EXAMPLES, **HOW)
    @given(st.data())
    def check(data):
        payload = data.draw(request_of(name, world))
        entered.append(is_taken(name, payload))
        with transaction.atomic():
            carry_out(name, payload)
            transaction.set_rollback(True)

    check()

    # Else nothing but the validation would have been tested.
    assert sum(entered) * 3 >= len(entered), f"{sum(entered)} of {len(entered)} requests fit the model"


def is_taken(name, payload):
    """Tell whether a request passes the validation, so that the operation is entered."""
    try:
        registry.get(name).validate(payload)
    except CognitoError:
        return False
    return True


def carry_out(name, payload):
    """Carry out one call and check its answer."""
    principal = TRUSTED if registry.get(name).is_signed else None
    try:
        response, error = dispatch.execute(name, payload, call_by(principal, ip_address="192.0.2.1")), None
    except CognitoError as refusal:
        response, error = None, refusal
    if error is not None:
        assert 400 <= error.status < 500, (error.code, error.message)
        assert conformity.undeclared(name, error) == []
    else:
        output = MODEL[name].get("output")
        assert (conformity.misfits(response, output, name) if output else list(response)) == []


# Over HTTP

BODIES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [
            b"",
            b" ",
            b"null",
            b"[]",
            b'"text"',
            b"NaN",
            b"1e999",
            b"9" * 5000,
            b"{",
            b'{"UserPoolId":',
            b'{"UserPoolId":"a","UserPoolId":"b"}',
            b'{"a":Infinity}',
            b"[" * 100_000,
            b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
            b'{"UserPoolId":"\xff\xfe"}',
            b"\xef\xbb\xbf{}",
            "{}".encode("utf-16"),
            b'{"UserPoolId":"\\ud800"}',
            b'{"UserPoolId":"\\u0000"}',
            b'{"\\u0000":1}',
            b'{"UserPoolId":"' + b"x" * 2_000_000 + b'"}',
            b"\0" * 100,
        ]
    ),
)
CONTENT_TYPES = st.sampled_from(
    [
        *(JSON, JSON, JSON, f"{JSON}; charset=utf-8", f"{JSON}; charset=latin-1"),
        *("application/json", "text/plain", "", ";", "multipart/form-data; boundary=x"),
        "application/x-www-form-urlencoded",
    ]
)


@pytest.mark.parametrize("name", sorted(registry.load()))
@pytest.mark.usefixtures("boto3_client")
def test_hostile_bodies_get_a_refusal_in_the_apis_form(name):
    @settings(max_examples=max(EXAMPLES // 2, 2), **HOW)
    @given(BODIES, CONTENT_TYPES)
    def check(body, content_type):
        response = send_signed(name, body, content_type=content_type)

        answer = json.loads(response.content)
        assert 400 <= response.status_code < 500, response.content
        assert response.headers["x-amzn-ErrorType"] == answer["__type"] != "InternalErrorException"

    check()
