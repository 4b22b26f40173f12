"""models.users: a user of a pool is a Django user."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import IntegrityError, transaction

from cognito_auth.choices import UserStatus
from cognito_auth.models import UserPool
from cognito_auth.services.tokens import revoke
from tests.factories import UserFactory, UserPoolFactory, moment

pytestmark = pytest.mark.django_db


class TestUserManager:
    def test_createsuperuser_makes_the_default_pool(self, monkeypatch):
        monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "Passw0rd!")

        call_command("createsuperuser", interactive=False, username="root", email="root@example.com", verbosity=0)

        root = get_user_model().objects.get(username="root")
        assert root.pool == UserPool.objects.get(is_default=True)
        assert root.status == UserStatus.CONFIRMED
        assert root.is_superuser
        assert root.check_password("Passw0rd!")

    def test_finds_staff_by_natural_key_whatever_the_case(self):
        user = get_user_model().objects.create_user("Jane", password="Passw0rd!")

        assert get_user_model().objects.get_by_natural_key("jANE") == user


class TestUniqueness:
    def test_the_database_refuses_a_username_twice_in_a_pool(self):
        user = UserFactory(username="jane")

        with pytest.raises(IntegrityError), transaction.atomic():
            UserFactory(pool=user.pool, username="JANE")

    def test_another_pool_may_have_the_same_username(self):
        UserFactory(username="jane")

        assert UserFactory(username="jane").pk

    def test_a_case_sensitive_pool_keeps_spellings_apart(self):
        pool = UserPoolFactory(case_sensitive=True)
        UserFactory(pool=pool, username="jane")

        assert UserFactory(pool=pool, username="Jane").pk


class TestSave:
    @pytest.mark.parametrize(("strict", "epoch"), [(False, 1), (True, 0)])
    def test_of_a_new_password_ends_sessions_unless_the_pool_is_strict(self, strict, epoch):
        user = UserFactory(pool=UserPoolFactory(strict=strict), confirmed=True, password_set_at=None)

        user.set_password("N3w-Passw0rd!")
        user.save()

        stored = get_user_model().objects.get()
        assert (stored.token_epoch, user.token_epoch) == (epoch, epoch)
        assert stored.password_set_at is not None
        assert stored.check_password("N3w-Passw0rd!")

    def test_of_a_hash_brought_up_to_date_ends_nothing(self):
        user = UserFactory(confirmed=True, password=make_password("Passw0rd!", hasher="argon2"))

        assert user.check_password("Passw0rd!")

        stored = get_user_model().objects.get()
        assert stored.password.startswith("md5$")
        assert stored.token_epoch == 0

    def test_does_not_undo_a_sign_out_that_happened_meanwhile(self):
        user = UserFactory(confirmed=True)
        copy = get_user_model().objects.get()
        revoke.sign_out_everywhere(user, now=moment())

        copy.name = "Jane"
        copy.save()

        stored = get_user_model().objects.get()
        assert (stored.name, stored.token_epoch, stored.tokens_revoked_at) == ("Jane", 1, moment())

    def test_keeps_the_keys_in_step_also_with_update_fields(self):
        user = UserFactory(username="jane")

        user.email = "New@Example.com"
        user.save(update_fields=["email"])

        user.refresh_from_db()
        assert user.email_key == "new@example.com"


class TestNames:
    def test_greets_with_the_best_name_there_is(self):
        assert UserFactory.build(name="Jane Doe").get_full_name() == "Jane Doe"
        assert UserFactory.build(given_name="Jane").get_short_name() == "Jane"
        assert UserFactory.build(username="jd").get_full_name() == "jd"
