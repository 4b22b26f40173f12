"""A Python app that signs people in with Authlib."""

import pytest
from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken, UserInfo
from joserfc import jwt
from joserfc.jwk import KeySet

from cognito_auth.models import TokenFamily
from tests.journeys.relying_parties.conftest import CALLBACK, SECRET

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _http(monkeypatch):
    # The server of the tests speaks no TLS.
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.fixture
def app(registers, issuer):
    """Return a function that makes the session of an app, and what discovery told it."""
    opened = []

    def make(method="client_secret_basic", **fields):
        client = registers(secret="" if method == "none" else SECRET, **fields)
        session = OAuth2Session(
            client.pk,
            None if method == "none" else SECRET,
            token_endpoint_auth_method=method,
            revocation_endpoint_auth_method=method,
            scope="openid email",
            redirect_uri=CALLBACK,
            code_challenge_method="S256",
        )
        opened.append(session)
        return session, session.get(f"{issuer}/.well-known/openid-configuration", withhold_token=True).json()

    yield make
    # An open connection would keep a thread of the server waiting.
    for session in opened:
        session.close()


def sign_in(session, server, person):
    verifier, nonce = generate_token(64), generate_token(32)
    address, state = session.create_authorization_url(
        server["authorization_endpoint"], code_verifier=verifier, nonce=nonce
    )
    location = person.go(address, until=CALLBACK)
    token = session.fetch_token(
        server["token_endpoint"], authorization_response=location, state=state, code_verifier=verifier
    )
    return token, nonce


def claims_of(session, server, token, **expected):
    key_set = KeySet.import_key_set(session.get(server["jwks_uri"], withhold_token=True).json())
    decoded = jwt.decode(token["id_token"], key_set, algorithms=server["id_token_signing_alg_values_supported"])
    claims = CodeIDToken(
        decoded.claims,
        decoded.header,
        options={"iss": {"values": [server["issuer"]]}, "aud": {"values": [session.client_id]}},
        params={"client_id": session.client_id, "access_token": token["access_token"], **expected},
    )
    claims.validate()
    return claims


class TestAuthlib:
    @pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", "none"])
    def test_signs_a_person_in_refreshes_and_signs_out(self, app, person, method):
        session, server = app(method)

        token, nonce = sign_in(session, server, person)
        claims = claims_of(session, server, token, nonce=nonce)
        told = UserInfo(session.get(server["userinfo_endpoint"]).json())
        renewed = session.refresh_token(server["token_endpoint"])
        again = claims_of(session, server, renewed)
        revoked = session.revoke_token(
            server["revocation_endpoint"], token=renewed["refresh_token"], token_type_hint="refresh_token"
        )

        assert (claims["sub"], claims["email"]) == (told["sub"], "jane@example.com")
        assert told["email_verified"] == "true"
        assert (again["sub"], again["auth_time"]) == (claims["sub"], claims["auth_time"])
        assert renewed["access_token"] != token["access_token"]
        assert revoked.status_code == 200
        assert TokenFamily.objects.get().revoked_at is not None
        with pytest.raises(OAuthError, match="invalid_grant"):
            session.refresh_token(server["token_endpoint"], refresh_token=token["refresh_token"])
        assert session.get(server["userinfo_endpoint"]).status_code == 401

    @pytest.mark.parametrize("site", ["under a prefix"], indirect=True)
    def test_gets_a_new_refresh_token_where_the_client_rotates_them(self, app, person):
        session, server = app(refresh_token_rotation=True)
        token, _nonce = sign_in(session, server, person)

        renewed = session.refresh_token(server["token_endpoint"])

        assert renewed["refresh_token"] != token["refresh_token"]

    @pytest.mark.parametrize("site", ["at the root"], indirect=True)
    def test_notices_another_verifier(self, app, person):
        session, server = app()
        address, state = session.create_authorization_url(
            server["authorization_endpoint"], code_verifier=generate_token(64)
        )
        location = person.go(address, until=CALLBACK)

        with pytest.raises(OAuthError, match="invalid_grant"):
            session.fetch_token(
                server["token_endpoint"],
                authorization_response=location,
                state=state,
                code_verifier=generate_token(64),
            )
