"""Stand-ins for Google, Facebook, Amazon and Apple: their endpoints as documented, on this machine.

Each checks what the real one checks: the client and its secret, the address of return, the code, PKCE.
Sources: Google "OpenID Connect", Facebook "Manually build a login flow", Login with Amazon "Authorization
code grant", Apple "Generate and validate tokens".
"""

import base64
import datetime
import hashlib
import hmac
import http.server
import json
import re
import secrets
import threading
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

KEY = rsa.generate_private_key(65537, 2048)
GRAPH_FIELDS = {
    "id": "77",
    "email": "jane@example.com",
    "name": "Jane Roe",
    "first_name": "Jane",
    "last_name": "Roe",
    "gender": "female",
}
PERSON_FIELDS = {
    "birthdays": [
        {"metadata": {"source": {"type": "ACCOUNT"}}, "date": {"month": 3, "day": 2}},
        {"metadata": {"primary": True}, "date": {"year": 1990, "month": 3, "day": 2}},
    ],
    "genders": [{"metadata": {"primary": True}, "value": "female", "formattedValue": "Female"}],
    "phoneNumbers": [{"value": "(206) 555-0100", "canonicalForm": "+12065550100"}],
    "nicknames": [],
}


def certificate():
    """Return the certificate of the signing key as PEM, as Google publishes its keys."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stand-in")])
    now = datetime.datetime.now(tz=datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(KEY.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(KEY, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()


class StandIn(http.server.ThreadingHTTPServer):
    """All four, below one address each; what a test changes is in ``changes``."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.origin = f"http://127.0.0.1:{self.server_port}"
        self.codes = {}
        self.changes = {}
        self.graph_versions = []
        self.apple_key = None
        threading.Thread(target=self.serve_forever, daemon=True).start()


class _Handler(http.server.BaseHTTPRequestHandler):
    server: StandIn

    def log_message(self, *args):
        """Say nothing."""

    def do_GET(self):
        parts = urlsplit(self.path)
        self._serve(parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()})

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self._serve(urlsplit(self.path).path, {name: values[0] for name, values in parse_qs(body).items()})

    def _serve(self, path, given):
        version = re.search(r"/v[0-9.]+(?=/)", path)
        if version:
            self.server.graph_versions.append(version[0].strip("/"))
            path = path.replace(version[0], "")
        name = path.strip("/").replace("/", "_")
        try:
            answer = getattr(self, f"_{name}")(given)
        except AssertionError as error:
            self._send(400, {"error": "invalid_request", "error_description": str(error)})
        else:
            if answer is not None:
                self._send(200, answer)

    def _send(self, status, body, content_type="application/json"):
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.end_headers()
        self.wfile.write(data)

    def _code_for(self, given):
        assert given["client_id"] == "shop"
        assert given["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(16)
        self.server.codes[code] = given
        return code

    def _redirect(self, given):
        answer = {"state": given["state"], "code": self._code_for(given)}
        self.send_response(302)
        self.send_header("Location", f"{given['redirect_uri']}?{urlencode(answer)}")
        self.end_headers()

    def _redeem(self, given, *, has_secret=True):
        asked = self.server.codes.pop(given["code"], None)
        assert asked is not None, "unknown code"
        assert given["client_id"] == "shop"
        assert given["redirect_uri"] == asked["redirect_uri"], "redirect_uri"
        if has_secret:
            assert given["client_secret"] == "correct horse", "client_secret"
        return asked

    def _check_pkce(self, given, asked):
        digest = hashlib.sha256(given["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == asked["code_challenge"], "code_verifier"

    def _id_token(self, asked, issuer, claims):
        now = datetime.datetime.now(tz=datetime.UTC)
        made = {
            "iss": issuer,
            "aud": "shop",
            "iat": now,
            "exp": now + datetime.timedelta(hours=1),
            "nonce": asked["nonce"],
            **claims,
            **self.server.changes.get("claims", {}),
        }
        return jwt.encode(made, self.server.changes.get("key", KEY), algorithm="RS256", headers={"kid": "one"})

    # Google

    def _google_authorize(self, given):
        assert "openid" in given["scope"].split()
        self._redirect(given)

    def _google_token(self, given):
        asked = self._redeem(given)
        self._check_pkce(given, asked)
        person = {"sub": "112233", "email": "jane@example.com", "email_verified": True, "given_name": "Jane"}
        return {
            "access_token": "at",
            "expires_in": 3599,
            "token_type": "Bearer",
            "id_token": self._id_token(asked, "https://accounts.google.com", person),
        }

    def _google_people(self, given):
        assert self.headers["Authorization"] == "Bearer at"
        return {name: value for name, value in PERSON_FIELDS.items() if name in given["personFields"].split(",")}

    def _google_certs(self, _given):
        return {"one": certificate()}

    # Facebook

    def _facebook_dialog_oauth(self, given):
        assert set(given["scope"].split(",")) == {"public_profile", "email"}
        self._redirect(given)

    def _facebook_oauth_access_token(self, given):
        self._redeem(given)
        return {"access_token": "at-facebook", "token_type": "bearer", "expires_in": 5183944}

    def _facebook_me(self, given):
        assert given["access_token"] == "at-facebook"
        assert given["appsecret_proof"] == hmac.new(b"correct horse", b"at-facebook", "sha256").hexdigest()
        wanted = given["fields"].split(",")
        return {name: value for name, value in GRAPH_FIELDS.items() if name in wanted}

    # Amazon

    def _amazon_ap_oa(self, given):
        self._redirect(given)

    def _amazon_token(self, given):
        asked = self._redeem(given)
        self._check_pkce(given, asked)
        return {"access_token": "at-amazon", "token_type": "bearer", "expires_in": 3600, "refresh_token": "rt"}

    def _amazon_profile(self, given):
        assert given["access_token"] == "at-amazon"
        return {"user_id": "amzn1.account.K2LI23KL2LK2", "email": "jane@example.com", "name": "Jane Roe"}

    # Apple

    def _apple_authorize(self, given):
        assert given["response_mode"] == "form_post"
        user = {"name": {"firstName": "Jane", "lastName": "Roe"}, "email": "jane@example.com"}
        fields = {"state": given["state"], "code": self._code_for(given), "user": json.dumps(user)}
        self._send(200, {"action": given["redirect_uri"], "fields": fields})

    def _apple_token(self, given):
        asked = self._redeem(given, has_secret=False)
        secret = jwt.decode(
            given["client_secret"], self.server.apple_key, algorithms=["ES256"], audience="https://appleid.apple.com"
        )
        assert (secret["iss"], secret["sub"]) == ("TEAM123456", "shop"), "client_secret"
        person = {"sub": "001.abc", "email": "jane@privaterelay.appleid.com", "email_verified": "true"}
        return {
            "access_token": "at",
            "token_type": "Bearer",
            "expires_in": 3600,
            "id_token": self._id_token(asked, "https://appleid.apple.com", person),
        }

    def _apple_keys(self, _given):
        key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
        return {"keys": [{**key, "kid": "one", "use": "sig", "alg": "RS256"}]}
