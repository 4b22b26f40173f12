"""Local accounts of people with tokens of trusted pools."""

import pytest
from django.utils import timezone

from cognito_auth.models import ForeignIdentity, User
from cognito_auth.services import foreign_users
from cognito_auth.services.tokens import errors
from cognito_auth.services.tokens.trusted import TrustedIssuer
from cognito_auth.services.tokens.verified_token import VerifiedToken
from tests import tokens
from tests.concurrency import race
from tests.factories import UserFactory, UserPoolFactory

pytestmark = pytest.mark.django_db


def token_of(sub="someone", issuer=tokens.ISSUER, pool_id=tokens.POOL_ID, **changes):
    claims = tokens.claims(timezone.now().timestamp(), sub=sub, iss=issuer, **changes)
    return VerifiedToken(claims, TrustedIssuer(issuer, pool_id, False, None), tokens.CLIENT_ID, 0, 2**40)


class TestGetOrCreate:
    def test_makes_an_account_without_password_or_rights(self):
        user = foreign_users.get_or_create(token_of())

        assert User.objects.get() == user
        assert user.username == f"{tokens.POOL_ID}_someone"
        assert user.status == "EXTERNAL_PROVIDER"
        assert user.pool.is_default
        assert not user.has_usable_password()
        assert not user.is_staff
        assert not user.is_superuser

    def test_grants_nothing_that_the_token_claims(self):
        claims = {"is_staff": True, "is_superuser": True, "cognito:groups": ["admin", "staff"]}

        user = foreign_users.get_or_create(token_of(**claims))

        assert not user.is_staff
        assert not user.is_superuser
        assert not user.memberships.exists()

    def test_finds_the_account_again_with_one_query(self, django_assert_num_queries):
        user = foreign_users.get_or_create(token_of())

        with django_assert_num_queries(1):
            assert foreign_users.get_or_create(token_of(username="renamed")) == user

    def test_tells_issuers_and_subjects_apart(self):
        found = {
            foreign_users.get_or_create(token_of(sub, issuer)).pk
            for sub in ("someone", "Someone")
            for issuer in (tokens.ISSUER, "https://other.example")
        }

        assert len(found) == 4

    def test_takes_nobody_elses_account(self):
        pool = UserPoolFactory(is_default=True)
        victims = [
            UserFactory(pool=pool, username="jane", email="jane@example.com", confirmed=True),
            UserFactory(pool=pool, username=f"{tokens.POOL_ID}_someone", confirmed=True),
        ]

        user = foreign_users.get_or_create(token_of(username="jane", email="jane@example.com", email_verified=True))

        assert user not in victims
        assert user.email == ""

    def test_works_where_usernames_are_aliases(self):
        pool = UserPoolFactory(is_default=True, alias_attributes=["preferred_username"])

        assert foreign_users.get_or_create(token_of()).pool == pool

    def test_shortens_long_names(self):
        long, longer = token_of("s" * 200), token_of("s" * 201)

        assert foreign_users.get_or_create(long) != foreign_users.get_or_create(longer)

    @pytest.mark.parametrize(("sub", "issuer"), [("s" * 256, tokens.ISSUER), ("someone", "https://" + "i" * 256)])
    def test_refuses_what_is_too_long(self, sub, issuer):
        with pytest.raises(errors.InvalidClaim):
            foreign_users.get_or_create(token_of(sub, issuer))

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_makes_one_account_for_many_first_requests_at_once(self):
        UserPoolFactory(is_default=True)

        outcomes = race(*(lambda: foreign_users.get_or_create(token_of()).pk for _time in range(6)))

        assert len(set(outcomes)) == 1
        assert User.objects.count() == ForeignIdentity.objects.count() == 1
