"""The protected views: who gets in, and what the others are told."""

import uuid

import pytest
from django.utils import timezone

from cognito_auth.services.tokens import issue
from cognito_auth.services.tokens.issue import Authorization
from tests.factories import UserFactory


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def orders_token(cognito_client_app, cognito_user):
    """An access token with a scope of one's own, as the OAuth endpoints issue it."""
    user, now = cognito_user("buyer"), timezone.now()
    return issue.issue(
        user,
        cognito_client_app,
        authenticated_at=now,
        token_epoch=0,
        now=now,
        authorization=Authorization("shop/orders.read"),
    ).access_token


class TestWhoAmI:
    @pytest.mark.parametrize("kind", ["access_token", "id_token"])
    def test_shows_the_claims_of_either_token(self, client, cognito_tokens, kind):
        jane = cognito_tokens("jane", groups=["premium"])

        answer = client.get("/whoami", headers=bearer(getattr(jane, kind)))

        assert answer.status_code == 200
        assert answer.json()["sub"] == str(jane.user.sub)
        assert answer.json()["cognito:groups"] == ["premium"]

    def test_asks_for_a_token(self, client, db):
        answer = client.get("/whoami")

        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


class TestUserDetail:
    @pytest.mark.parametrize("kind", ["access_token", "id_token"])
    def test_shows_people_to_themselves(self, client, cognito_tokens, kind):
        jane = cognito_tokens("jane")

        answer = client.get(f"/users/{jane.user.sub}", headers=bearer(getattr(jane, kind)))

        assert answer.status_code == 200
        assert answer.json()["email"] == "jane@example.com"

    def test_does_not_show_others_nor_whether_they_exist(self, client, cognito_tokens):
        jane, joe = cognito_tokens("jane"), cognito_tokens("joe")

        assert client.get(f"/users/{joe.user.sub}", headers=jane.headers).status_code == 403
        assert client.get(f"/users/{uuid.uuid4()}", headers=jane.headers).status_code == 403

    def test_shows_everybody_of_the_pool_to_admins(self, client, cognito_tokens):
        jane, boss = cognito_tokens("jane"), cognito_tokens("boss", groups=["admin"])

        assert client.get(f"/users/{jane.user.sub}", headers=boss.headers).json()["username"] == "jane"
        assert client.get(f"/users/{uuid.uuid4()}", headers=boss.headers).status_code == 404

    def test_shows_nobody_of_other_pools_to_admins(self, client, cognito_tokens):
        stranger, boss = UserFactory(), cognito_tokens("boss", groups=["admin"])

        assert client.get(f"/users/{stranger.sub}", headers=boss.headers).status_code == 404

    def test_asks_for_a_token(self, client, db):
        assert client.get(f"/users/{uuid.uuid4()}").status_code == 401


class TestPremium:
    @pytest.mark.parametrize("group", ["premium", "admin"])
    def test_lets_the_groups_in(self, client, cognito_tokens, group):
        assert client.get("/premium", headers=cognito_tokens("jane", groups=[group]).headers).status_code == 200

    def test_refuses_others(self, client, cognito_tokens):
        assert client.get("/premium", headers=cognito_tokens("jane", groups=["staff"]).headers).status_code == 403

    def test_asks_for_a_token(self, client, db):
        assert client.get("/premium").status_code == 401


class TestOrders:
    def test_lets_the_scope_in(self, client, orders_token):
        assert len(client.get("/orders", headers=bearer(orders_token)).json()["orders"]) == 2

    def test_refuses_tokens_without_the_scope(self, client, cognito_tokens):
        answer = client.get("/orders", headers=cognito_tokens("jane").headers)

        assert answer.status_code == 403
        assert 'scope="shop/orders.read"' in answer.headers["WWW-Authenticate"]

    def test_refuses_id_tokens(self, client, cognito_tokens):
        assert client.get("/orders", headers=bearer(cognito_tokens("jane").id_token)).status_code == 401
