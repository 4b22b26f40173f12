"""A Python program with pycognito: SRP, a first password of one's own, refresh, a remembered device."""

import boto3
import pytest
import requests
from botocore import UNSIGNED
from botocore.config import Config
from django.utils import timezone
from pycognito import Cognito
from pycognito.aws_srp import AWSSRP
from pycognito.exceptions import ForceChangePasswordException

from cognito_auth.models import Device
from cognito_auth.services import srp_verifiers
from cognito_auth.services.tokens import keys
from tests.factories import UserFactory, UserPoolClientFactory, UserPoolFactory

PASSWORD = "Passw0rd!"
FLOWS = ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]


@pytest.fixture
def client(site):
    pool = UserPoolFactory(device_configuration={"ChallengeRequiredOnNewDevice": True})
    keys.ensure(pool, now=timezone.now())
    return UserPoolClientFactory(pool=pool, explicit_auth_flows=FLOWS, secret="s3cr3t")


@pytest.fixture
def public(client):
    """A client without secret: pycognito sends no secret hash for devices."""
    return UserPoolClientFactory(pool=client.pool, explicit_auth_flows=FLOWS)


@pytest.fixture
def anybody(site):
    return boto3.client(
        "cognito-idp",
        endpoint_url=site.endpoint,
        region_name="eu-west-1",
        config=Config(signature_version=UNSIGNED),
    )


@pytest.fixture
def to_site(site, monkeypatch):
    """Let pycognito's device calls, which go to an AWS host that is fixed, reach the site."""
    post = requests.post
    monkeypatch.setattr(requests, "post", lambda _url, **request: post(site.endpoint, **request))


def make_user(client, **fields):
    user = UserFactory(pool=client.pool, username="jane", **fields)
    srp_verifiers.remember(user, PASSWORD)
    return user


def person(site, client, **more):
    return Cognito(
        client.pool_id,
        client.pk,
        username="jane",
        client_secret="s3cr3t",
        user_pool_region="eu-west-1",
        botocore_config=Config(signature_version=UNSIGNED),
        boto3_client_kwargs={"endpoint_url": site.endpoint.rstrip("/")},
        **more,
    )


@pytest.mark.django_db(transaction=True)
class TestJourney:
    # It writes the address of a pool's keys without the prefix's last slash.
    @pytest.mark.parametrize("site", ["at the root"], indirect=True)
    def test_signs_in_by_srp_checks_its_tokens_and_refreshes(self, site, client):
        make_user(client, confirmed=True)
        jane = person(site, client)

        jane.authenticate(PASSWORD)
        first = jane.access_token
        jane.renew_access_token()

        assert jane.access_token != first
        assert jane.get_user().username == "jane"

    def test_changes_a_temporary_password(self, site, client, anybody):
        make_user(client, invited=True)
        by_srp = {"pool_id": client.pool_id, "client_id": client.pk, "client_secret": "s3cr3t", "client": anybody}

        with pytest.raises(ForceChangePasswordException):
            AWSSRP(username="jane", password=PASSWORD, **by_srp).authenticate_user()
        AWSSRP(username="jane", password=PASSWORD, **by_srp).set_new_password_challenge("0ther-Passw0rd!")

        again = AWSSRP(username="jane", password="0ther-Passw0rd!", **by_srp).authenticate_user()
        assert "AuthenticationResult" in again

    def test_proves_its_device(self, site, client, public, anybody, to_site):
        make_user(client, confirmed=True)
        by_srp = {"pool_id": client.pool_id, "client_id": public.pk, "client": anybody}
        first = AWSSRP(username="jane", password=PASSWORD, **by_srp)
        tokens = first.authenticate_user()
        new = tokens["AuthenticationResult"]["NewDeviceMetadata"]
        _answer, device_password = first.confirm_device(tokens, device_name="laptop")

        again = AWSSRP(
            username="jane",
            password=PASSWORD,
            device_key=new["DeviceKey"],
            device_group_key=new["DeviceGroupKey"],
            device_password=device_password,
            **by_srp,
        ).authenticate_user()["AuthenticationResult"]

        assert "NewDeviceMetadata" not in again
        assert Device.objects.get().is_remembered

        first.update_device_status(False, again["AccessToken"], new["DeviceKey"])
        assert not Device.objects.get().is_remembered
        first.forget_device(again["AccessToken"], new["DeviceKey"])
        assert not Device.objects.exists()
