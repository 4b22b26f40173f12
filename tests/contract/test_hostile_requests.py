"""Whatever a request holds, the answer is 200 or a declared refusal, and never a failure of ours.

The requests are made from the service model, for every operation: a sound one, in which some members
are replaced by boundary values of their shape or by what does not belong there at all.
"""

import os

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cognito_auth.exceptions import CognitoError
from cognito_auth.operations import dispatch, registry, service_model
from cognito_auth.operations.call import TRUSTED
from tests.contract import conformity
from tests.contract.requests import World, request_of
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory, UserPoolGroupFactory

pytestmark = pytest.mark.django_db

EXAMPLES = int(os.environ.get("HOSTILE_EXAMPLES", "8"))


@pytest.fixture
def world():
    pool = UserPoolFactory()
    client = UserPoolClientFactory(pool=pool)
    UserFactory(pool=pool, username="jane", email="jane@example.com")
    UserPoolGroupFactory(pool=pool, name="readers")
    return World(pool.pk, client.pk, "jane", "readers", pool.arn)


@pytest.mark.parametrize("name", sorted(registry.load()))
def test_hostile_requests_get_a_refusal_that_is_declared(name, world, carry_out):
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def check(data):
        payload = data.draw(request_of(name, world))
        with transaction.atomic():
            carry_out(name, payload)
            transaction.set_rollback(True)

    check()


@pytest.fixture
def carry_out():
    """Return a function that carries out one call and checks its answer."""
    from tests.operations.test_dispatch import call_by

    model = service_model.load()["operations"]

    def call(name, payload):
        principal = TRUSTED if registry.get(name).is_signed else None
        try:
            response, error = dispatch.execute(name, payload, call_by(principal, ip_address="192.0.2.1")), None
        except CognitoError as refusal:
            response, error = None, refusal
        if error is not None:
            assert 400 <= error.status < 500, (error.code, error.message)
            assert conformity.undeclared(name, error) == []
        else:
            output = model[name].get("output")
            assert (conformity.misfits(response, output, name) if output else list(response)) == []

    return call
