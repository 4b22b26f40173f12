"""Who an access token is of."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from cognito_auth.models import LinkedIdentity, TokenFamily, User
from cognito_auth.services import sign_out
from cognito_auth.services.tokens import client_token, issue, revoke
from cognito_auth.services.tokens.issue import Authorization
from tests.factories import ResourceServerFactory, UserPoolClientFactory, UserPoolFactory

NO_TOKEN = 'Bearer error="invalid_request", error_description="Bad OAuth2 request at UserInfo Endpoint"'
BAD_TOKEN = (
    'Bearer error="invalid_token", error_description="Access token is expired, disabled, or deleted, or the user'
    ' has globally signed out."'
)


@pytest.fixture
def user(user):
    User.objects.filter(pk=user.pk).update(
        email_verified=True,
        name="Jane",
        phone_number="+14155550123",
        phone_number_verified=False,
        address="1 Street",
        updated_at=1700000000,
        custom_attributes={"custom:team": "a", "custom:level": 3},
    )
    user.refresh_from_db()
    return user


@pytest.fixture
def tokens_for(oauth_client, user):
    """Return a function that makes tokens of a scope."""

    def make(scope="openid", client=oauth_client, at=None, **values):
        at = at or timezone.now()
        authorization = Authorization(scope) if scope else None
        return issue.issue(
            user, client, authenticated_at=at, token_epoch=user.token_epoch, now=at, authorization=authorization
        )

    return make


@pytest.fixture
def asks_for(client, pool):
    def ask(authorization, method="get", **options):
        headers = {} if authorization is None else {"Authorization": authorization}
        return getattr(client, method)(f"/{pool.pk}/oauth2/userInfo", headers=headers, **options)

    return ask


@pytest.fixture
def tells(asks_for, tokens_for):
    """Return what a token of a scope tells."""

    def tell(scope, **options):
        answer = asks_for(f"Bearer {tokens_for(scope, **options).access_token}")
        assert answer.status_code == 200, answer.content
        return answer.json()

    return tell


class TestAnswer:
    def test_has_texts_for_flags_and_the_user_name(self, tells, user):
        told = tells("openid")

        assert told["sub"] == str(user.sub)
        assert told["username"] == "jane"
        assert told["email_verified"] == "true"
        assert told["phone_number_verified"] == "false"
        assert told["address"] == {"formatted": "1 Street"}
        assert told["updated_at"] == 1700000000
        assert told["custom:level"] == "3"
        assert "cognito:groups" not in told
        assert "cognito:username" not in told

    @pytest.mark.parametrize(
        ("scope", "names"),
        [
            ("openid email", {"email", "email_verified"}),
            ("openid phone", {"phone_number", "phone_number_verified"}),
            ("openid profile", {"name", "address", "updated_at", "custom:team", "custom:level"}),
            ("openid email phone", {"email", "email_verified", "phone_number", "phone_number_verified"}),
        ],
    )
    def test_follows_the_scopes(self, tells, scope, names):
        assert set(tells(scope)) == {"sub", "username", *names}

    def test_follows_what_the_client_may_read(self, tells, oauth_client):
        oauth_client.read_attributes = ["email"]
        oauth_client.save()

        assert set(tells("openid email profile")) == {"sub", "username", "email"}

    def test_tells_of_an_address_that_nobody_said_it_is_verified(self, tells, user):
        user.phone_number_verified = None
        user.save()

        assert tells("openid phone")["phone_number_verified"] == "false"

    def test_has_identities_as_text(self, tells, user, pool):
        LinkedIdentity.objects.create(
            pool=pool,
            user=user,
            provider_name="Google",
            provider_type="Google",
            attribute_name="Cognito_Subject",
            attribute_value="123",
            is_primary=True,
            created_at=timezone.now(),
        )

        assert json.loads(tells("openid")["identities"])[0]["userId"] == "123"

    def test_is_the_same_by_post(self, asks_for, tokens_for):
        token = tokens_for().access_token

        assert asks_for(f"Bearer {token}", "post").json() == asks_for(f"bearer {token}").json()

    def test_may_be_read_by_browsers_and_is_not_kept(self, asks_for, tokens_for):
        answer = asks_for(f"Bearer {tokens_for().access_token}")

        assert answer["Access-Control-Allow-Origin"] == "*"
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Type"] == "application/json;charset=UTF-8"

    def test_answers_a_preflight(self, client, pool):
        answer = client.options(
            f"/{pool.pk}/oauth2/userInfo", headers={"Access-Control-Request-Headers": "authorization"}
        )

        assert answer.status_code == 204
        assert answer["Access-Control-Allow-Headers"] == "authorization"


class TestRefusals:
    @pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic YTpi", "x"])
    def test_without_a_token(self, asks_for, header):
        answer = asks_for(header)

        assert answer.status_code == 400
        assert answer["WWW-Authenticate"] == NO_TOKEN
        assert answer.json() == {
            "error": "invalid_request",
            "error_description": "Bad OAuth2 request at UserInfo Endpoint",
        }

    def test_of_a_token_elsewhere_than_in_the_header(self, client, pool, tokens_for):
        token, path = tokens_for().access_token, f"/{pool.pk}/oauth2/userInfo"

        assert client.get(f"{path}?access_token={token}").status_code == 400
        form = client.post(path, urlencode({"access_token": token}), content_type="application/x-www-form-urlencoded")
        assert form.status_code == 400

    @pytest.mark.parametrize("token", ["x", "a.b.c", "x" * 9000, "ü", "a b"])
    def test_of_what_is_no_token(self, asks_for, token):
        answer = asks_for(f"Bearer {token}")

        assert answer.status_code == 401
        assert answer["WWW-Authenticate"] == BAD_TOKEN

    def test_of_an_id_token_a_token_without_openid_and_one_of_a_sign_in_by_the_api(self, asks_for, tokens_for):
        for token in (
            tokens_for().id_token,
            tokens_for("aws.cognito.signin.user.admin").access_token,
            tokens_for("").access_token,
        ):
            assert asks_for(f"Bearer {token}").status_code == 401

    def test_of_an_expired_token(self, asks_for, tokens_for):
        token = tokens_for(at=timezone.now() - timedelta(hours=2)).access_token

        assert asks_for(f"Bearer {token}").status_code == 401

    @pytest.mark.parametrize(
        "ends",
        [
            lambda user, tokens, client: revoke.revoke(client, tokens.refresh_token, now=timezone.now()),
            lambda user, tokens, client: sign_out.everywhere(user, origin=None, now=timezone.now()),
            lambda user, tokens, client: User.objects.filter(pk=user.pk).update(is_active=False),
            lambda user, tokens, client: User.objects.filter(pk=user.pk).delete(),
            lambda user, tokens, client: client.delete(),
        ],
        ids=["revoked", "signed out", "disabled", "deleted", "client deleted"],
    )
    def test_of_a_session_that_has_ended(self, asks_for, tokens_for, user, oauth_client, ends):
        tokens = tokens_for()
        other = tokens_for()

        ends(user, tokens, oauth_client)

        assert asks_for(f"Bearer {tokens.access_token}").status_code == 401
        # A revocation ends one session only.
        is_alone = TokenFamily.objects.filter(revoked_at=None, token_epoch=user.token_epoch).exists()
        expected = 200 if is_alone and User.objects.filter(is_active=True).exists() else 401
        assert asks_for(f"Bearer {other.access_token}").status_code == expected

    def test_of_a_token_of_another_pool(self, client, tokens_for):
        other = UserPoolFactory()

        answer = client.get(
            f"/{other.pk}/oauth2/userInfo", headers={"Authorization": f"Bearer {tokens_for().access_token}"}
        )

        assert answer.status_code == 401

    def test_of_a_machine(self, asks_for, pool):
        server = ResourceServerFactory(pool=pool)
        machine = UserPoolClientFactory(
            pool=pool,
            secret="secret-of-a-machine-0123",
            oauth_enabled=True,
            allowed_oauth_flows=["client_credentials"],
            allowed_oauth_scopes=[f"{server.identifier}/orders.read"],
        )
        token = client_token.issue(machine, now=timezone.now()).access_token

        assert asks_for(f"Bearer {token}").status_code == 401

    def test_of_other_methods(self, asks_for):
        assert asks_for(None, "put").status_code == 405


class TestCost:
    def test_is_one_query(self, asks_for, tokens_for, django_assert_num_queries):
        token = tokens_for("openid email").access_token
        asks_for(f"Bearer {token}")

        with django_assert_num_queries(1):
            assert asks_for(f"Bearer {token}").status_code == 200

    def test_an_answer_has_an_id(self, asks_for):
        first, second = (asks_for(None)["x-amz-cognito-request-id"] for _request in range(2))

        assert first != second
