"""services.user_names: finding people and claiming aliases."""

import uuid

import pytest
from django.db import transaction

from cognito_auth.exceptions import InvalidParameterException
from cognito_auth.models import User, UserAlias, UserPool
from cognito_auth.services import user_names
from tests.concurrency import race
from tests.factories import UserFactory, UserPoolFactory


def sync(user, **options):
    with transaction.atomic():
        user_names.sync_aliases(user, **options)


@pytest.mark.django_db
class TestFind:
    def test_finds_by_username_whatever_the_case_in_one_query(self, django_assert_num_queries):
        user = UserFactory(username="Jane")

        with django_assert_num_queries(1):
            found = user_names.find(user.pool, "jANE")
            assert found.pool is user.pool

        assert found == user

    def test_finds_by_sub(self):
        user = UserFactory()

        assert user_names.find(user.pool, str(user.sub)) == user

    def test_means_the_sub_where_somebody_else_is_called_so(self, django_assert_num_queries):
        user = UserFactory()
        UserFactory(pool=user.pool, username=str(user.sub))

        with django_assert_num_queries(1):
            assert user_names.find(user.pool, str(user.sub)) == user

    def test_finds_by_a_username_that_looks_like_a_sub(self):
        user = UserFactory(username=str(uuid.uuid4()))

        assert user_names.find(user.pool, user.username) == user

    def test_finds_by_verified_alias_only(self):
        pool = UserPoolFactory(alias_attributes=["email"])
        verified, unverified = UserFactory(pool=pool, confirmed=True), UserFactory(pool=pool)
        sync(verified)
        sync(unverified)

        assert user_names.find(pool, verified.email.upper()) == verified
        assert user_names.find(pool, unverified.email) is None

    def test_finds_by_unverified_address_where_it_is_the_username(self, django_assert_num_queries):
        pool = UserPoolFactory(username_attributes=["email"])
        user = UserFactory(pool=pool)
        sync(user)

        with django_assert_num_queries(1):
            assert user_names.find(pool, user.email) == user

    def test_does_not_look_into_other_pools(self):
        user = UserFactory(username="jane")
        other = UserPoolFactory()

        assert user_names.find(other, "jane") is None
        assert user_names.find(other, str(user.sub)) is None


@pytest.mark.django_db
class TestFindWithPool:
    def test_finds_user_and_pool_in_one_query(self, django_assert_num_queries):
        user = UserFactory(username="Jane")
        user_names.note(user.pool)

        with django_assert_num_queries(1):
            found = user_names.find_with_pool(user.pool_id, "jANE")
            assert (found, found.pool) == (user, user.pool)

    def test_finds_by_an_alias(self):
        pool = UserPoolFactory(alias_attributes=["email"])
        user = UserFactory(pool=pool, confirmed=True)
        sync(user)
        user_names.note(pool)

        assert user_names.find_with_pool(pool.pk, user.email) == user

    def test_does_not_look_in_pools_that_were_not_seen(self, django_assert_num_queries):
        user = UserFactory()

        with django_assert_num_queries(0):
            assert user_names.find_with_pool(user.pool_id, user.username) is None

    def test_leaves_subs_and_unknown_names_to_more_queries(self):
        user = UserFactory()
        user_names.note(user.pool)

        assert user_names.find_with_pool(user.pool_id, str(user.sub)) is None
        assert user_names.find_with_pool(user.pool_id, "nobody") is None

    def test_notices_that_the_sign_in_names_of_the_pool_changed(self):
        pool = UserPoolFactory()
        by_username = UserFactory(pool=pool, username="jane@example.com")
        user_names.note(UserPool.objects.get(pk=pool.pk))
        pool.alias_attributes = ["email"]
        pool.save()
        by_alias = UserFactory(pool=pool, confirmed=True, email="jane@example.com")
        sync(by_alias)

        assert user_names.find_with_pool(pool.pk, "jane@example.com") is None
        assert user_names.find_with_pool(pool.pk, "jane@example.com") == by_alias != by_username


@pytest.mark.django_db
class TestCheckUsername:
    @pytest.mark.parametrize(
        ("settings", "username", "message"),
        [
            ({"alias_attributes": ["email"]}, "a@example.com", "Username cannot be of email format"),
            ({"alias_attributes": ["phone_number"]}, "+14155552671", "Username cannot be of phone number format"),
            ({"username_attributes": ["email"]}, "jane", "Username should be an email."),
            ({"username_attributes": ["phone_number"]}, "a@example.com", "Username should be a phone number."),
            (
                {"username_attributes": ["email", "phone_number"]},
                "jane",
                "Username should be either an email or a phone number.",
            ),
        ],
    )
    def test_refuses_the_wrong_shape(self, settings, username, message):
        with pytest.raises(InvalidParameterException, match=f"^{message}"):
            user_names.check_username(UserPoolFactory.build(**settings), username)

    def test_takes_an_address_as_a_name_where_it_is_no_alias(self):
        user_names.check_username(UserPoolFactory.build(), "a@example.com")
        user_names.check_username(UserPoolFactory.build(username_attributes=["email"]), "a@example.com")


@pytest.mark.django_db
class TestSyncAliases:
    def test_follows_the_attributes(self):
        pool = UserPoolFactory(alias_attributes=["email", "preferred_username"])
        user = UserFactory(pool=pool, confirmed=True, preferred_username="jay")
        sync(user)
        user.email, user.preferred_username = "new@example.com", ""
        user.save()

        sync(user)

        assert dict(UserAlias.objects.values_list("name", "value_key")) == {
            "email": "new@example.com",
            "username": user.username_key,
        }

    def test_refuses_a_name_that_another_has(self):
        pool = UserPoolFactory(alias_attributes=["email"])
        sync(UserFactory(pool=pool, confirmed=True, email="a@example.com"))

        with pytest.raises(user_names.AliasTaken) as taken:
            sync(UserFactory(pool=pool, confirmed=True, email="A@EXAMPLE.com"))

        assert taken.value.name == "email"

    def test_refuses_another_persons_username_as_preferred_username(self):
        pool = UserPoolFactory(alias_attributes=["preferred_username"])
        sync(UserFactory(pool=pool, username="jane"))

        with pytest.raises(user_names.AliasTaken):
            sync(UserFactory(pool=pool, preferred_username="Jane"))

    def test_refuses_another_persons_sub_as_preferred_username(self):
        pool = UserPoolFactory(alias_attributes=["preferred_username"])
        victim = UserFactory(pool=pool)

        with pytest.raises(user_names.AliasTaken):
            sync(UserFactory(pool=pool, preferred_username=str(victim.sub).upper()))

    def test_counts_a_name_once_that_is_two_of_a_persons(self):
        pool = UserPoolFactory(alias_attributes=["email", "preferred_username"])
        user = UserFactory(pool=pool, confirmed=True, email="a@example.com", preferred_username="A@example.com")

        sync(user)

        assert UserAlias.objects.filter(user=user).count() == 2
        assert user_names.find(pool, "a@example.com") == user

    def test_taking_over_leaves_the_former_owner_unverified(self):
        pool = UserPoolFactory(alias_attributes=["email"])
        former = UserFactory(pool=pool, confirmed=True, email="a@example.com")
        sync(former)
        user = UserFactory(pool=pool, confirmed=True, email="a@example.com")

        sync(user, take_over=True)

        assert user_names.find(pool, "a@example.com") == user
        former.refresh_from_db()
        assert former.email_verified is False

    def test_never_takes_over_the_name_somebody_signed_up_with(self):
        pool = UserPoolFactory(username_attributes=["email"])
        sync(UserFactory(pool=pool, email="a@example.com"))

        with pytest.raises(user_names.AliasTaken):
            sync(UserFactory(pool=pool, email="a@example.com"), take_over=True)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestSyncAliasesInParallel:
    def test_two_who_claim_one_address_at_once_do_not_both_get_it(self):
        pool = UserPoolFactory(alias_attributes=["email"])
        users = [UserFactory(pool=pool, confirmed=True, email="a@example.com") for _position in range(6)]

        results = race(*[lambda user=user: sync(User.objects.get(pk=user.pk)) for user in users])

        assert results.count(None) == 1
        assert UserAlias.objects.count() == 1
