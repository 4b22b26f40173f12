"""services.codes: one-time codes."""

import datetime

import pytest
from django.db import transaction

from cognito_auth.choices import AttemptKind, CodePurpose
from cognito_auth.exceptions import CodeMismatchException, ExpiredCodeException, LimitExceededException
from cognito_auth.models import OneTimeCode
from cognito_auth.services import codes
from tests.concurrency import race
from tests.factories import UserFactory, moment

SIGN_UP = CodePurpose.CONFIRM_SIGN_UP


def issue(user, purpose=SIGN_UP):
    return codes.issue(user, purpose, attribute="email", destination=user.email, now=moment())


def check(user, code, purpose=SIGN_UP, now=None, **options):
    return codes.check(user, purpose, code, attempt_kind=AttemptKind.CONFIRM_SIGN_UP, now=now or moment(), **options)


def wrong(code):
    return f"{(int(code) + 1) % 10**6:06d}"


@pytest.mark.django_db
class TestIssue:
    def test_makes_six_digits_that_are_not_stored(self):
        code = issue(UserFactory())

        assert len(code) == 6
        assert code.isdigit()
        assert code not in OneTimeCode.objects.get().code_hash

    def test_replaces_the_outstanding_code_of_the_purpose(self):
        user = UserFactory()
        first = issue(user)
        second = issue(user)
        if first == second:
            second = issue(user)

        with pytest.raises(CodeMismatchException):
            check(user, first)
        assert check(user, second)


@pytest.mark.django_db
class TestCheck:
    def test_refuses_a_wrong_code(self):
        user = UserFactory()
        code = issue(user)

        with pytest.raises(CodeMismatchException, match="^Invalid verification code provided, please try again.$"):
            check(user, wrong(code))

    def test_refuses_a_code_of_another_user_or_purpose(self):
        user, other = UserFactory(), UserFactory()
        code = issue(user)
        issue(other)

        with pytest.raises(CodeMismatchException):
            check(other, code)
        with pytest.raises(ExpiredCodeException):
            check(user, code, purpose=CodePurpose.RESET_PASSWORD)

    def test_refuses_a_code_that_is_too_old(self):
        user = UserFactory()
        code = issue(user)
        day = datetime.timedelta(days=1)

        with pytest.raises(ExpiredCodeException):
            check(user, code, now=moment() + day)
        assert check(user, code, now=moment() + day - datetime.timedelta(seconds=1))

    def test_counts_guesses_also_right_ones(self):
        user = UserFactory()
        code = issue(user)
        for _time in range(15):
            check(user, code)

        with pytest.raises(LimitExceededException):
            check(user, code)

    def test_can_hide_whether_a_code_was_asked_for(self):
        user = UserFactory()

        with pytest.raises(CodeMismatchException):
            check(user, "123456", hides_state=True)

    def test_hidden_only_who_has_the_code_learns_that_it_is_old(self):
        user = UserFactory()
        code = issue(user)
        later = moment() + datetime.timedelta(days=2)

        with pytest.raises(CodeMismatchException):
            check(user, wrong(code), now=later, hides_state=True)
        with pytest.raises(ExpiredCodeException):
            check(user, code, now=later, hides_state=True)


@pytest.mark.django_db
class TestConsume:
    def test_works_once(self):
        user = UserFactory()
        row = check(user, issue(user))
        codes.consume(row)

        with pytest.raises(ExpiredCodeException):
            codes.consume(row)

    def test_loses_against_a_newer_code(self):
        user = UserFactory()
        row = check(user, issue(user))
        issue(user)

        with pytest.raises(ExpiredCodeException):
            codes.consume(row)


@pytest.mark.django_db
class TestExpire:
    def test_lets_a_code_be_used_once(self):
        user = UserFactory()
        code = issue(user)
        row, same_row = check(user, code), check(user, code)
        codes.expire(row)

        with pytest.raises(ExpiredCodeException):
            codes.expire(same_row)

    def test_tells_only_who_has_the_code_that_it_was_used(self):
        user = UserFactory()
        code = issue(user)
        codes.expire(check(user, code))

        with pytest.raises(ExpiredCodeException):
            check(user, code, hides_state=True)
        with pytest.raises(CodeMismatchException):
            check(user, wrong(code), hides_state=True)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestConsumeInParallel:
    def test_one_of_many_wins(self):
        user = UserFactory()
        row = check(user, issue(user))

        def consume():
            with transaction.atomic():
                codes.consume(row)

        results = race(*[consume] * 8)

        assert results.count(None) == 1
