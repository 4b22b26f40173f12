"""The rules, each by itself."""

import datetime
import http.server
import threading

import pytest

from cognito_auth.exceptions import InvalidParameterException
from cognito_auth.models import AuthEvent
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.risk import compromised_password, impossible_pace, ip_lists, new_device
from cognito_auth.services.risk.facts import Facts, RiskLevel
from tests.factories import moment

FIREFOX, CHROME = "Windows Firefox/142.0", "Android Chrome/140.0"
PLACES = {"192.0.2.1": (52.5, 13.4), "198.51.100.1": (40.7, -74.0), "203.0.113.1": (52.6, 13.5)}


def locate(ip_address):
    place = PLACES.get(ip_address)
    return place and {"latitude": place[0], "longitude": place[1], "city": "Somewhere", "country": "XX"}


def event(ip_address="192.0.2.1", user_agent=FIREFOX, minutes_ago=60):
    at = moment() - datetime.timedelta(minutes=minutes_ago)
    return AuthEvent(ip_address=ip_address, user_agent=user_agent, created_at=at)


def facts(*earlier, ip_address="192.0.2.1", user_agent=FIREFOX, is_first=False):
    return Facts(RequestOrigin(ip_address, user_agent), moment(), earlier, is_first=is_first)


@pytest.fixture
def cognito_settings(settings):
    def change(**entries):
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, **entries}

    return change


class TestNewDevice:
    @pytest.mark.parametrize(
        ("origin", "level"),
        [
            ({}, None),
            ({"ip_address": "192.0.2.200", "user_agent": "Windows Firefox/143.0"}, None),
            ({"user_agent": CHROME}, RiskLevel.LOW),
            ({"ip_address": "198.51.100.1"}, RiskLevel.LOW),
            ({"ip_address": "198.51.100.1", "user_agent": CHROME}, RiskLevel.MEDIUM),
        ],
    )
    def test_compares_browser_and_network(self, origin, level):
        assert new_device.level(facts(event(), **origin)) == level

    def test_knows_nothing_of_a_first_sign_in_but_distrusts_lost_history(self):
        assert new_device.level(facts(is_first=True)) is None
        assert new_device.level(facts()) == RiskLevel.MEDIUM


class TestImpossiblePace:
    @pytest.mark.parametrize(
        ("ip_address", "minutes_ago", "level"),
        [
            ("198.51.100.1", 60, RiskLevel.HIGH),
            ("198.51.100.1", 60 * 12, None),
            ("203.0.113.1", 0, None),
            ("2001:db8::1", 0, None),
        ],
    )
    def test_measures_distance_and_time_with_a_locator(self, cognito_settings, ip_address, minutes_ago, level):
        cognito_settings(GEO_LOCATOR="tests.services.risk.test_rules.locate")

        assert impossible_pace.level(facts(event(minutes_ago=minutes_ago), ip_address=ip_address)) == level

    def test_counts_networks_without_one(self):
        events = [event(ip_address=f"10.0.{number}.1", minutes_ago=number) for number in range(3)]

        assert impossible_pace.level(facts(*events, ip_address="10.0.9.1")) == RiskLevel.MEDIUM
        assert impossible_pace.level(facts(*events, ip_address="10.0.1.9")) is None
        assert impossible_pace.level(facts()) is None


class TestIpLists:
    @pytest.mark.parametrize(
        ("ranges", "ip_address", "is_in"),
        [
            (["10.0.0.0/8"], "10.1.2.3", True),
            (["10.0.0.0/8"], "11.1.2.3", False),
            (["2001:db8::/32"], "2001:db8::1", True),
            (["2001:db8::/32"], "10.1.2.3", False),
            (["10.1.2.3"], "10.1.2.3", True),
            (["0.0.0.0/0"], None, False),
        ],
    )
    def test_contains(self, ranges, ip_address, is_in):
        assert ip_lists.contains(ranges, ip_address) is is_in

    def test_refuses_what_is_no_range(self):
        with pytest.raises(InvalidParameterException):
            ip_lists.check(["10.0.0.0/33"], member="BlockedIPRangeList")


class TestCompromisedPassword:
    @pytest.mark.parametrize(
        ("password", "is_known"),
        [("password", True), ("Password1!", True), ("Passw0rd!", True), ("tr0ub4dor&3-Staple", False), ("!!!!", False)],
    )
    def test_looks_in_the_list(self, password, is_known):
        assert compromised_password.is_known(password) is is_known

    @pytest.fixture
    def range_service(self, cognito_settings):
        """A local service that knows one password, and what it was asked."""
        asked = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                # SHA-1 of "correct-horse-9" and of "padded-horse-9", whose count is padding.
                body = "\r\n".join(answers).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                """Say nothing."""

        answers = []
        server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        cognito_settings(PASSWORD_RANGE_URL=f"http://127.0.0.1:{server.server_port}/range/")
        yield asked, answers
        server.shutdown()
        thread.join()
        server.server_close()

    def test_asks_the_service_for_five_digits_only(self, range_service):
        import hashlib

        asked, answers = range_service
        digest = hashlib.sha1(b"correct-horse-9").hexdigest().upper()

        assert not compromised_password.is_known("correct-horse-9")
        answers += ["0" * 35 + ":3", digest[5:] + ":0"]
        assert not compromised_password.is_known("correct-horse-9")
        answers.append(digest[5:] + ":12")
        assert compromised_password.is_known("correct-horse-9")
        assert set(asked) == {f"/range/{digest[:5]}"}

    def test_goes_on_without_the_service(self, cognito_settings):
        cognito_settings(PASSWORD_RANGE_URL="http://127.0.0.1:9/range", PASSWORD_RANGE_TIMEOUT_SECONDS=1)

        assert not compromised_password.is_known("correct-horse-9")
        assert compromised_password.is_known("password1")
