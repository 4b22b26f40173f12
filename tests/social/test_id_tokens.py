"""ID tokens of providers, against keys that a real server gives."""

import base64
import datetime
import hmac
import http.server
import json
import threading

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from cognito_auth.social import egress, id_tokens

KEY = rsa.generate_private_key(65537, 2048)
OTHER_KEY = rsa.generate_private_key(65537, 2048)
NONCE = "n-0S6_WzA2Mj"


class Keys(http.server.BaseHTTPRequestHandler):
    asked = 0

    def do_GET(self):
        type(self).asked += 1
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
        body = json.dumps({"keys": [{**key, "kid": "one", "use": "sig"}]}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture(scope="module")
def jwks_uri():
    server = http.server.HTTPServer(("127.0.0.1", 0), Keys)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/keys"
    server.shutdown()
    server.server_close()


@pytest.fixture
def checks(jwks_uri):
    def check(token, **changes):
        session = egress.Session(local_hosts=["127.0.0.1"])
        given = {
            "issuers": ("https://idp.example.com",),
            "client_id": "shop",
            "client_secret": "s" * 40,
            "nonce": NONCE,
        }
        return id_tokens.verified(token, session=session, jwks_uri=jwks_uri, **{**given, **changes})

    return check


def token(key=KEY, kid="one", algorithm="RS256", **changes):
    now = datetime.datetime.now(tz=datetime.UTC)
    claims = {
        "iss": "https://idp.example.com",
        "sub": "jane",
        "aud": "shop",
        "iat": now,
        "exp": now + datetime.timedelta(minutes=5),
        "nonce": NONCE,
        **changes,
    }
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": kid})


class TestVerified:
    def test_returns_the_claims_of_a_good_one(self, checks):
        assert checks(token())["sub"] == "jane"

    @pytest.mark.parametrize(
        "changes",
        [
            {"iss": "https://evil.example.com"},
            {"iss": "https://idp.example.com/"},
            {"aud": "other"},
            {"aud": ["shop", "other"]},
            {"aud": ["shop", "other"], "azp": "other"},
            {"nonce": "another"},
            {"nonce": None},
            {"sub": None},
            {"exp": 1},
            {"exp": None},
            {"iat": None},
            {"iat": 2**40},
        ],
    )
    def test_refuses_what_is_not_for_this_sign_in(self, checks, changes):
        with pytest.raises(id_tokens.BadIdToken):
            checks(token(**changes))

    def test_refuses_another_key(self, checks):
        with pytest.raises(id_tokens.BadIdToken):
            checks(token(OTHER_KEY))

    def test_refuses_the_public_key_as_a_shared_secret(self, checks):
        pem = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        payload = token().split(".")[1]
        header = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"one"}').rstrip(b"=").decode()
        signature = hmac.digest(pem, f"{header}.{payload}".encode(), "sha256")

        with pytest.raises(id_tokens.BadIdToken):
            checks(f"{header}.{payload}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}")

    def test_takes_the_clients_secret_where_that_signs(self, checks):
        assert checks(token("s" * 40, algorithm="HS256"))["sub"] == "jane"
        with pytest.raises(id_tokens.BadIdToken):
            checks(token("s" * 40, algorithm="HS256"), client_secret="")

    @pytest.mark.parametrize(
        "text", ["", "a.b.c", "é", "x" * 10_000, jwt.encode({"sub": "jane"}, "", algorithm="none")]
    )
    def test_refuses_what_is_none(self, checks, text):
        with pytest.raises(id_tokens.BadIdToken):
            checks(text)

    def test_asks_for_keys_once_and_for_unknown_ones_seldom(self, checks):
        checks(token())
        before = Keys.asked

        checks(token())
        assert Keys.asked == before
        for _attempt in range(3):
            with pytest.raises(id_tokens.BadIdToken):
                checks(token(kid="two"))
        assert Keys.asked == before + 1


class TestEgress:
    def test_does_not_reach_the_machine_itself_unless_the_provider_is_there(self, jwks_uri):
        with pytest.raises(egress.NotReachable):
            egress.Session().get(jwks_uri)

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "0.0.0.0"])
    def test_does_not_connect_to_private_addresses(self, jwks_uri, host):
        port = jwks_uri.split(":")[2].split("/")[0]

        with pytest.raises(egress.requests.RequestException):
            egress.Session().get(f"https://{host}:{port}/keys")

    def test_reaches_private_hosts_that_the_project_names(self, jwks_uri, settings):
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "PRIVATE_PROVIDER_HOSTS": ["127.0.0.1"]}

        # No HTTPS is spoken there: the connection was made.
        with pytest.raises(egress.requests.exceptions.SSLError):
            egress.Session().get(jwks_uri.replace("http://", "https://"))
