"""models.users: a user of a pool is a Django user."""

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import IntegrityError, transaction

from cognito_auth.choices import UserStatus
from cognito_auth.models import UserPool
from tests.factories import UserFactory, UserPoolFactory

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
