"""Whose account an identity at a provider is."""

import functools

import pytest

from cognito_auth.exceptions import (
    AliasExistsException,
    InvalidParameterException,
    LimitExceededException,
    ResourceNotFoundException,
    UserNotFoundException,
)
from cognito_auth.models import LinkedIdentity, SrpVerifier, User
from cognito_auth.services import linked_identities, user_names
from tests.concurrency import race
from tests.factories import UserFactory, UserPoolFactory, moment
from tests.identity_providers import make

NOW = moment()


@pytest.fixture
def pool(db):
    return UserPoolFactory()


@pytest.fixture
def provider(pool):
    return make(pool, mapping={"email": "mail"})


@pytest.fixture
def user(pool):
    return UserFactory(pool=pool, confirmed=True)


class TestLink:
    def test_is_found_by_the_subject(self, pool, provider, user):
        linked_identities.link(user, provider, "A1", now=NOW)

        found = linked_identities.find(pool, provider, {"sub": "A1"})

        assert found.user == user
        assert linked_identities.find(pool, provider, {"sub": "a1"}) is None
        assert linked_identities.find(pool, provider, {}) is None
        assert linked_identities.find(pool, provider, {"sub": ["A1"]}) is None

    def test_is_found_by_a_mapped_attribute_until_bound(self, pool, provider, user):
        linked_identities.link(user, provider, "me@acme.example", attribute_name="email", now=NOW)
        found = linked_identities.find(pool, provider, {"sub": "A1", "mail": "me@acme.example"})

        linked_identities.bind_to_subject(found, "A1")

        assert linked_identities.find(pool, provider, {"sub": "B2", "mail": "me@acme.example"}) is None
        assert linked_identities.find(pool, provider, {"sub": "A1"}).user == user
        linked_identities.bind_to_subject(found, "other")
        assert linked_identities.find(pool, provider, {"sub": "A1"}).user == user

    def test_prefers_the_subject(self, pool, provider, user):
        linked_identities.link(UserFactory(pool=pool), provider, "me@x.example", attribute_name="email", now=NOW)
        linked_identities.link(user, provider, "A1", now=NOW)

        assert linked_identities.find(pool, provider, {"sub": "A1", "mail": "me@x.example"}).user == user

    def test_does_not_bind_to_the_subject_of_another_account(self, pool, provider, user):
        linked_identities.link(UserFactory(pool=pool), provider, "A1", now=NOW)
        identity = linked_identities.link(user, provider, "me@x.example", attribute_name="email", now=NOW)

        with pytest.raises(AliasExistsException):
            linked_identities.bind_to_subject(identity, "A1")

    def test_changes_nothing_the_second_time(self, provider, user):
        first = linked_identities.link(user, provider, "A1", now=NOW)

        assert linked_identities.link(user, provider, "A1", now=NOW) == first
        assert LinkedIdentity.objects.count() == 1

    def test_refuses_the_identity_of_another(self, pool, provider, user):
        linked_identities.link(UserFactory(pool=pool), provider, "A1", now=NOW)
        linked_identities.link(UserFactory(pool=pool), provider, "B2", is_primary=True, now=NOW)

        with pytest.raises(AliasExistsException):
            linked_identities.link(user, provider, "A1", now=NOW)
        with pytest.raises(InvalidParameterException, match="^Merging is not currently supported"):
            linked_identities.link(user, provider, "B2", now=NOW)

    def test_stops_at_five(self, provider, user):
        for number in range(5):
            linked_identities.link(user, provider, f"A{number}", now=NOW)

        with pytest.raises(LimitExceededException):
            linked_identities.link(user, provider, "B", now=NOW)

    @pytest.mark.parametrize(
        ("attribute", "value"),
        [("Cognito_Subject", ""), ("Cognito_Subject", "x" * 513), ("username", "x"), ("name", "x")],
    )
    def test_refuses_what_cannot_be_found_again(self, provider, user, attribute, value):
        with pytest.raises(InvalidParameterException):
            linked_identities.link(user, provider, value, attribute_name=attribute, now=NOW)

    def test_knows_people_of_social_providers_by_subject_only(self, pool, user):
        google = make(pool, "Google", "Google", mapping={"email": "email"})

        with pytest.raises(InvalidParameterException, match="Cognito_Subject for social"):
            linked_identities.link(user, google, "me@x.example", attribute_name="email", now=NOW)

    def test_notes_the_issuer_of_saml(self, pool, user):
        assert (
            linked_identities.link(user, make(pool, "Corp", "SAML"), "me", now=NOW).issuer == "https://idp.example.com"
        )

    def test_refuses_a_user_who_is_gone(self, provider, user):
        User.objects.all().delete()

        with pytest.raises(UserNotFoundException):
            linked_identities.link(user, provider, "A1", now=NOW)

    def test_stays_in_its_pool(self, provider):
        with pytest.raises(ValueError, match="pools"):
            linked_identities.link(UserFactory(), provider, "A1", now=NOW)

    @pytest.mark.postgresql
    def test_keeps_the_limit_against_many_at_once(self, transactional_db):
        pool = UserPoolFactory()
        provider, user = make(pool), UserFactory(pool=pool)
        calls = [functools.partial(linked_identities.link, user, provider, f"A{n}", now=NOW) for n in range(8)]

        results = race(*calls)

        assert LinkedIdentity.objects.filter(user=user).count() == 5
        assert sum(isinstance(result, LimitExceededException) for result in results) == 3

    @pytest.mark.postgresql
    def test_gives_an_identity_to_one_of_two_at_once(self, transactional_db):
        pool = UserPoolFactory()
        provider = make(pool)
        users = [UserFactory(pool=pool), UserFactory(pool=pool)]
        calls = [functools.partial(linked_identities.link, user, provider, "A1", now=NOW) for user in users]

        results = race(*calls)

        assert sorted(type(result).__name__ for result in results) == ["AliasExistsException", "LinkedIdentity"]


class TestUnlink:
    def test_forgets_a_linked_identity(self, pool, provider, user):
        linked_identities.unlink(linked_identities.link(user, provider, "A1", now=NOW))

        assert linked_identities.find(pool, provider, {"sub": "A1"}) is None

    def test_switches_a_primary_one_off(self, pool, provider, user):
        linked_identities.unlink(linked_identities.link(user, provider, "A1", is_primary=True, now=NOW))

        assert linked_identities.find(pool, provider, {"sub": "A1"}).is_enabled is False


class TestOf:
    def test_needs_no_query_where_the_user_was_found_without(self, pool, user, django_assert_num_queries):
        found = user_names.find(pool, user.username)

        with django_assert_num_queries(0):
            assert linked_identities.of(found) == []

    def test_needs_one_for_many(self, pool, provider, django_assert_num_queries):
        users = [UserFactory(pool=pool) for _ in range(3)]
        identity = linked_identities.link(users[0], provider, "A1", now=NOW)

        with django_assert_num_queries(1):
            linked_identities.attach(users)
            assert [linked_identities.of(user) for user in users] == [[identity], [], []]

    def test_of_nobody_needs_none(self, db, django_assert_num_queries):
        with django_assert_num_queries(0):
            linked_identities.attach([])


class TestDisableNative:
    @pytest.mark.parametrize("strict", [False, True])
    def test_takes_the_password(self, strict):
        user = UserFactory(pool=UserPoolFactory(strict=strict), confirmed=True)

        linked_identities.disable_native(user, now=NOW)

        stored = User.objects.get()
        assert not stored.has_usable_password()
        assert stored.status == "EXTERNAL_PROVIDER"
        assert stored.token_epoch == (0 if strict else 1)
        assert not SrpVerifier.objects.exists()

    test_takes_the_password = pytest.mark.django_db(test_takes_the_password)

    def test_refuses_a_user_who_is_gone(self, user):
        User.objects.all().delete()

        with pytest.raises(UserNotFoundException):
            linked_identities.disable_native(user, now=NOW)


class TestUnlinkOwn:
    def test_forgets_the_identity(self, pool, provider, user):
        identity = linked_identities.link(user, provider, "A1", now=NOW)

        linked_identities.unlink_own(user, identity.pk)

        assert linked_identities.of(user) == []

    def test_keeps_what_made_the_account(self, pool, provider, user):
        identity = linked_identities.link(user, provider, "A1", is_primary=True, now=NOW)

        with pytest.raises(InvalidParameterException):
            linked_identities.unlink_own(user, identity.pk)

        identity.refresh_from_db()
        assert identity.is_enabled

    def test_keeps_the_last_of_an_account_that_signs_in_elsewhere(self, pool, provider, user):
        first, second = (linked_identities.link(user, provider, value, now=NOW) for value in ("A1", "A2"))
        linked_identities.disable_native(user, now=NOW)
        linked_identities.unlink_own(user, first.pk)

        with pytest.raises(InvalidParameterException):
            linked_identities.unlink_own(user, second.pk)

        assert LinkedIdentity.objects.get() == second

    def test_does_not_count_one_that_is_switched_off(self, pool, provider, user):
        linked_identities.unlink(linked_identities.link(user, provider, "A1", is_primary=True, now=NOW))
        second = linked_identities.link(user, provider, "A2", now=NOW)
        linked_identities.disable_native(user, now=NOW)

        with pytest.raises(InvalidParameterException):
            linked_identities.unlink_own(user, second.pk)

    def test_finds_only_the_persons_own(self, pool, provider, user):
        identity = linked_identities.link(UserFactory(pool=pool, confirmed=True), provider, "A1", now=NOW)

        with pytest.raises(ResourceNotFoundException):
            linked_identities.unlink_own(user, identity.pk)

    def test_of_a_user_who_is_gone(self, pool, provider, user):
        identity = linked_identities.link(user, provider, "A1", now=NOW)
        User.objects.all().delete()

        with pytest.raises(UserNotFoundException):
            linked_identities.unlink_own(user, identity.pk)
