"""services.attempts: windows and locks."""

import datetime

import pytest

from cognito_auth.choices import AttemptKind
from cognito_auth.exceptions import LimitExceededException, NotAuthorizedException
from cognito_auth.models import AttemptCounter
from cognito_auth.services import attempts
from tests.concurrency import race
from tests.factories import moment

SECOND = datetime.timedelta(seconds=1)
WHOM = {"pool_id": "eu-west-1_AbC123xyZ", "subject": "user:1"}


def reserve(now):
    return attempts.reserve(AttemptKind.PASSWORD, now=now, **WHOM)


def fail(times, now):
    for _time in range(times):
        reserve(now).failed(now=now)


@pytest.mark.django_db
class TestCount:
    def test_allows_the_attempts_of_the_window_and_no_more(self):
        for _time in range(5):
            attempts.count(AttemptKind.RESEND_CODE, now=moment(), **WHOM)

        with pytest.raises(LimitExceededException, match="^Attempt limit exceeded, please try after some time.$"):
            attempts.count(AttemptKind.RESEND_CODE, now=moment(), **WHOM)

    def test_starts_anew_after_the_window(self):
        for _time in range(5):
            attempts.count(AttemptKind.RESEND_CODE, now=moment(), **WHOM)

        attempts.count(AttemptKind.RESEND_CODE, now=moment() + 3600 * SECOND, **WHOM)

    def test_keeps_kinds_pools_and_people_apart(self):
        for _time in range(5):
            attempts.count(AttemptKind.RESEND_CODE, now=moment(), **WHOM)

        attempts.count(AttemptKind.REQUEST_ATTRIBUTE_CODE, now=moment(), **WHOM)
        attempts.count(AttemptKind.RESEND_CODE, now=moment(), pool_id=WHOM["pool_id"], subject="user:2")
        attempts.count(AttemptKind.RESEND_CODE, now=moment(), pool_id="other", subject="user:1")

    def test_stores_no_name(self):
        attempts.count(AttemptKind.RESEND_CODE, now=moment(), pool_id="p", subject="name:jane")

        assert "jane" not in AttemptCounter.objects.get().key


@pytest.mark.django_db
class TestReserve:
    def test_locks_from_the_fifth_failure_for_one_second_then_twice_as_long(self):
        now = moment()
        fail(5, now)

        for failures in range(6, 12):
            lock = attempts.lock_seconds(failures - 1)
            with pytest.raises(NotAuthorizedException, match="^Password attempts exceeded$"):
                reserve(now + (lock - 0.5) * SECOND)
            now += lock * SECOND
            fail(1, now)
            assert AttemptCounter.objects.get().failed == failures

    def test_says_how_long_to_wait_and_does_not_count_meanwhile(self):
        fail(5, moment())

        for _time in range(3):
            with pytest.raises(NotAuthorizedException) as refusal:
                reserve(moment() + 0.5 * SECOND)

        assert "Try again in 1 s." in refusal.value.detail
        assert AttemptCounter.objects.get().failed == 5

    def test_a_success_forgets_the_failures(self):
        fail(4, moment())
        reserve(moment()).succeeded()

        fail(4, moment())

        assert AttemptCounter.objects.get().locked_until is None

    def test_a_quiet_quarter_of_an_hour_forgets_the_failures(self):
        fail(5, moment())

        fail(4, moment() + 901 * SECOND)

        assert AttemptCounter.objects.get().failed == 4

    def test_never_locks_longer_than_a_quarter_of_an_hour(self):
        assert attempts.lock_seconds(5) == 1
        assert attempts.lock_seconds(14) == 512
        assert attempts.lock_seconds(15) == 900
        assert attempts.lock_seconds(60) == 900

    def test_a_guess_whose_process_died_is_forgotten(self):
        fail(4, moment())
        reserve(moment())

        reserve(moment() + 31 * SECOND).succeeded()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestReserveInParallel:
    def test_a_burst_gets_no_more_guesses_than_a_patient_caller(self):
        now = moment()

        def guess():
            reserve(now).failed(now=now)

        results = race(*[guess] * 20)

        assert sum(result is None for result in results) == 5
        assert {type(result) for result in results if result is not None} == {NotAuthorizedException}

    def test_many_right_passwords_at_once_all_get_in(self):
        now = moment()

        results = race(*[lambda: reserve(now).succeeded()] * 20)

        assert results == [None] * 20
