"""Proving that an address is one's own."""

import datetime
import functools

import pytest
from django.core import mail

from cognito_auth.exceptions import (
    AliasExistsException,
    CodeMismatchException,
    ExpiredCodeException,
    InvalidParameterException,
    LimitExceededException,
)
from cognito_auth.models import User
from cognito_auth.services import user_names
from cognito_auth.services.attributes import updates, verification
from tests.concurrency import race
from tests.factories import UserFactory, UserPoolClientFactory, moment
from tests.mail import another, code_from_email

NOW = moment()


def request_code(user, attribute="email", *, now=NOW):
    return verification.request_code(user, attribute, client=None, origin=None, now=now)


def verify(user, code, attribute="email", *, now=NOW):
    return verification.verify(user, attribute, code, client=None, origin=None, now=now)


def change_email(client, user, email):
    updates.update(user, {"email": email}, by_admin=False, client=client, origin=None, now=NOW)
    return code_from_email()


@pytest.fixture
def client(db):
    return UserPoolClientFactory()


@pytest.fixture
def jane(client):
    return UserFactory(pool=client.pool, username="jane")


class TestRequestCode:
    def test_sends_a_code_to_the_stored_address(self, jane):
        details = request_code(jane)

        assert (details.destination, details.attribute) == ("j***@e***", "email")
        assert mail.outbox[0].to == ["jane@example.com"]
        verify(jane, code_from_email())
        assert User.objects.get().email_verified is True

    def test_sends_it_to_the_address_that_waits(self, client, jane):
        jane.pool.verify_before_update_attributes = ["email"]
        first = change_email(client, jane, "new@example.com")

        request_code(jane)

        assert mail.outbox[-1].to == ["new@example.com"]
        code = code_from_email()
        if first != code:
            with pytest.raises(CodeMismatchException):
                verify(jane, first)
        verify(jane, code)
        assert User.objects.get().email == "new@example.com"

    @pytest.mark.parametrize("attribute", ["phone_number", "given_name", "nonsense"])
    def test_refuses_what_is_not_there_or_no_address(self, jane, attribute):
        with pytest.raises(InvalidParameterException):
            request_code(jane, attribute)

    def test_is_limited_to_five_an_hour(self, jane):
        for _turn in range(5):
            request_code(jane)

        with pytest.raises(LimitExceededException, match="Attempt limit exceeded"):
            request_code(jane)
        request_code(jane, now=NOW + datetime.timedelta(hours=1, seconds=1))


class TestVerify:
    def test_refuses_a_wrong_code_and_takes_the_right_one_once(self, jane):
        request_code(jane)
        code = code_from_email()

        with pytest.raises(CodeMismatchException):
            verify(jane, another(code))
        verify(jane, code)
        with pytest.raises(ExpiredCodeException):
            verify(jane, code)

    def test_refuses_a_code_of_yesterday(self, jane):
        request_code(jane)

        with pytest.raises(ExpiredCodeException):
            verify(jane, code_from_email(), now=NOW + datetime.timedelta(hours=24))

    def test_refuses_a_code_of_an_address_that_changed(self, jane):
        request_code(jane)
        code = code_from_email()
        User.objects.update(email="mallory@example.com", email_key="mallory@example.com")

        with pytest.raises(ExpiredCodeException):
            verify(jane, code)
        assert User.objects.get().email_verified is False

    def test_refuses_a_code_of_another_attribute(self, jane):
        request_code(jane)

        with pytest.raises(ExpiredCodeException):
            verify(jane, code_from_email(), "phone_number")

    def test_is_limited_to_fifteen_an_hour(self, jane):
        request_code(jane)
        code = code_from_email()
        for _turn in range(15):
            with pytest.raises(CodeMismatchException):
                verify(jane, another(code))

        with pytest.raises(LimitExceededException):
            verify(jane, code)

    def test_claims_the_alias_and_leaves_it_to_who_came_first(self, db):
        client = UserPoolClientFactory(pool__alias_attributes=["email"])
        jane, joe = UserFactory.create_batch(2, pool=client.pool, email="one@example.com")
        request_code(jane)
        of_jane = code_from_email()
        request_code(joe)

        verify(joe, code_from_email())

        assert user_names.find(client.pool, "one@example.com") == joe
        with pytest.raises(AliasExistsException, match="^An account with the email already exists.$"):
            verify(jane, of_jane)
        assert User.objects.get(pk=jane.pk).email_verified is False

    def test_moves_the_address_that_waited_and_tells_the_old_one(self, client, jane):
        jane.pool.verify_before_update_attributes = ["email"]
        User.objects.update(email_verified=True)
        code = change_email(client, jane, "new@example.com")

        verify(jane, code)

        stored = User.objects.get()
        assert (stored.email, stored.email_key, stored.email_verified) == (
            "new@example.com",
            "new@example.com",
            True,
        )
        assert jane.email == "new@example.com"
        assert mail.outbox[-1].to == ["jane@example.com"]

    def test_moves_the_sign_in_name_where_the_address_is_one(self, db):
        client = UserPoolClientFactory(
            pool__username_attributes=["email"], pool__verify_before_update_attributes=["email"]
        )
        jane = UserFactory(pool=client.pool)
        user_names.sync_aliases(jane)
        code = change_email(client, jane, "new@example.com")
        assert user_names.find(client.pool, "new@example.com") is None

        verify(jane, code)

        assert user_names.find(client.pool, "new@example.com") == jane
        assert user_names.find(client.pool, "person@example.com") is None


@pytest.mark.postgresql
class TestConcurrency:
    def test_a_code_is_used_once(self, transactional_db):
        jane = UserFactory()
        request_code(jane)
        code = code_from_email()

        outcomes = race(*[functools.partial(verify, User.objects.get(), code) for _turn in range(5)])

        kinds = sorted(type(outcome).__name__ for outcome in outcomes)
        assert kinds == ["ExpiredCodeException"] * 4 + ["NoneType"]

    def test_one_of_two_confirms_an_alias(self, transactional_db):
        client = UserPoolClientFactory(pool__alias_attributes=["email"])
        acts = []
        for user in UserFactory.create_batch(4, pool=client.pool, email="one@example.com"):
            request_code(user)
            acts.append(functools.partial(verify, user, code_from_email()))

        outcomes = race(*acts)

        kinds = sorted(type(outcome).__name__ for outcome in outcomes)
        assert kinds == ["AliasExistsException"] * 3 + ["NoneType"]
        assert User.objects.filter(email_verified=True).count() == 1

    def test_a_code_never_verifies_the_address_that_comes_meanwhile(self, transactional_db):
        client = UserPoolClientFactory()
        for _turn in range(8):
            user = UserFactory(pool=client.pool)
            request_code(user)
            code = code_from_email()
            other = User.objects.select_related("pool").get(pk=user.pk)

            race(
                functools.partial(verify, user, code),
                functools.partial(
                    updates.update,
                    other,
                    {"email": "mallory@example.com"},
                    by_admin=True,
                    client=None,
                    origin=None,
                    now=NOW,
                ),
            )

            stored = User.objects.get(pk=user.pk)
            assert (stored.email, stored.email_verified) == ("mallory@example.com", False)
