"""Revocation of refresh tokens."""

import base64
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from cognito_auth.models import TokenFamily
from cognito_auth.services.tokens import issue
from tests.factories import UserPoolClientFactory

FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def tokens(oauth_client, user):
    now = timezone.now()
    return issue.issue(user, oauth_client, authenticated_at=now, token_epoch=user.token_epoch, now=now)


@pytest.fixture
def posts(client, pool):
    def post(headers=None, **fields):
        return client.post(f"/{pool.pk}/oauth2/revoke", urlencode(fields), content_type=FORM, headers=headers or {})

    return post


def is_alive():
    return TokenFamily.objects.get().revoked_at is None


class TestRevoke:
    def test_ends_the_session_of_a_refresh_token(self, posts, tokens, oauth_client):
        answer = posts(token=tokens.refresh_token, client_id=oauth_client.pk, token_type_hint="access_token")

        assert (answer.status_code, answer.content) == (200, b"")
        assert answer["Content-Type"] == "application/json"
        assert not is_alive()

    def test_is_as_good_for_a_token_that_was_revoked_before_or_never_was(self, posts, tokens, oauth_client):
        for token in (tokens.refresh_token, tokens.refresh_token, "nothing", "\x01", "x" * 9999, "ü"):
            assert posts(token=token, client_id=oauth_client.pk).status_code == 200

    def test_leaves_the_token_of_another_client(self, posts, tokens, pool):
        other = UserPoolClientFactory(pool=pool)

        answer = posts(token=tokens.refresh_token, client_id=other.pk)

        assert (answer.status_code, answer.content) == (200, b"")
        assert is_alive()

    def test_takes_refresh_tokens_only(self, posts, tokens, oauth_client):
        for token in (tokens.access_token, tokens.id_token):
            answer = posts(token=token, client_id=oauth_client.pk)

            assert (answer.status_code, answer.json()) == (400, {"error": "unsupported_token_type"})
        assert is_alive()

    def test_needs_a_token_and_a_client_with_revocation(self, posts, tokens, oauth_client):
        assert posts(client_id=oauth_client.pk).json() == {"error": "invalid_request"}
        oauth_client.enable_token_revocation = False
        oauth_client.save()

        answer = posts(token=tokens.refresh_token, client_id=oauth_client.pk)

        assert (answer.status_code, answer.json()) == (400, {"error": "invalid_request"})
        assert is_alive()

    def test_needs_the_clients_secret(self, posts, pool, user):
        secret = "secret+with/signs=0123456"
        client, now = UserPoolClientFactory(pool=pool, secret=secret), timezone.now()
        tokens = issue.issue(user, client, authenticated_at=now, token_epoch=user.token_epoch, now=now)
        for fields in ({"client_id": client.pk}, {"client_id": client.pk, "client_secret": "x"}, {}):
            answer = posts(token=tokens.refresh_token, **fields)
            assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})
            assert "WWW-Authenticate" not in answer
        assert is_alive()

        pair = base64.b64encode(f"{client.pk}:secret%2Bwith%2Fsigns%3D0123456".encode()).decode()
        answer = posts({"Authorization": f"Basic {pair}"}, token=tokens.refresh_token)

        assert answer.status_code == 200
        assert not is_alive()

    def test_is_posted_from_anywhere(self, client, pool, posts, tokens, oauth_client):
        assert client.get(f"/{pool.pk}/oauth2/revoke").status_code == 405
        preflight = client.options(f"/{pool.pk}/oauth2/revoke")
        assert preflight["Access-Control-Allow-Methods"] == "POST, OPTIONS"
        for fields in ({"client_id": "nobody"}, {"client_id": oauth_client.pk, "token": tokens.refresh_token}):
            assert posts(**fields)["Access-Control-Allow-Origin"] == "*"

    @pytest.mark.parametrize("body", ["token=a&token=b&client_id=x", "%00=%00", "token=%00&client_id=x", "&&&", "ü"])
    def test_hostile_forms_are_refused(self, client, pool, body):
        answer = client.post(f"/{pool.pk}/oauth2/revoke", body, content_type=FORM)

        assert answer.status_code in (400, 401)
