"""services.passwords: the policy, storing, checking."""

import datetime

import pytest
from django.utils import translation

from cognito_auth.exceptions import InvalidPasswordException
from cognito_auth.services import passwords
from tests.factories import UserFactory, UserPoolFactory, moment


class TestCheckPolicy:
    @pytest.mark.parametrize(
        ("password", "rule"),
        [
            ("Sh0rt!", "Password not long enough"),
            ("lower0nly!", "Password must have uppercase characters"),
            ("UPPER0NLY!", "Password must have lowercase characters"),
            ("NoDigits!", "Password must have numeric characters"),
            ("NoSymb0ls", "Password must have symbol characters"),
            (" NoSymb0ls ", "Password must have symbol characters"),
            # Letters of other alphabets do not count.
            ("ÜXXXXXX0!é", "Password must have lowercase characters"),
        ],
    )
    def test_names_the_first_broken_rule(self, password, rule):
        with pytest.raises(InvalidPasswordException) as refusal:
            passwords.check_policy(UserPoolFactory.build(), password)

        assert str(refusal.value) == f"Password did not conform with policy: {rule}"

    def test_tells_people_everything_that_is_missing(self):
        with pytest.raises(InvalidPasswordException) as refusal:
            passwords.check_policy(UserPoolFactory.build(), "abc")

        detail = refusal.value.detail
        assert "at least 8 characters" in detail
        assert "uppercase" in detail
        assert "digit" in detail
        assert "symbol" in detail

    def test_words_temporary_passwords_as_the_api_does(self):
        with pytest.raises(InvalidPasswordException, match="did not conform with password policy: "):
            passwords.check_policy(UserPoolFactory.build(), "abc", temporary=True)

    def test_takes_what_the_pool_allows(self):
        pool = UserPoolFactory.build(
            password_minimum_length=6,
            password_require_uppercase=False,
            password_require_symbols=False,
            password_require_numbers=False,
        )

        passwords.check_policy(pool, "simple")
        passwords.check_policy(UserPoolFactory.build(), "Correct horse 4 battery")

    def test_counts_a_space_inside_as_a_symbol(self):
        passwords.check_policy(UserPoolFactory.build(), "Pass w0rd")

    def test_advice_is_translated_when_it_is_read(self):
        with pytest.raises(InvalidPasswordException) as refusal:
            passwords.check_policy(UserPoolFactory.build(), "abc")

        with translation.override("en"):
            assert refusal.value.detail.startswith("Choose a stronger password.")


class TestGenerateTemporary:
    def test_meets_the_policy_of_the_pool(self):
        pool = UserPoolFactory.build(password_minimum_length=40)

        generated = {passwords.generate_temporary(pool) for _attempt in range(50)}

        assert len(generated) == 50
        for password in generated:
            passwords.check_policy(pool, password)


class TestIsTemporaryExpired:
    def test_ends_after_the_days_of_the_pool(self):
        user = UserFactory.build(password_set_at=moment(), pool__temporary_password_validity_days=3)
        day = datetime.timedelta(days=1)

        assert not passwords.is_temporary_expired(user, now=moment() + 3 * day - datetime.timedelta(seconds=1))
        assert passwords.is_temporary_expired(user, now=moment() + 3 * day)

    def test_zero_days_mean_the_default(self):
        user = UserFactory.build(password_set_at=moment(), pool__temporary_password_validity_days=0)

        assert not passwords.is_temporary_expired(user, now=moment() + datetime.timedelta(days=6))


@pytest.mark.django_db
class TestVerify:
    def test_replaces_a_hash_of_another_cost(self):
        from django.contrib.auth.hashers import make_password

        user = UserFactory(password=make_password("Passw0rd!", hasher="argon2"))

        assert passwords.verify(user, "Passw0rd!")

        user.refresh_from_db()
        assert user.password.startswith("md5$")

    def test_nobody_has_no_password(self):
        assert not passwords.verify(None, "Passw0rd!")
        assert not passwords.verify(UserFactory(password=""), "")
