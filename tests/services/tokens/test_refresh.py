"""New tokens for a refresh token."""

import datetime
import functools

import jwt
import pytest

from cognito_auth.exceptions import (
    InvalidParameterException,
    NotAuthorizedException,
    RefreshTokenReuseException,
)
from cognito_auth.models import RefreshToken, TokenFamily
from cognito_auth.services import users
from cognito_auth.services.tokens import access, issue, refresh, revoke
from cognito_auth.services.tokens.issue import Authorization
from tests.concurrency import race
from tests.factories import GroupMembershipFactory, UserFactory, UserPoolClientFactory

SECOND, HOUR, DAY = datetime.timedelta(seconds=1), datetime.timedelta(hours=1), datetime.timedelta(days=1)


def claims_of(token):
    return jwt.decode(token, options={"verify_signature": False})


@pytest.fixture
def exchange(client, now):
    return lambda token, at=now, allowed=True: refresh.refresh(client, token, now=at, rotation_allowed=allowed)


@pytest.fixture
def rotating(client):
    client.refresh_token_rotation = True
    client.save()
    return client


class TestRefresh:
    def test_keeps_the_session_and_makes_new_tokens(self, sign_in, exchange, now):
        first = sign_in(authorization=Authorization("openid shop/read"))

        second = exchange(first.refresh_token, at=now + HOUR)

        assert second.refresh_token is None
        assert second.expires_in == 3600
        for kind in ("id_token", "access_token"):
            old, new = claims_of(getattr(first, kind)), claims_of(getattr(second, kind))
            for kept in ("sub", "origin_jti", "auth_time", "token_use", "iss"):
                assert new[kept] == old[kept]
            for fresh in ("jti", "event_id", "iat", "exp"):
                assert new[fresh] != old[fresh]
            assert new.get("scope") == old.get("scope")

    def test_can_be_repeated_without_rotation(self, sign_in, exchange):
        token = sign_in().refresh_token

        assert exchange(token)
        assert exchange(token)

    def test_reads_groups_and_attributes_afresh(self, sign_in, exchange, user):
        token = sign_in().refresh_token
        user.email = "new@example.com"
        user.save()

        assert claims_of(exchange(token).id_token)["email"] == "new@example.com"

    @pytest.mark.parametrize(("is_in_group", "queries"), [(False, 1), (True, 2)])
    def test_takes_one_query_and_one_for_groups(
        self, sign_in, exchange, user, django_assert_num_queries, is_in_group, queries
    ):
        token = sign_in().refresh_token
        if is_in_group:
            GroupMembershipFactory(user=user)
        exchange(token)

        with django_assert_num_queries(queries):
            exchange(token)

    @pytest.mark.parametrize("token", ["", "unknown", "a.b.c", "\x00", "\ud800", "x" * 100_000])
    def test_refuses_what_is_no_token(self, exchange, token):
        with pytest.raises(NotAuthorizedException, match=r"^Invalid Refresh Token$"):
            exchange(token)

    def test_refuses_an_access_token(self, sign_in, exchange):
        with pytest.raises(NotAuthorizedException, match=r"^Invalid Refresh Token$"):
            exchange(sign_in().access_token)

    def test_refuses_the_token_of_another_client(self, sign_in, client, now):
        other = UserPoolClientFactory(pool=client.pool)

        with pytest.raises(NotAuthorizedException, match=r"^Invalid Refresh Token$"):
            refresh.refresh(other, sign_in().refresh_token, now=now, rotation_allowed=True)

    def test_refuses_after_the_end(self, sign_in, exchange, now):
        token = sign_in().refresh_token

        assert exchange(token, at=now + 30 * DAY - SECOND)
        with pytest.raises(NotAuthorizedException, match=r"^Refresh Token has expired$"):
            exchange(token, at=now + 30 * DAY)

    def test_refuses_a_revoked_token(self, sign_in, exchange, client, now):
        token = sign_in().refresh_token
        revoke.revoke(client, token, now=now)

        with pytest.raises(NotAuthorizedException, match=r"^Refresh Token has been revoked$"):
            exchange(token)

    def test_refuses_after_a_sign_out(self, sign_in, exchange, user, now):
        token = sign_in().refresh_token
        revoke.sign_out_everywhere(user, now=now)

        with pytest.raises(NotAuthorizedException, match=r"^Refresh Token has been revoked$"):
            exchange(token)

    def test_refuses_a_disabled_user(self, sign_in, exchange, user):
        token = sign_in().refresh_token
        user.is_active = False
        user.save()

        with pytest.raises(NotAuthorizedException, match=r"^User is disabled\.$"):
            exchange(token)

    def test_refuses_a_deleted_user(self, sign_in, exchange, user):
        token = sign_in().refresh_token
        user.delete()

        with pytest.raises(NotAuthorizedException, match=r"^Invalid Refresh Token$"):
            exchange(token)

    def test_stores_no_token(self, sign_in):
        token = sign_in().refresh_token

        row = RefreshToken.objects.get()
        assert token not in (row.token_hash, str(row))


class TestRotation:
    def test_gives_a_new_refresh_token_that_ends_with_the_first(self, sign_in, exchange, rotating, now):
        first = sign_in().refresh_token

        second = exchange(first, at=now + 29 * DAY).refresh_token

        assert second
        assert second != first
        assert exchange(second, at=now + 30 * DAY - SECOND)
        with pytest.raises(NotAuthorizedException, match="expired"):
            exchange(second, at=now + 30 * DAY)

    def test_needs_a_way_in_that_can_give_a_refresh_token_back(self, sign_in, exchange, rotating):
        with pytest.raises(InvalidParameterException, match=r"^Auth flow not enabled for this client$"):
            exchange(sign_in().refresh_token, allowed=False)

    def test_refuses_the_old_token_and_ends_the_session(self, sign_in, exchange, rotating, now):
        first = sign_in().refresh_token
        second = exchange(first)

        for _time in range(2):
            with pytest.raises(RefreshTokenReuseException):
                exchange(first)

        with pytest.raises(NotAuthorizedException, match=r"^Refresh Token has been revoked$"):
            exchange(second.refresh_token)
        with pytest.raises(NotAuthorizedException, match="revoked"):
            access.authenticate(second.access_token, now=now)

    def test_takes_the_old_token_again_within_the_grace_period(self, sign_in, exchange, rotating, now):
        rotating.refresh_token_grace_seconds = 60
        first = sign_in().refresh_token
        second = exchange(first).refresh_token

        third = exchange(first, at=now + 59 * SECOND).refresh_token

        assert len({first, second, third}) == 3
        assert exchange(second, at=now + HOUR)
        with pytest.raises(RefreshTokenReuseException):
            exchange(first, at=now + 60 * SECOND)

    def test_still_counts_once_rotation_is_switched_off(self, sign_in, exchange, rotating):
        first = sign_in().refresh_token
        second = exchange(first).refresh_token
        rotating.refresh_token_rotation = False

        assert exchange(second)
        with pytest.raises(RefreshTokenReuseException):
            exchange(first)

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_succeeds_once_when_done_at_the_same_time(self, now):
        client = UserPoolClientFactory(refresh_token_rotation=True)
        user = UserFactory(pool=client.pool, confirmed=True)
        token = issue.issue(user, client, authenticated_at=now, token_epoch=0, now=now).refresh_token

        outcomes = race(*(lambda: refresh.refresh(client, token, now=now, rotation_allowed=True) for _time in range(4)))

        winners = [outcome for outcome in outcomes if isinstance(outcome, issue.IssuedTokens)]
        assert len(winners) == 1
        assert sum(isinstance(outcome, RefreshTokenReuseException) for outcome in outcomes) == 3
        # Somebody has a copy of the token: the session is over for both.
        assert TokenFamily.objects.get().revoked_at == now

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_succeeds_once_also_where_the_later_request_is_the_first_to_exchange(self, now):
        client = UserPoolClientFactory(refresh_token_rotation=True)
        user = UserFactory(pool=client.pool, confirmed=True)
        token = issue.issue(user, client, authenticated_at=now, token_epoch=0, now=now).refresh_token
        moments = [now + datetime.timedelta(milliseconds=step) for step in range(8)]

        outcomes = race(
            *[lambda at=at: refresh.refresh(client, token, now=at, rotation_allowed=True) for at in moments]
        )

        assert sum(isinstance(outcome, issue.IssuedTokens) for outcome in outcomes) == 1
        assert RefreshToken.objects.count() == 2

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_and_a_simultaneous_deletion_of_the_user_end_consistently(self, now):
        client = UserPoolClientFactory(refresh_token_rotation=True, refresh_token_grace_seconds=60)
        for _turn in range(6):
            user = UserFactory(pool=client.pool, confirmed=True)
            token = issue.issue(user, client, authenticated_at=now, token_epoch=0, now=now).refresh_token
            exchange = functools.partial(refresh.refresh, client, token, now=now, rotation_allowed=True)
            copy = type(user).objects.select_related("pool").get(pk=user.pk)

            outcomes = race(functools.partial(users.delete, copy), *[exchange] * 4)

            assert outcomes[0] is None
            assert not RefreshToken.objects.exists()
            allowed = (issue.IssuedTokens, NotAuthorizedException, RefreshTokenReuseException)
            assert all(isinstance(outcome, allowed) for outcome in outcomes[1:])


class TestNamesOfOwner:
    def test_are_the_names_of_the_user(self, sign_in, client, user):
        names = refresh.names_of_owner(client, sign_in().refresh_token)

        assert names == [user.username, str(user.sub), user.email]

    def test_are_none_for_another_client(self, sign_in, client):
        other = UserPoolClientFactory(pool=client.pool)

        assert refresh.names_of_owner(other, sign_in().refresh_token) == []
        assert refresh.names_of_owner(client, "unknown") == []
