"""What stands in the tokens of a user."""

import datetime
import json

import jwt
import pytest

from cognito_auth.services.tokens import claims, keys
from tests.factories import GroupMembershipFactory, SchemaAttributeFactory, UserPoolGroupFactory


@pytest.fixture
def tokens_of(sign_in):
    """Return a function that signs in and gives the claims of ID and access token."""

    def read(**options):
        issued = sign_in(**options)
        return [
            jwt.decode(token, options={"verify_signature": False}) for token in (issued.id_token, issued.access_token)
        ]

    return read


@pytest.fixture
def join(user):
    """Return a function that puts the user in a group."""
    return lambda name, **fields: GroupMembershipFactory(
        user=user, group=UserPoolGroupFactory(pool=user.pool, name=name, **fields)
    )


class TestTokens:
    def test_have_exactly_key_id_and_algorithm_in_the_header(self, sign_in, client):
        issued = sign_in()

        headers = [jwt.get_unverified_header(token) for token in (issued.id_token, issued.access_token)]

        assert headers == [
            {"kid": client.pool.id_signing_key_id, "alg": "RS256"},
            {"kid": client.pool.access_signing_key_id, "alg": "RS256"},
        ]

    def test_are_accepted_by_pyjwt_with_the_published_keys(self, sign_in, client, now):
        issued = sign_in()
        published = jwt.PyJWKSet.from_dict({"keys": keys.jwks(client.pool_id, now=now)})

        for token, audience in ((issued.id_token, client.pk), (issued.access_token, None)):
            key = published[jwt.get_unverified_header(token)["kid"]]
            options = {"verify_iat": False}  # PyJWT has no leeway here, and ``now`` may be the next second
            assert jwt.decode(token, key, algorithms=["RS256"], audience=audience, options=options)["sub"]

    def test_of_one_event_share_what_they_should(self, tokens_of, user, client, now):
        id_token, access_token = tokens_of()

        for name in ("sub", "iss", "iat", "auth_time", "event_id", "origin_jti"):
            assert id_token[name] == access_token[name]
        assert id_token["jti"] != access_token["jti"]
        assert id_token["sub"] == str(user.sub)
        assert id_token["iss"] == f"http://testserver/{client.pool_id}"
        assert id_token["iat"] == id_token["auth_time"] == int(now.timestamp())

    def test_of_an_api_sign_in_have_exactly_these_claims(self, tokens_of, user, client):
        id_token, access_token = tokens_of()

        shared = {"sub", "iss", "event_id", "auth_time", "iat", "exp", "jti", "origin_jti", "token_use"}
        assert set(id_token) == shared | {"aud", "cognito:username", "email", "email_verified"}
        assert set(access_token) == shared | {"client_id", "username", "scope"}
        assert id_token["aud"] == access_token["client_id"] == client.pk
        assert id_token["cognito:username"] == access_token["username"] == user.username
        assert (id_token["token_use"], access_token["token_use"]) == ("id", "access")
        assert access_token["scope"] == "aws.cognito.signin.user.admin"

    def test_live_as_long_as_the_client_says(self, tokens_of, client):
        client.id_token_validity, client.id_token_unit = 10, "minutes"
        client.access_token_validity, client.access_token_unit = 1, "days"

        id_token, access_token = tokens_of()

        assert id_token["exp"] - id_token["iat"] == 600
        assert access_token["exp"] - access_token["iat"] == 86400

    def test_round_times_down(self, tokens_of):
        moment = datetime.datetime(2026, 3, 3, 9, 5, 7, 999_999, tzinfo=datetime.UTC)

        id_token, _access_token = tokens_of(at=moment)

        assert id_token["iat"] == id_token["auth_time"] == 1772528707

    def test_have_no_family_where_revocation_is_off(self, tokens_of, client):
        client.enable_token_revocation = False

        for token in tokens_of():
            assert not {"jti", "origin_jti"} & set(token)

    def test_have_a_family_where_refresh_tokens_rotate(self, tokens_of, client):
        client.enable_token_revocation, client.refresh_token_rotation = False, True

        for token in tokens_of():
            assert {"jti", "origin_jti"} <= set(token)


class TestGroups:
    def test_come_by_precedence_then_by_name(self, tokens_of, join):
        join("d")
        join("c", precedence=5)
        join("b", precedence=0)
        join("a", precedence=5)

        for token in tokens_of():
            assert token["cognito:groups"] == ["b", "a", "c", "d"]

    def test_are_a_list_even_if_there_is_one(self, tokens_of, join):
        join("only")

        for token in tokens_of():
            assert token["cognito:groups"] == ["only"]

    @pytest.mark.parametrize(
        ("groups", "roles", "preferred"),
        [
            ([("a", 1, "arn:1"), ("b", 2, "arn:2")], ["arn:1", "arn:2"], "arn:1"),
            ([("a", 1, "arn:1"), ("b", 1, "arn:1")], ["arn:1"], "arn:1"),
            ([("a", 1, "arn:1"), ("b", 1, "arn:2")], ["arn:1", "arn:2"], None),
            ([("a", 1, ""), ("b", 2, "arn:2")], ["arn:2"], None),
            ([("a", None, "arn:1"), ("b", 9, "arn:2")], ["arn:2", "arn:1"], "arn:2"),
            ([("a", None, "arn:1")], ["arn:1"], "arn:1"),
            ([("a", 1, "")], None, None),
        ],
    )
    def test_give_roles_in_the_id_token_only(self, tokens_of, join, groups, roles, preferred):
        for name, precedence, role_arn in groups:
            join(name, precedence=precedence, role_arn=role_arn)

        id_token, access_token = tokens_of()

        assert id_token.get("cognito:roles") == roles
        assert id_token.get("cognito:preferred_role") == preferred
        assert "cognito:roles" not in access_token


class TestAttributes:
    def test_have_the_types_of_openid_connect(self, tokens_of, user):
        SchemaAttributeFactory(pool=user.pool, name="custom:level", type="Number")
        SchemaAttributeFactory(pool=user.pool, name="custom:vip", type="Boolean")
        address = json.dumps({"street": "Lane 1"})
        user.email_verified, user.phone_number, user.phone_number_verified = True, "+4915112345678", False
        user.address, user.updated_at, user.name = address, 1772528707, "Jané 😀"
        user.custom_attributes = {"custom:level": 7, "custom:vip": True}

        id_token, access_token = tokens_of()

        assert id_token["email_verified"] is True
        assert id_token["phone_number_verified"] is False
        assert id_token["address"] == {"formatted": address}
        assert id_token["updated_at"] == 1772528707
        assert id_token["name"] == "Jané 😀"
        assert id_token["custom:level"] == "7"
        assert id_token["custom:vip"] == "true"
        assert "email" not in access_token

    def test_tell_of_an_address_that_nobody_said_it_is_verified(self, tokens_of, client, user):
        user.email_verified, user.phone_number, user.phone_number_verified = None, "", None
        user.save()

        id_token, _access_token = tokens_of()

        assert id_token["email_verified"] is False
        assert "phone_number_verified" not in id_token

        client.read_attributes = ["email"]
        client.save()
        assert "email_verified" not in tokens_of()[0]

    def test_are_those_that_the_client_may_read(self, tokens_of, client, user):
        client.read_attributes = ["name"]
        user.name = "Jane"

        id_token, _access_token = tokens_of()

        assert id_token["name"] == "Jane"
        assert "email" not in id_token
        assert id_token["sub"]

    def test_never_replace_a_claim(self, tokens_of, user):
        user.custom_attributes = {"exp": "9999999999", "aud": "other"}

        id_token, _access_token = tokens_of()

        assert id_token["aud"] != "other"
        assert id_token["exp"] < 9999999999


class TestEventId:
    def test_tells_its_epoch(self):
        for epoch in (0, 1, 65535, 70000):
            event_id = claims.new_event_id(epoch)
            assert claims.is_of_epoch(event_id, epoch)
            assert not claims.is_of_epoch(event_id, epoch + 1)

    def test_is_not_taken_from_elsewhere(self):
        assert not claims.is_of_epoch("no uuid", 0)
