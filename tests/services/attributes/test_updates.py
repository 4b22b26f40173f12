"""Changing attributes of users."""

import functools

import pytest
from django.core import mail

from cognito_auth import signals
from cognito_auth.choices import CodePurpose
from cognito_auth.exceptions import (
    AliasExistsException,
    CodeDeliveryFailureException,
    InvalidParameterException,
    NotAuthorizedException,
    UserNotFoundException,
)
from cognito_auth.models import OneTimeCode, User
from cognito_auth.services import user_names
from cognito_auth.services.attributes import updates
from tests.concurrency import race
from tests.factories import SchemaAttributeFactory, UserFactory, UserPoolClientFactory, UserPoolFactory, moment

NOW = moment()


def by_person(client, user, values):
    return updates.update(user, values, by_admin=False, client=client, origin=None, now=NOW)


def by_admin(user, values):
    return updates.update(user, values, by_admin=True, client=None, origin=None, now=NOW)


@pytest.fixture
def client(db):
    return UserPoolClientFactory()


@pytest.fixture
def pool(client):
    return client.pool


@pytest.fixture
def jane(pool):
    return UserFactory(pool=pool, username="jane", confirmed=True)


class TestUpdate:
    def test_writes_columns_and_custom_attributes(self, client, jane):
        SchemaAttributeFactory(pool=client.pool)

        by_person(client, jane, {"given_name": "Jane", "custom:team": "red"})

        stored = User.objects.get()
        assert (stored.given_name, stored.custom_attributes) == ("Jane", {"custom:team": "red"})
        assert stored.last_modified_at == NOW
        assert jane.given_name == "Jane"

    def test_deletes_with_an_empty_value(self, client, jane):
        by_person(client, jane, {"given_name": "Jane"})

        by_person(client, jane, {"given_name": ""})

        assert User.objects.get().given_name == ""

    def test_changes_nothing_when_one_is_refused(self, client, jane):
        with pytest.raises(InvalidParameterException):
            by_person(client, jane, {"given_name": "Jane", "email": "no address"})

        assert User.objects.get().given_name == ""
        assert OneTimeCode.objects.count() == 0
        assert mail.outbox == []

    @pytest.mark.parametrize("name", ["email_verified", "sub", "dev:custom:team", "given_name"])
    def test_refuses_what_the_client_may_not_write(self, client, jane, name):
        SchemaAttributeFactory(pool=client.pool, name="dev:custom:team", developer_only=True)
        client.write_attributes = ["email"]

        with pytest.raises(NotAuthorizedException, match="^A client attempted to write unauthorized attribute$"):
            by_person(client, jane, {name: "true"})

    def test_takes_no_person_without_a_client(self, jane):
        with pytest.raises(ValueError, match="app client"):
            by_person(None, jane, {"email_verified": "true"})

    def test_lets_administrators_write_everything_but_sub(self, client, jane):
        SchemaAttributeFactory(pool=client.pool, name="dev:custom:team", developer_only=True)

        by_admin(jane, {"email_verified": "false", "dev:custom:team": "red"})

        stored = User.objects.get()
        assert stored.email_verified is False
        assert stored.custom_attributes == {"dev:custom:team": "red"}
        with pytest.raises(InvalidParameterException, match="immutable"):
            by_admin(jane, {"sub": "x"})

    def test_refuses_a_user_that_is_gone(self, client, jane):
        User.objects.all().delete()

        with pytest.raises(UserNotFoundException):
            by_person(client, jane, {"given_name": "Jane"})

    def test_tells_the_project(self, client, jane, django_capture_on_commit_callbacks):
        received = []

        def receive(**values):
            received.append((values["user"].username, values["client_id"], values["names"]))

        signals.user_attributes_changed.connect(receive)
        try:
            with django_capture_on_commit_callbacks(execute=True):
                by_person(client, jane, {"given_name": "Jane"})
                by_person(client, jane, {"given_name": "Jane"})
        finally:
            signals.user_attributes_changed.disconnect(receive)

        assert received == [("jane", client.pk, frozenset({"given_name"}))]


class TestChangedAddress:
    def test_is_unverified_and_gets_a_code(self, client, jane):
        (details,) = by_person(client, jane, {"email": "new@example.com"})

        assert (details.destination, details.attribute) == ("n***@e***", "email")
        stored = User.objects.get()
        assert (stored.email, stored.email_verified) == ("new@example.com", False)
        assert [message.to for message in mail.outbox] == [["jane@example.com"], ["new@example.com"]]
        row = OneTimeCode.objects.get()
        assert (row.destination, row.is_pending, row.purpose) == (
            "new@example.com",
            False,
            CodePurpose.VERIFY_EMAIL,
        )

    def test_is_unverified_also_when_only_its_case_changes(self, client, jane):
        by_person(client, jane, {"email": "JANE@example.com"})

        assert User.objects.get().email_verified is False
        # The mailbox is the same: no notice to an old one.
        assert [message.to for message in mail.outbox] == [["JANE@example.com"]]

    def test_sends_nothing_when_it_is_the_same_again(self, client, jane):
        assert by_person(client, jane, {"email": jane.email}) == []

        assert User.objects.get().email_verified is True
        assert mail.outbox == []

    def test_gets_no_code_where_nothing_is_verified_automatically(self, client, jane):
        jane.pool.auto_verified_attributes = []

        assert by_person(client, jane, {"email": "new@example.com", "phone_number": "+14155552671"}) == []
        assert OneTimeCode.objects.count() == 0

    def test_gets_no_code_when_an_administrator_vouches_for_it(self, jane):
        assert by_admin(jane, {"email": "new@example.com", "email_verified": "true"}) == []

        assert User.objects.get().email_verified is True

    def test_ends_the_code_of_the_address_before(self, client, jane):
        by_person(client, jane, {"email": "new@example.com"})

        by_admin(jane, {"email": "other@example.com", "email_verified": "true"})

        assert OneTimeCode.objects.count() == 0

    def test_is_stored_when_the_code_cannot_be_sent(self, client, jane, settings):
        settings.EMAIL_BACKEND = "nowhere.EmailBackend"

        with pytest.raises(CodeDeliveryFailureException):
            by_person(client, jane, {"email": "new@example.com"})
        assert User.objects.get().email == "new@example.com"

    def test_notice_goes_to_verified_addresses_only(self, client, jane):
        by_admin(jane, {"email_verified": "false"})

        by_person(client, jane, {"email": "new@example.com"})

        assert [message.to for message in mail.outbox] == [["new@example.com"]]


class TestSignInNames:
    def test_follow_the_attribute_where_it_is_the_username(self, db):
        client = UserPoolClientFactory(pool__username_attributes=["email"])
        jane = UserFactory(pool=client.pool, email="jane@example.com")

        by_person(client, jane, {"email": "new@example.com"})

        assert user_names.find(client.pool, "new@example.com") == jane
        assert user_names.find(client.pool, "jane@example.com") is None

    def test_of_others_cannot_be_taken(self, db):
        client = UserPoolClientFactory(pool__username_attributes=["email"])
        jane, joe = UserFactory.create_batch(2, pool=client.pool)
        by_person(client, joe, {"email": "taken@example.com"})

        with pytest.raises(AliasExistsException, match="^An account with the given email already exists.$"):
            by_person(client, jane, {"email": "Taken@example.com", "given_name": "Jane"})

        stored = User.objects.get(pk=jane.pk)
        assert (stored.email, stored.given_name) == (jane.email, "")

    def test_of_others_cannot_wait_to_be_taken(self, db):
        client = UserPoolClientFactory(
            pool__username_attributes=["email"], pool__verify_before_update_attributes=["email"]
        )
        jane, joe = UserFactory.create_batch(2, pool=client.pool)
        by_admin(joe, {"email": "taken@example.com", "email_verified": "true"})

        with pytest.raises(AliasExistsException, match="given email"):
            by_person(client, jane, {"email": "taken@example.com"})

    def test_are_shared_while_unverified_where_the_address_is_an_alias(self, db):
        client = UserPoolClientFactory(pool__alias_attributes=["email"])
        jane, joe = UserFactory.create_batch(2, pool=client.pool)
        by_admin(joe, {"email": "one@example.com", "email_verified": "true"})

        by_person(client, jane, {"email": "one@example.com"})

        assert user_names.find(client.pool, "one@example.com") == joe
        with pytest.raises(AliasExistsException, match="given email"):
            by_admin(jane, {"email_verified": "true"})

    def test_include_a_preferred_username_at_once(self, db):
        client = UserPoolClientFactory(pool__alias_attributes=["preferred_username"])
        jane, joe = UserFactory.create_batch(2, pool=client.pool)
        by_person(client, joe, {"preferred_username": "joe"})

        assert user_names.find(client.pool, "JOE") == joe
        with pytest.raises(AliasExistsException, match="given preferred_username"):
            by_person(client, jane, {"preferred_username": "Joe"})


class TestVerifiedBeforeChange:
    @pytest.fixture
    def client(self, db):
        return UserPoolClientFactory(pool__verify_before_update_attributes=["email"])

    def test_keeps_the_old_address_until_then(self, client, jane):
        (details,) = by_person(client, jane, {"email": "new@example.com", "given_name": "Jane"})

        assert details.destination == "n***@e***"
        stored = User.objects.get()
        assert (stored.email, stored.email_verified, stored.given_name) == ("jane@example.com", True, "Jane")
        assert OneTimeCode.objects.get().is_pending
        assert [message.to for message in mail.outbox] == [["new@example.com"]]

    def test_holds_back_administrators_who_do_not_vouch_for_it(self, jane):
        by_admin(jane, {"email": "new@example.com", "email_verified": "false"})

        stored = User.objects.get()
        assert (stored.email, stored.email_verified) == ("jane@example.com", True)

    def test_does_not_hold_back_those_who_do(self, client, jane):
        by_person(client, jane, {"email": "waiting@example.com"})

        by_admin(jane, {"email": "new@example.com", "email_verified": "true"})

        assert User.objects.get().email == "new@example.com"
        assert OneTimeCode.objects.count() == 0

    def test_is_given_up_by_keeping_the_old_address(self, client, jane):
        by_person(client, jane, {"email": "new@example.com"})

        by_person(client, jane, {"email": "jane@example.com"})

        assert OneTimeCode.objects.count() == 0

    def test_does_not_hold_back_deletion(self, client, jane):
        by_person(client, jane, {"email": "new@example.com"})

        by_person(client, jane, {"email": ""})

        stored = User.objects.get()
        assert (stored.email, stored.email_verified) == ("", None)
        assert OneTimeCode.objects.count() == 0


class TestDelete:
    def delete(self, user, names, **options):
        options = {"by_admin": True, "client": None, **options}
        return updates.delete(user, names, origin=None, now=NOW, **options)

    def test_deletes(self, client, jane):
        SchemaAttributeFactory(pool=client.pool)
        by_admin(jane, {"given_name": "Jane", "custom:team": "red"})

        self.delete(jane, ["given_name", "custom:team", "nickname"])

        stored = User.objects.get()
        assert (stored.given_name, stored.custom_attributes) == ("", {})

    def test_names_every_attribute_that_cannot_be(self, client, jane):
        SchemaAttributeFactory(pool=client.pool, name="email", required=True)

        with pytest.raises(InvalidParameterException) as refusal:
            self.delete(jane, ["custom:foo", "email", "sub", "bar"])

        assert refusal.value.message == (
            "Invalid user attributes: user.custom:foo: Attribute does not exist in the schema.\n"
            "user.email: Attribute is required and cannot be deleted.\n"
            "user.sub: Attribute is required and cannot be deleted.\n"
            "user.bar: Attribute does not exist in the schema.\n"
        )
        assert "custom:foo" in refusal.value.detail

    def test_refuses_immutable_ones(self, client, jane):
        SchemaAttributeFactory(pool=client.pool, mutable=False)
        User.objects.update(custom_attributes={"custom:team": "red"})

        with pytest.raises(InvalidParameterException, match="immutable"):
            self.delete(jane, ["custom:team"])

    def test_refuses_what_the_client_may_not_write(self, client, jane):
        client.write_attributes = ["email"]

        with pytest.raises(NotAuthorizedException):
            self.delete(jane, ["given_name"], by_admin=False, client=client)


@pytest.mark.postgresql
class TestConcurrency:
    def test_updates_of_different_attributes_all_survive(self, transactional_db):
        client = UserPoolClientFactory()
        names = [f"custom:a{number}" for number in range(6)]
        for name in names:
            SchemaAttributeFactory(pool=client.pool, name=name)
        jane = UserFactory(pool=client.pool)

        outcomes = race(*[functools.partial(by_admin, User.objects.get(pk=jane.pk), {name: name}) for name in names])

        assert outcomes == [[]] * 6
        assert set(User.objects.get().custom_attributes) == set(names)

    def test_one_of_two_gets_a_sign_in_name(self, transactional_db):
        pool = UserPoolFactory(username_attributes=["email"])
        users = UserFactory.create_batch(4, pool=pool)

        outcomes = race(*[functools.partial(by_admin, user, {"email": "one@example.com"}) for user in users])

        kinds = sorted(type(outcome).__name__ for outcome in outcomes)
        assert kinds == ["AliasExistsException"] * 3 + ["list"]
        assert User.objects.filter(email="one@example.com").count() == 1
