"""Whom an access token stands for."""

import datetime
import uuid

import jwt
import pytest

from cognito_auth.exceptions import (
    NotAuthorizedException,
    PasswordResetRequiredException,
    UserNotConfirmedException,
    UserNotFoundException,
)
from cognito_auth.models import User
from cognito_auth.services.tokens import access, issue, keys, signing
from cognito_auth.services.tokens.issue import Authorization
from tests import tokens
from tests.factories import UserFactory, UserPoolClientFactory


@pytest.fixture
def token(sign_in):
    return sign_in().access_token


def refusal(token, now):
    with pytest.raises(NotAuthorizedException) as error:
        access.authenticate(token, now=now)
    return error.value.message


class TestAuthenticate:
    def test_returns_user_client_and_session(self, token, user, client, now):
        bearer = access.authenticate(token, now=now)

        assert bearer.user == user
        assert bearer.client_id == client.pk
        assert bearer.client == client
        assert bearer.claims["username"] == user.username
        assert bearer.family_id == uuid.UUID(bearer.claims["origin_jti"])
        assert bearer.read_attributes is None

    @pytest.mark.parametrize("revocable", [True, False])
    def test_takes_one_query_with_pool_and_readable_attributes(
        self, sign_in, client, now, revocable, django_assert_num_queries
    ):
        client.enable_token_revocation, client.read_attributes = revocable, ["email"]
        client.save()
        token = sign_in().access_token
        access.authenticate(token, now=now)

        with django_assert_num_queries(1):
            bearer = access.authenticate(token, now=now)
            assert bearer.user.pool == client.pool
            assert bearer.read_attributes == ["email"]

    @pytest.mark.parametrize("token", ["", "x", "a.b.c", "é", "\x00", "x" * 100_000])
    def test_refuses_what_is_no_token(self, token, now):
        assert refusal(token, now) == "Invalid Access Token"

    def test_refuses_id_and_refresh_tokens(self, sign_in, now):
        issued = sign_in()

        assert refusal(issued.id_token, now) == "Invalid Access Token"
        assert refusal(issued.refresh_token, now) == "Invalid Access Token"

    def test_refuses_tokens_of_trusted_pools(self, now, trusted_pool, db):
        assert refusal(tokens.sign(tokens.claims(now.timestamp())), now) == "Invalid Access Token"

    def test_refuses_another_signature(self, token, now):
        changed = token[:-6] + ("A" if token[-6] != "A" else "B") + token[-5:]

        assert refusal(changed, now) == "Could not verify signature for Access Token"

    def test_refuses_a_token_that_has_ended(self, token, now):
        assert refusal(token, now + datetime.timedelta(seconds=3611)) == "Access Token has expired"

    def test_refuses_a_token_without_the_scope(self, sign_in, now):
        assert (
            refusal(sign_in(authorization=Authorization("openid")).access_token, now)
            == "Access Token does not have required scopes"
        )

    def test_refuses_a_token_of_a_pool_with_the_key_of_another(self, token, user, now):
        other = UserFactory(confirmed=True)
        keys.ensure(other.pool, now=now)
        claims = jwt.decode(token, options={"verify_signature": False})

        forged = signing.sign(claims, other.pool.access_signing_key_id)

        assert refusal(forged, now) == "Invalid Access Token"

    def test_refuses_a_disabled_user(self, token, user, now):
        User.objects.filter(pk=user.pk).update(is_active=False)

        assert refusal(token, now) == "User is disabled."

    @pytest.mark.parametrize("revocable", [True, False])
    def test_refuses_a_deleted_user_and_one_made_again(self, sign_in, user, client, now, revocable):
        client.enable_token_revocation = revocable
        token = sign_in().access_token
        user.delete()
        UserFactory(pool=client.pool, username=user.username)

        with pytest.raises(UserNotFoundException, match=r"^User does not exist\.$"):
            access.authenticate(token, now=now)

    @pytest.mark.parametrize("revocable", [True, False])
    def test_refuses_the_session_of_a_deleted_client(self, sign_in, user, now, revocable):
        client = UserPoolClientFactory(pool=user.pool, enable_token_revocation=revocable)
        token = issue.issue(user, client, authenticated_at=now, token_epoch=0, now=now).access_token
        client.delete()

        assert refusal(token, now) == "Access Token has been revoked"

    @pytest.mark.parametrize(
        ("status", "error"),
        [("RESET_REQUIRED", PasswordResetRequiredException), ("UNCONFIRMED", UserNotConfirmedException)],
    )
    def test_refuses_a_user_who_has_to_do_something_first(self, token, user, now, status, error):
        User.objects.filter(pk=user.pk).update(status=status)

        with pytest.raises(error):
            access.authenticate(token, now=now)

    def test_refuses_a_machine(self, client, now):
        keys.ensure(client.pool, now=now)
        claims = tokens.claims(
            now.timestamp(),
            iss=f"http://testserver/{client.pool_id}",
            sub=client.pk,
            client_id=client.pk,
            username=None,
        )

        assert refusal(signing.sign(claims, client.pool.access_signing_key_id), now) == "Invalid Access Token"
