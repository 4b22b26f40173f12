"""The full check of a token: what is accepted, and each reason to refuse."""

import datetime
import json

import pytest

from cognito_auth.services.tokens import errors, verify
from cognito_auth.services.tokens.verify import verify as check
from tests import tokens


@pytest.fixture(autouse=True, params=[0, 16], ids=["not remembered", "remembered"])
def _trusted(trusted_pool, cognito_settings, request):
    cognito_settings(TOKEN_CACHE_SIZE=request.param)


@pytest.fixture
def mint(now):
    """Return a function that signs an access token of the trusted pool, with changed claims."""
    return lambda header=None, name="first", **changes: tokens.sign(
        tokens.claims(now.timestamp(), **changes), header=header, name=name
    )


class TestVerify:
    def test_returns_what_the_token_says(self, mint, now):
        token = mint(**{"cognito:groups": ["admins", "users"]})

        for _time in range(2):
            found = check(token, now=now)

            assert found.sub == "11111111-2222-4333-8444-555555555555"
            assert found.issuer == tokens.ISSUER
            assert found.pool_id == tokens.POOL_ID
            assert found.client_id == tokens.CLIENT_ID
            assert found.username == "jane"
            assert found.scopes == {"aws.cognito.signin.user.admin", "openid"}
            assert found.groups == ("admins", "users")
            assert not found.is_own
            assert not found.is_machine

    def test_accepts_the_updated_form_of_the_issuer(self, mint, now):
        issuer = f"https://issuer-cognito-idp.eu-west-1.amazonaws.com/{tokens.POOL_ID}"

        assert check(mint(iss=issuer), now=now).issuer == issuer

    def test_accepts_an_id_token_where_one_is_wanted(self, mint, now):
        token = mint(token_use="id", aud=tokens.CLIENT_ID, client_id=None, username=None, **{"cognito:username": "j"})

        assert check(token, now=now, token_use=frozenset({"id"})).username == "j"

    def test_accepts_white_space_and_further_members(self, mint, now):
        header = ' {"typ":"JWT","alg":"RS256","kid":"k1+\\/=","jku":"https://evil.example"} '

        assert check(mint(header=header), now=now)
        assert check(tokens.sign(f"\n{json.dumps(tokens.claims(now.timestamp()))}\n"), now=now)

    def test_forgives_a_small_difference_of_clocks(self, mint, now):
        assert check(mint(exp=now.timestamp() - 9), now=now)
        assert check(mint(iat=now.timestamp() + 9, nbf=now.timestamp() + 9), now=now)


def refused(token, now, **options):
    """Return the error with which a token is refused, twice alike."""
    with pytest.raises(errors.TokenRefused) as first:
        check(token, now=now, **options)
    with pytest.raises(errors.TokenRefused) as second:
        check(token, now=now, **options)
    assert type(first.value) is type(second.value)
    return first.value


class TestRefusesTheForm:
    @pytest.mark.parametrize(
        "token",
        ["", ".", "..", "...", "a.b", "a.b.c.d.e", "é.é.é", "x" * 20_000, "\ud800.a.b", "a.b.c\x00"],
    )
    def test_of_what_is_no_token(self, token, now):
        assert isinstance(refused(token, now), errors.MalformedToken)

    def test_of_a_token_longer_than_16_kib(self, mint, now):
        assert isinstance(refused(mint(padding="x" * 16_000), now), errors.MalformedToken)

    @pytest.mark.parametrize("spelling", ["{}=", "{}==", "{}\n", " {}", "{}+", "{}/", "{}!"])
    @pytest.mark.parametrize("position", [0, 1, 2])
    def test_of_segments_that_are_not_strict_base64url(self, mint, now, spelling, position):
        segments = mint().split(".")
        segments[position] = spelling.format(segments[position])

        assert isinstance(refused(".".join(segments), now), errors.TokenRefused)

    def test_of_a_second_spelling_of_the_signature(self, mint, now):
        token = mint()
        alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        # 256 bytes leave four unused bits in the last letter.
        other = alphabet[alphabet.index(token[-1]) + 1]

        assert isinstance(refused(token[:-1] + other, now), errors.MalformedToken)

    @pytest.mark.parametrize(
        "payload",
        [
            "",
            "[]",
            "null",
            "1",
            '"text"',
            "{",
            "{} {}",
            '{"sub":"a","sub":"b"}',
            '{"nested":{"a":1,"a":2}}',
            '{"exp":NaN}',
            '{"exp":Infinity}',
            '{"exp":1e999}',
            '{"exp":' + "9" * 5000 + "}",
            "[" * 5000,
            '{"a":' * 2000,
            "\ufeff{}",
        ],
    )
    def test_of_payloads_that_are_no_strict_json_object(self, payload, now):
        assert isinstance(refused(tokens.sign(payload), now), errors.MalformedToken)

    def test_of_a_payload_that_is_not_utf8(self, now):
        header, _payload, _signature = tokens.sign({}).split(".")
        signed = f"{header}.{tokens.base64url(bytes([0x7B, 0xFF, 0x7D]))}"

        token = f"{signed}.{tokens.base64url(tokens.signature_of(signed))}"

        assert isinstance(refused(token, now), errors.MalformedToken)


class TestRefusesTheHeader:
    @pytest.mark.parametrize(
        "alg", ["none", "None", "HS256", "RS384", "PS256", "ES256", "rs256", "", None, 256, ["RS256"]]
    )
    def test_with_another_algorithm(self, mint, now, alg):
        error = refused(mint(header={"kid": tokens.KID, "alg": alg}), now)

        assert isinstance(error, errors.WrongAlgorithm)
        assert (error.expected, error.actual) == ("RS256", alg)

    @pytest.mark.parametrize("crit", [[], ["exp"], ["b64"], None])
    def test_with_critical_extensions(self, mint, now, crit):
        error = refused(mint(header={"kid": tokens.KID, "alg": "RS256", "crit": crit, "b64": False}), now)

        assert isinstance(error, errors.WrongAlgorithm)

    @pytest.mark.parametrize("kid", [None, 1, [tokens.KID]])
    def test_without_a_key_id(self, mint, now, kid):
        assert isinstance(refused(mint(header={"kid": kid, "alg": "RS256"}), now), errors.MalformedToken)

    def test_with_a_member_twice(self, mint, now):
        header = '{"alg":"RS256","kid":"k1+/=","kid":"other"}'

        assert isinstance(refused(mint(header=header), now), errors.MalformedToken)

    def test_with_an_unknown_key(self, mint, now):
        assert isinstance(refused(mint(header={"kid": "k2", "alg": "RS256"}), now), errors.UnknownKey)


class TestRefusesTheSignature:
    def test_of_another_key(self, mint, now):
        assert isinstance(refused(mint(name="second"), now), errors.BadSignature)

    def test_of_other_claims(self, mint, now):
        header, _payload, signature = mint().split(".")
        payload = mint(sub="somebody else").split(".")[1]

        assert isinstance(refused(f"{header}.{payload}.{signature}", now), errors.BadSignature)

    @pytest.mark.parametrize("signature", ["", "AAAA", "A" * 342])
    def test_that_is_none(self, mint, now, signature):
        assert isinstance(refused(f"{mint().rpartition('.')[0]}.{signature}", now), errors.BadSignature)


class TestRefusesTheClaim:
    @pytest.mark.parametrize("iss", ["https://evil.example", tokens.ISSUER + "/", None, 1, [tokens.ISSUER], {}])
    def test_of_an_unknown_issuer(self, mint, now, iss):
        assert isinstance(refused(mint(iss=iss), now), errors.UnknownIssuer)

    @pytest.mark.parametrize("exp", [None, "9999999999", True, [], -1, 2**60, 1e300])
    def test_of_an_end_that_is_no_time(self, mint, now, exp):
        assert isinstance(refused(mint(exp=exp), now), errors.InvalidClaim)

    @pytest.mark.parametrize("name", ["nbf", "iat"])
    @pytest.mark.parametrize("value", ["1", True, [], -1, 2**60])
    def test_of_a_beginning_that_is_no_time(self, mint, now, name, value):
        assert isinstance(refused(mint(**{name: value}), now), errors.InvalidClaim)

    def test_of_null_times(self, now):
        payload = tokens.claims(now.timestamp()) | {"nbf": None}

        assert isinstance(refused(tokens.sign(payload), now), errors.InvalidClaim)

    def test_of_a_token_that_has_ended(self, mint, now):
        assert isinstance(refused(mint(exp=now.timestamp() - 10.5), now), errors.TokenExpired)

    @pytest.mark.parametrize("name", ["nbf", "iat"])
    def test_of_a_token_from_the_future(self, mint, now, name):
        assert isinstance(refused(mint(**{name: now.timestamp() + 11}), now), errors.TokenFromFuture)

    @pytest.mark.parametrize("sub", [None, "", 1, ["a"], "a\x00b", "\ud800"])
    def test_of_a_subject_that_is_nobody(self, mint, now, sub):
        assert isinstance(refused(mint(sub=sub), now), errors.InvalidClaim)

    @pytest.mark.parametrize("token_use", [None, "refresh", "ACCESS", 1, ["access"]])
    def test_of_an_unknown_kind(self, mint, now, token_use):
        assert isinstance(refused(mint(token_use=token_use), now), errors.WrongTokenUse)

    def test_of_an_id_token_where_an_access_token_is_wanted(self, mint, now):
        error = refused(mint(token_use="id", aud=tokens.CLIENT_ID), now)

        assert isinstance(error, errors.WrongTokenUse)
        assert error.actual == "id"

    @pytest.mark.parametrize("client_id", [None, "", 1, [tokens.CLIENT_ID]])
    def test_of_a_client_that_is_none(self, mint, now, client_id):
        assert isinstance(refused(mint(client_id=client_id), now), errors.InvalidClaim)

    def test_of_a_client_that_is_not_accepted(self, mint, now):
        error = refused(mint(client_id="other"), now)

        assert isinstance(error, errors.WrongClient)
        assert error.actual == "other"

    def test_of_a_list_of_audiences(self, mint, now):
        token = mint(token_use="id", aud=[tokens.CLIENT_ID])

        assert isinstance(refused(token, now, token_use=frozenset({"id"})), errors.InvalidClaim)


class TestAccepts:
    def test_any_client_where_the_settings_say_so(self, mint, now, trusted_pool):
        trusted_pool(client_ids=None)

        assert check(mint(client_id="other"), now=now)

    def test_the_kinds_that_the_settings_of_the_pool_say(self, mint, now, trusted_pool):
        trusted_pool(token_use="id")

        assert check(mint(token_use="id", aud=tokens.CLIENT_ID), now=now)
        assert isinstance(refused(mint(), now), errors.WrongTokenUse)
        assert isinstance(refused(mint(), now, token_use=frozenset({"access"})), errors.WrongTokenUse)

    def test_only_keys_of_the_issuer(self, now, cognito_settings):
        other = {"issuer": "https://other.example", "client_ids": None, "jwks": {"keys": [tokens.jwk(name="second")]}}
        cognito_settings(TRUSTED_POOLS=[tokens.trusted_pool(), other])

        own = tokens.sign(tokens.claims(now.timestamp(), iss="https://other.example"), name="second")
        crossed = tokens.sign(tokens.claims(now.timestamp()), name="second")

        assert check(own, now=now).pool_id is None
        assert isinstance(refused(crossed, now), errors.BadSignature)


class TestRemembers:
    @pytest.fixture(autouse=True)
    def _remembers(self, trusted_pool, cognito_settings):
        cognito_settings(TOKEN_CACHE_SIZE=2)

    def test_no_token_beyond_its_end(self, mint, now):
        token = mint()
        check(token, now=now)

        with pytest.raises(errors.TokenExpired):
            check(token, now=now + datetime.timedelta(seconds=3611))

    def test_no_more_tokens_than_the_settings_say(self, mint, now):
        for number in range(5):
            check(mint(jti=str(number)), now=now)

        assert len(verify._verifier.remembered) == 2

    def test_the_tokens_that_were_seen_last(self, mint, now):
        first, second, third = (mint(jti=str(number)) for number in range(3))
        for token in (first, second, first, third):
            check(token, now=now)

        assert list(verify._verifier.remembered) == [first, third]

    def test_nothing_once_the_settings_change(self, mint, now, trusted_pool):
        token = mint()
        check(token, now=now)
        trusted_pool(client_ids=["another"])

        with pytest.raises(errors.WrongClient):
            check(token, now=now)

    def test_nothing_that_was_refused(self, mint, now):
        refused(mint(name="second"), now)

        assert not verify._verifier.remembered


class TestVerifiedToken:
    def test_cannot_be_changed(self, mint, now):
        token = check(mint(**{"cognito:groups": ["users"]}), now=now)

        with pytest.raises(AttributeError):
            token.client_id = "other"
        with pytest.raises(TypeError):
            token.claims["sub"] = "other"
        token.claims["cognito:groups"].append("admins")
        token["cognito:groups"].append("admins")

        assert token.groups == ("users",)
        assert token["cognito:groups"] == ["users"]

    def test_takes_claims_of_unexpected_types(self, mint, now):
        token = check(mint(scope=1, username=[], origin_jti=5, **{"cognito:groups": "admins"}), now=now)

        assert token.scopes == frozenset()
        assert token.groups == ()
        assert token.username == ""
        assert token.origin_jti is None

    def test_knows_a_machine(self, mint, now):
        assert check(mint(username=None), now=now).is_machine

    def test_shows_no_secrets(self, mint, now):
        assert repr(check(mint(), now=now)) == "<VerifiedToken: access token of 11111111-2222-4333-8444-555555555555>"
