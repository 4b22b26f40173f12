"""Request rates."""

import datetime

import pytest
from django.core.cache import caches

from cognito_auth.exceptions import TooManyRequestsException
from cognito_auth.models import AttemptCounter
from cognito_auth.services import throttling
from tests.factories import moment


@pytest.fixture(autouse=True)
def _two_a_minute(settings):
    settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "THROTTLE_RATES": {"ip": "2/60", "user": None}}
    throttling.retry_the_cache()


def ask(*counted, seconds=0):
    throttling.check(counted or [("ip", "192.0.2.1")], now=moment() + datetime.timedelta(seconds=seconds))


class TestCheck:
    def test_lets_as_many_through_as_allowed(self):
        ask()
        ask()

        with pytest.raises(TooManyRequestsException) as refusal:
            ask()
        assert refusal.value.message == "Rate exceeded"
        # 09:05:07: the window ends with the minute.
        assert refusal.value.values == {"retry_after_seconds": 53}

    def test_begins_anew_in_the_next_window(self):
        for _ in range(2):
            ask()

        ask(seconds=53)

    def test_counts_each_subject_for_itself(self):
        for _ in range(2):
            ask()

        ask(("ip", "192.0.2.2"))

    def test_leaves_out_what_is_switched_off(self):
        for _ in range(5):
            ask(("user", "jane"))

    @pytest.mark.parametrize("scope", throttling.DEFAULT_RATES)
    def test_has_a_default_for_each_scope(self, settings, scope):
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "THROTTLE_RATES": {}}

        ask((scope, "x"))

    def test_keeps_names_out_of_the_cache(self):
        ask(("ip", "192.0.2.1"))

        assert not [key for key in caches["default"]._cache if "192" in key]


@pytest.mark.django_db
class TestWithoutCache:
    @pytest.fixture(autouse=True)
    def _broken(self, monkeypatch):
        def fail(*args, **kwargs):
            raise ConnectionError("away")

        monkeypatch.setattr(type(caches["default"]), "incr", fail)
        yield
        throttling.retry_the_cache()

    def test_counts_in_the_database(self, caplog):
        ask()
        ask()

        with pytest.raises(TooManyRequestsException):
            ask()
        assert AttemptCounter.objects.get().reserved == 3
        # Said once, not at each request.
        assert caplog.text.count("ConnectionError") == 1

    def test_counts_each_window_for_itself(self):
        for seconds in (0, 1, 53, 54):
            ask(seconds=seconds)

        with pytest.raises(TooManyRequestsException):
            ask(seconds=55)


@pytest.mark.django_db
class TestWithSilentCache:
    def test_counts_in_the_database(self, monkeypatch):
        cache = type(caches["default"])
        monkeypatch.setattr(cache, "add", lambda *args, **kwargs: False)

        ask()

        assert AttemptCounter.objects.get().reserved == 1
        throttling.retry_the_cache()
