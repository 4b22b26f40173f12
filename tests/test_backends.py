"""Django's own log-in."""

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.test import RequestFactory, override_settings

from cognito_auth.models import AuthEvent

pytestmark = pytest.mark.django_db


def log_in(password="Passw0rd!"):
    request = RequestFactory().post("/", REMOTE_ADDR="192.0.2.9", headers={"X-Forwarded-For": "198.51.100.7"})
    return authenticate(request, username="root", password=password)


class TestCognitoBackend:
    @pytest.fixture(autouse=True)
    def root(self):
        return get_user_model().objects.create_superuser("root", "root@example.com", "Passw0rd!")

    def test_takes_the_right_password_and_records_the_attempt(self, root):
        assert log_in() == root
        assert log_in("wrong") is None
        assert [event.response for event in AuthEvent.objects.order_by("created_at")] == ["Pass", "Fail"]

    def test_locks_after_five_failures_also_for_the_right_password(self):
        for _failure in range(5):
            log_in("wrong")

        assert log_in() is None

    @pytest.mark.parametrize(
        ("mode", "has_factor", "enters"), [("ON", False, False), ("OPTIONAL", True, False), ("OPTIONAL", False, True)]
    )
    def test_does_not_take_a_password_where_a_second_factor_is_due(self, root, mode, has_factor, enters):
        pool = root.pool
        pool.mfa_configuration, pool.software_token_mfa_enabled = mode, True
        pool.save()
        root.software_token_mfa_enabled = has_factor
        root.save()

        assert log_in() == (root if enters else None)
        assert AuthEvent.objects.get().response == ("Pass" if enters else "InProgress")

    @pytest.mark.parametrize(("proxies", "address"), [(0, "192.0.2.9"), (1, "198.51.100.7")])
    def test_believes_forwarded_addresses_of_configured_proxies_only(self, settings, proxies, address):
        with override_settings(COGNITO_AUTH={**settings.COGNITO_AUTH, "TRUSTED_PROXY_COUNT": proxies}):
            log_in()

        assert AuthEvent.objects.get().ip_address == address
