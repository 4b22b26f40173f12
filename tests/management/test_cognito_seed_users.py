"""Filling a pool with made-up people."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from cognito_auth.choices import UserStatus
from cognito_auth.models import User, UserAlias
from cognito_auth.services import user_names, user_seeding
from tests.factories import UserFactory, UserPoolFactory, moment

pytestmark = pytest.mark.django_db


def seed(pool, count, **options):
    out = StringIO()
    call_command("cognito_seed_users", pool=pool.pk, count=count, stdout=out, **options)
    return out.getvalue()


class TestCommand:
    def test_makes_people_who_can_sign_in(self):
        pool = UserPoolFactory()

        seed(pool, 5, password="Passw0rd!")

        user = user_names.find(pool, "seeded-000000003")
        assert (user.status, user.is_active, user.email_verified) == (UserStatus.CONFIRMED, True, True)
        assert user.email == "seeded-000000003@example.com"
        assert user.check_password("Passw0rd!")
        assert User.objects.values("sub").distinct().count() == 5

    def test_makes_the_same_row_as_saving_one_would(self):
        pool = UserPoolFactory()
        seed(pool, 1)
        seeded = User.objects.get()
        keys = (seeded.username_key, seeded.email_key)

        seeded.save()

        again = User.objects.get()
        assert (again.username_key, again.email_key) == keys
        assert (again.custom_attributes, again.token_epoch, again.tokens_revoked_at, again.updated_at) == (
            {},
            0,
            None,
            None,
        )
        assert again.created_at.tzinfo is not None
        assert not again.has_usable_password()

    def test_reports_and_goes_on_where_it_was_stopped(self):
        pool = UserPoolFactory()
        UserFactory(pool=pool)

        assert "4 of 7" in seed(pool, 7, batch=4)
        assert "10 of 10" in seed(pool, 10, batch=4)
        assert "10 made-up people" in seed(pool, 3)
        assert User.objects.filter(pool=pool).count() == 11

    @pytest.mark.parametrize(
        ("settings", "kinds"),
        [
            ({}, []),
            ({"alias_attributes": ["email"]}, ["email"]),
            (
                {"alias_attributes": ["email", "phone_number", "preferred_username"]},
                ["email", "phone_number", "username"],
            ),
            ({"username_attributes": ["email", "phone_number"]}, ["email", "phone_number"]),
        ],
    )
    def test_makes_the_sign_in_names_that_the_pool_wants(self, settings, kinds):
        pool = UserPoolFactory(**settings)

        seed(pool, 3, batch=2)

        for user in User.objects.all():
            before = set(UserAlias.objects.filter(user=user).values_list("name", "value_key"))
            assert sorted(name for name, _key in before) == kinds
            user_names.sync_aliases(user)
            assert set(UserAlias.objects.filter(user=user).values_list("name", "value_key")) == before
            if kinds:
                assert user_names.find(pool, user.email) == user
                assert (user.username == str(user.sub)) == pool.has_username_attributes

    def test_refuses_unknown_pools_empty_batches_and_fewer_than_nobody(self):
        with pytest.raises(CommandError, match="no user pool"):
            call_command("cognito_seed_users", pool="eu-west-1_nothing00", count=1)
        with pytest.raises(CommandError, match="--batch"):
            seed(UserPoolFactory(), 1, batch=0)
        with pytest.raises(CommandError, match="--count"):
            seed(UserPoolFactory(), -1)

    def test_says_how_to_go_on_when_stopped(self, monkeypatch):
        def stop(*args, **options):
            yield 2
            raise KeyboardInterrupt

        monkeypatch.setattr(user_seeding, "seed", stop)

        with pytest.raises(CommandError, match="Stopped at 2. Run the command again") as refusal:
            seed(UserPoolFactory(), 5)
        assert refusal.value.returncode == 130


class TestCopyText:
    def test_escapes_what_would_end_a_value(self):
        user = UserFactory.build(
            pool=UserPoolFactory.build(), picture="a\tb\\c\nd\re", custom_attributes={"custom:a": "\n"}
        )

        assert user_seeding._copy_text(user, User._meta.get_field("picture")) == r"a\tb\\c\nd\re"
        assert user_seeding._copy_text(user, User._meta.get_field("custom_attributes")) == r'{"custom:a": "\\n"}'
        assert user_seeding._copy_text(user, User._meta.get_field("updated_at")) == r"\N"


@pytest.mark.postgresql
def test_is_whole_or_not_there():
    pool = UserPoolFactory(alias_attributes=["email"])
    UserAlias.objects.create(
        pool=pool, user=UserFactory(pool=pool), name="email", value_key="seeded-000000002@example.com"
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        list(user_seeding.seed(pool, 3, now=moment()))

    assert User.objects.count() == 1
