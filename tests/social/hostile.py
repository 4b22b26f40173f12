"""An OpenID provider on this machine that says whatever a test wants."""

import datetime
import http.server
import json
import threading
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEY = rsa.generate_private_key(65537, 2048)


class HostileProvider(http.server.ThreadingHTTPServer):
    """Answers as it should but for what is in ``says``: path to the bytes of a body, or to a function that answers.

    ``claims`` are added to the ID token, ``payload`` replaces its claims, as bytes.
    """

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.origin = f"http://127.0.0.1:{self.server_port}"
        self.says = {}
        self.claims = {}
        self.payload = None
        self.nonce = ""
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def id_token(self):
        if self.payload is not None:
            return jwt.api_jws.encode(self.payload, KEY, algorithm="RS256", headers={"kid": "one"})
        now = datetime.datetime.now(tz=datetime.UTC)
        claims = {
            "iss": self.origin,
            "sub": "jane",
            "aud": "shop",
            "iat": now,
            "exp": now + datetime.timedelta(minutes=5),
            "nonce": self.nonce,
            **self.claims,
        }
        return jwt.encode(claims, KEY, algorithm="RS256", headers={"kid": "one"})

    def come_back(self, address, **changes):
        """Return where the browser goes that was sent to ``address``."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        self.nonce = asked["nonce"]
        answer = {"code": "c", "state": asked["state"], **changes}
        return f"{asked['redirect_uri']}?{urlencode(answer)}"


class _Handler(http.server.BaseHTTPRequestHandler):
    server: HostileProvider

    def log_message(self, *args):
        """Say nothing."""

    def do_GET(self):
        said = self.server.says.get(urlsplit(self.path).path)
        if callable(said):
            said(self)
            return
        body = said if said is not None else json.dumps(self._usual(urlsplit(self.path).path)).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def _usual(self, path):
        origin = self.server.origin
        if path == "/keys":
            key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key()))
            return {"keys": [{**key, "kid": "one", "use": "sig"}]}
        if path == "/token":
            return {"access_token": "at", "token_type": "Bearer", "id_token": self.server.id_token()}
        if path == "/userinfo":
            return {"sub": "jane", "name": "Jane Roe"}
        return {
            "issuer": origin,
            "authorization_endpoint": f"{origin}/authorize",
            "token_endpoint": f"{origin}/token",
            "jwks_uri": f"{origin}/keys",
            "userinfo_endpoint": f"{origin}/userinfo",
        }
