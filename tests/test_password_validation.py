"""The pool's password policy in Django's own pages."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError

from cognito_auth.models import UserPool
from tests.factories import UserFactory, UserPoolFactory

pytestmark = pytest.mark.django_db


class TestPoolPasswordPolicyValidator:
    def test_names_every_rule_that_is_broken(self):
        user = UserFactory(pool=UserPoolFactory(password_minimum_length=10))

        with pytest.raises(ValidationError) as refusal:
            validate_password("short", user)

        assert refusal.value.messages == [
            "It needs at least 10 characters.",
            "Add an uppercase letter (A–Z).",
            "Add a digit (0–9).",
            "Add a symbol, such as ! or #.",
        ]

    def test_accepts_what_the_pool_accepts(self):
        lenient = UserPoolFactory(
            password_minimum_length=6,
            password_require_uppercase=False,
            password_require_numbers=False,
            password_require_symbols=False,
        )

        validate_password("simple", UserFactory(pool=lenient))

    @pytest.mark.parametrize("user", [None, get_user_model()(username="root", email="root@example.com")])
    def test_asks_the_default_pool_about_people_who_have_none_yet(self, user):
        pool = UserPool.objects.get_default()
        pool.password_minimum_length = 30
        pool.save()

        with pytest.raises(ValidationError, match="at least 30 characters"):
            validate_password("Passw0rd!", user)

    def test_tells_the_rules_beforehand(self):
        (text,) = password_validators_help_texts()

        assert text.startswith("It needs at least 8 characters. Add an uppercase letter")


class TestPasswordChangePage:
    def test_follows_the_policy_and_ends_the_sessions_of_the_api(self, client):
        staff = get_user_model().objects.create_superuser("root", "root@example.com", "Passw0rd!")
        client.force_login(staff)

        def change(password):
            given = {"old_password": "Passw0rd!", "new_password1": password, "new_password2": password}
            return client.post("/admin/password_change/", given)

        assert "Add a symbol" in change("weakweak1A").content.decode()
        assert change("N3w-Passw0rd!").status_code == 302
        staff.refresh_from_db()
        assert staff.check_password("N3w-Passw0rd!")
        assert staff.token_epoch == 1
