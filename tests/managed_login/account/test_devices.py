"""The devices of a person on their account page."""

import pytest
from django.utils import timezone

from cognito_auth.models import Device
from tests.factories import UserFactory

CONFIGURATION = {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False}


def make(user, key="eu-west-1_1", name="My phone"):
    now = timezone.now()
    moments = dict.fromkeys(("created_at", "last_modified_at", "last_authenticated_at"), now)
    return Device.objects.create(key=key, user=user, name=name, is_remembered=True, **moments)


@pytest.fixture
def pool(pool):
    pool.device_configuration = CONFIGURATION
    pool.save()
    return pool


class TestDevices:
    def test_are_listed(self, account, user):
        make(user)

        page = account("devices")

        assert "My phone" in page.text
        assert "remembered" in page.text

    def test_are_forgotten(self, account, user):
        make(user)

        page = account("devices", device="eu-west-1_1")

        assert "The device is forgotten." in page.text
        assert not Device.objects.exists()

    def test_of_other_people_are_not(self, account, pool):
        make(UserFactory(pool=pool, username="joe", confirmed=True))

        page = account("devices", device="eu-west-1_1")

        assert "My phone" not in page.text
        assert Device.objects.exists()

    @pytest.mark.parametrize("key", ["gone", "\x00", "x" * 5000])
    def test_that_are_not_there_are_gone(self, account, key):
        assert account("devices", device=key).status == 200

    def test_are_not_offered_where_the_pool_knows_none(self, account, pool):
        pool.device_configuration = None
        pool.save()

        assert account("devices").name == "account"
