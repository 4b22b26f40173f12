"""Ending sessions."""

import pytest

from cognito_auth import reasons
from cognito_auth.exceptions import (
    NotAuthorizedException,
    UnauthorizedException,
    UnsupportedOperationException,
    UnsupportedTokenTypeException,
)
from cognito_auth.services.tokens import access, revoke
from tests.factories import UserPoolClientFactory


def is_alive(issued, now):
    try:
        return bool(access.authenticate(issued.access_token, now=now))
    except NotAuthorizedException as error:
        if error.reason is not reasons.ACCESS_TOKEN_REVOKED:
            raise
        return False


class TestRevoke:
    def test_ends_the_session_of_the_token_and_no_other(self, sign_in, client, now):
        one, other = sign_in(), sign_in()

        revoke.revoke(client, one.refresh_token, now=now)

        assert not is_alive(one, now)
        assert is_alive(other, now)

    def test_succeeds_again(self, sign_in, client, now):
        token = sign_in().refresh_token

        for _time in range(2):
            assert revoke.revoke(client, token, now=now) is None

    @pytest.mark.parametrize("token", ["unknown", "a.b.c.d.e", "\x00"])
    def test_succeeds_for_an_unknown_token(self, client, now, token):
        assert revoke.revoke(client, token, now=now) is None

    def test_refuses_access_and_id_tokens(self, sign_in, client, now):
        issued = sign_in()

        for token in (issued.access_token, issued.id_token):
            with pytest.raises(UnsupportedTokenTypeException):
                revoke.revoke(client, token, now=now)
        assert is_alive(issued, now)

    def test_refuses_where_revocation_is_off(self, sign_in, client, now):
        token = sign_in().refresh_token
        client.enable_token_revocation = False

        with pytest.raises(UnsupportedOperationException):
            revoke.revoke(client, token, now=now)

    def test_refuses_the_token_of_another_client(self, sign_in, client, now):
        issued = sign_in()
        other = UserPoolClientFactory(pool=client.pool)

        with pytest.raises(UnauthorizedException):
            revoke.revoke(other, issued.refresh_token, now=now)
        assert is_alive(issued, now)


class TestSignOutEverywhere:
    def test_ends_every_session_and_none_that_comes_later(self, sign_in, user, now):
        before = [sign_in(), sign_in()]

        revoke.sign_out_everywhere(user, now=now)

        assert not any(is_alive(issued, now) for issued in before)
        assert is_alive(sign_in(), now)

    def test_ends_sessions_without_family_to_the_second(self, sign_in, user, client, now):
        client.enable_token_revocation = False
        before = sign_in()

        revoke.sign_out_everywhere(user, now=now)

        assert not is_alive(before, now)
        assert is_alive(sign_in(), now)

    def test_takes_one_statement_and_knows_the_new_epoch(self, user, now, django_assert_num_queries):
        with django_assert_num_queries(2):
            revoke.sign_out_everywhere(user, now=now)

        assert user.token_epoch == 1
        assert user.tokens_revoked_at == now
