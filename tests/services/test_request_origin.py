"""Where a request comes from."""

import ipaddress

import pytest

from cognito_auth.choices import AuthEventResponse, AuthEventType
from cognito_auth.models import AuthEvent
from cognito_auth.services import auth_events
from cognito_auth.services.request_origin import RequestOrigin, address_behind_proxies, storable_address
from tests.factories import UserPoolFactory, moment

PEER = "192.0.2.1"


@pytest.fixture
def proxies(settings):
    """Trust so many proxies."""

    def trust(count):
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "TRUSTED_PROXY_COUNT": count}

    return trust


class TestAddressBehindProxies:
    @pytest.mark.parametrize(
        ("count", "expected"), [(0, PEER), (1, "203.0.113.3"), (2, "203.0.113.2"), (3, "203.0.113.1"), (4, PEER)]
    )
    def test_counts_proxies_from_the_right(self, proxies, count, expected):
        proxies(count)

        found = address_behind_proxies(PEER, forwarded_for="203.0.113.1, 203.0.113.2,,203.0.113.3 ")

        assert found == expected

    @pytest.mark.parametrize(
        "hop", ["unknown", "_hidden", "203.0.113.1:443", "[2001:db8::1]", "1.2.3", "\x00", "%eth0"]
    )
    def test_is_nothing_where_the_proxy_wrote_no_address(self, proxies, hop):
        proxies(1)

        assert address_behind_proxies(PEER, forwarded_for=hop) is None

    @pytest.mark.parametrize("peer", [None, "", "unix:", "@"])
    def test_is_nothing_without_an_address(self, peer):
        assert address_behind_proxies(peer, forwarded_for="") is None

    def test_leaves_out_the_zone(self, proxies):
        assert address_behind_proxies("fe80::1%eth0", forwarded_for="") == "fe80::1"
        proxies(1)
        assert address_behind_proxies(PEER, forwarded_for="FE80:0::2%25") == "fe80::2"


class TestStorableAddress:
    @pytest.mark.django_db
    @pytest.mark.parametrize("text", ["fe80::1%eth0", "fe80::1%1", "::ffff:192.0.2.1", "2001:DB8::0:1", "192.0.2.1"])
    def test_can_be_stored(self, text):
        auth_events.record(
            AuthEventType.SIGN_IN,
            AuthEventResponse.PASS,
            pool=UserPoolFactory(),
            user=None,
            origin=RequestOrigin(ip_address=storable_address(text)),
            now=moment(),
        )

        assert ipaddress.ip_address(AuthEvent.objects.get().ip_address) == ipaddress.ip_address(text.partition("%")[0])
