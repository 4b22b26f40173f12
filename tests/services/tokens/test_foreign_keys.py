"""Keys of pools elsewhere: downloads that are bounded, and keys that stay."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from cognito_auth.services.tokens import errors, foreign_keys
from cognito_auth.services.tokens.foreign_keys import DownloadFailed, RemoteKeys, StaticKeys, usable_keys
from cognito_auth.services.tokens.verify import verify
from tests import tokens


class Clock:
    def __init__(self):
        self.seconds = 1000.0

    def __call__(self):
        return self.seconds


class Publisher:
    """Stands for the address of a key set."""

    def __init__(self, *kids):
        self.kids = list(kids)
        self.error = None
        self.downloads = 0
        self.may_answer = threading.Event()
        self.may_answer.set()

    def __call__(self, jwks_uri):
        self.downloads += 1
        assert self.may_answer.wait(5)
        if self.error:
            raise self.error
        return {kid: f"key {kid}" for kid in self.kids}


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def publisher():
    return Publisher("a")


@pytest.fixture
def remote(publisher, clock):
    return RemoteKeys("https://elsewhere.example/jwks.json", download=publisher, clock=clock)


@pytest.fixture
def find(remote):
    """Return a function that finds a key, or the kind of refusal, when no download is under way any more."""

    def look(kid):
        try:
            found = remote.find(kid, None)
        except (errors.UnknownKey, errors.KeysUnavailable) as error:
            found = type(error)
        assert remote._finished.wait(5)
        return found

    return look


class TestRemoteKeys:
    def test_downloads_once_for_all_known_keys(self, find, publisher):
        assert [find("a") for _time in range(3)] == ["key a"] * 3
        assert publisher.downloads == 1

    def test_downloads_once_for_many_who_ask_at_once(self, remote, publisher):
        publisher.may_answer.clear()
        found = []
        threads = [threading.Thread(target=lambda: found.append(remote.find("a", None))) for _time in range(8)]
        for thread in threads:
            thread.start()
        publisher.may_answer.set()
        for thread in threads:
            thread.join()

        assert found == ["key a"] * 8
        assert publisher.downloads == 1

    def test_asks_again_for_unknown_keys_every_ten_seconds_at_most(self, find, publisher, clock):
        find("a")

        for number in range(600):
            clock.seconds += 0.1
            assert find(f"unknown {number}") is errors.UnknownKey

        assert publisher.downloads <= 7

    def test_takes_a_new_key_while_unknown_ones_pour_in(self, find, publisher, clock):
        find("a")
        find("unknown")
        publisher.kids.append("b")

        for number in range(100):
            clock.seconds += 0.1
            find(f"unknown {number}")

        clock.seconds += 0.2
        assert find("b") == "key b"

    def test_drops_a_key_that_is_no_longer_published(self, find, publisher, clock):
        find("a")
        publisher.kids = ["b"]
        clock.seconds += 11

        assert find("b") == "key b"
        assert find("a") is errors.UnknownKey

    def test_never_waits_for_a_known_key(self, remote, find, publisher, clock):
        find("a")
        publisher.may_answer.clear()
        clock.seconds += 3601

        assert remote.find("a", None) == "key a"

        publisher.may_answer.set()
        assert find("a") == "key a"
        assert publisher.downloads == 2

    def test_keeps_the_keys_through_an_outage(self, find, publisher, clock):
        find("a")
        publisher.error = DownloadFailed("down")
        clock.seconds += 7200

        assert find("a") == "key a"
        assert find("a") == "key a"

    def test_says_that_it_does_not_know_during_an_outage(self, find, publisher, clock):
        find("a")
        publisher.error = DownloadFailed("down")
        clock.seconds += 11

        assert find("b") is errors.KeysUnavailable

    @pytest.mark.parametrize("error", [DownloadFailed("down"), RuntimeError("a fault of ours")])
    def test_without_any_keys_nothing_can_be_said(self, find, publisher, clock, error):
        publisher.error = error

        assert [find("a") for _time in range(5)] == [errors.KeysUnavailable] * 5
        assert publisher.downloads == 1

        publisher.error = None
        clock.seconds += 11
        assert find("a") == "key a"

    def test_does_not_wait_for_ever(self, remote, publisher, monkeypatch):
        monkeypatch.setattr(foreign_keys, "_WAIT_WITHOUT_KEYS_SECONDS", 0.05)
        publisher.may_answer.clear()

        with pytest.raises(errors.KeysUnavailable):
            remote.find("a", None)
        publisher.may_answer.set()

    def test_begins_again_when_a_download_hangs(self, remote, publisher, clock, monkeypatch):
        monkeypatch.setattr(foreign_keys, "_WAIT_WITHOUT_KEYS_SECONDS", 0.05)
        publisher.may_answer.clear()
        for wait in (0, 5, 9):
            clock.seconds += wait
            with pytest.raises(errors.KeysUnavailable):
                remote.find("a", None)
        publisher.may_answer.set()

        assert publisher.downloads == 2

    def test_is_one_object_per_address(self):
        assert foreign_keys.remote("https://one.example") is foreign_keys.remote("https://one.example")
        assert foreign_keys.remote("https://one.example") is not foreign_keys.remote("https://two.example")


class TestStaticKeys:
    def test_finds_a_key(self):
        assert StaticKeys({"keys": [tokens.jwk()]}).find(tokens.KID, None).key_size == 2048

    def test_refuses_an_unknown_one(self):
        with pytest.raises(errors.UnknownKey):
            StaticKeys({"keys": []}).find("a", None)


class TestUsableKeys:
    @pytest.mark.parametrize(
        "entry",
        [
            None,
            "text",
            {},
            {"kty": "RSA", "kid": "a"},
            tokens.jwk(kid=None),
            tokens.jwk(kid=5),
            tokens.jwk(use="enc"),
            tokens.jwk(alg="RS512"),
            tokens.jwk(alg="none"),
            tokens.jwk(kty="EC"),
            tokens.jwk(kty="oct", k="c2VjcmV0"),
            tokens.jwk(key_ops=["sign"]),
            tokens.jwk(key_ops="verify"),
            tokens.jwk(name="short"),
            tokens.jwk(n="***"),
            tokens.jwk(n=5),
            tokens.jwk(e="AQ"),
            tokens.jwk(e="AA"),
            tokens.jwk(e=""),
            tokens.jwk(n="_" * 2000),
        ],
    )
    def test_leaves_out_what_cannot_be_used(self, entry):
        good = tokens.jwk("good")

        assert list(usable_keys({"keys": [entry, good]})) == ["good"]

    def test_takes_keys_without_use_and_algorithm(self):
        assert usable_keys({"keys": [tokens.jwk(use=None, alg=None)]})

    @pytest.mark.parametrize("document", [None, [], "text", {}, {"keys": None}, {"keys": {}}])
    def test_finds_none_in_what_is_no_key_set(self, document):
        assert usable_keys(document) == {}


@pytest.fixture
def server():
    """Serve, on the loopback, what ``server.answer(handler)`` does."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            httpd.answer(self)

        def log_message(self, *args):
            pass

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    httpd.daemon_threads = True
    httpd.handle_error = lambda *args: None  # clients that give up are what is tested
    httpd.uri = f"http://127.0.0.1:{httpd.server_port}/jwks.json"
    thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield httpd
    httpd.shutdown()
    thread.join()
    httpd.server_close()


def answer(body, status=200, **headers):
    def write(handler):
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return write


class TestDownloadKeys:
    def test_reads_the_set(self, server):
        server.answer = answer(json.dumps({"keys": [tokens.jwk(), {"kty": "EC"}]}).encode())

        assert list(foreign_keys.download_keys(server.uri)) == [tokens.KID]

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            (b"", 200),
            (b"<html>", 200),
            (b"[" * 20_000, 200),
            (b'{"keys":[]}', 200),
            (b"\xff", 200),
            (json.dumps({"keys": [tokens.jwk()]}).encode(), 500),
            (json.dumps({"keys": [tokens.jwk()]}).encode(), 404),
            (json.dumps({"keys": [tokens.jwk()]}).encode(), 203),
            (b" " * 70_000 + json.dumps({"keys": [tokens.jwk()]}).encode(), 200),
        ],
    )
    def test_refuses_other_answers(self, server, body, status):
        server.answer = answer(body, status)

        with pytest.raises(DownloadFailed):
            foreign_keys.download_keys(server.uri)

    def test_follows_no_redirect(self, server):
        server.answer = answer(b"", 302, Location=f"http://localhost:{server.server_port}/elsewhere")

        with pytest.raises(DownloadFailed):
            foreign_keys.download_keys(server.uri)

    def test_gives_up_on_a_slow_answer(self, server, monkeypatch):
        monkeypatch.setattr(foreign_keys, "_DOWNLOAD_SECONDS", 0.3)

        def drip(handler):
            handler.send_response(200)
            handler.end_headers()
            for _time in range(20):
                handler.wfile.write(b" ")
                handler.wfile.flush()
                time.sleep(0.1)

        server.answer = drip
        began = time.monotonic()

        with pytest.raises(DownloadFailed):
            foreign_keys.download_keys(server.uri)
        assert time.monotonic() - began < 1.5

    def test_refuses_an_address_that_nobody_answers(self):
        with pytest.raises(DownloadFailed):
            foreign_keys.download_keys("http://127.0.0.1:9/jwks.json")

    @pytest.mark.parametrize("uri", ["http://elsewhere.example/jwks.json", "file:///etc/passwd", "ftp://x.example", ""])
    def test_wants_https(self, uri):
        with pytest.raises(DownloadFailed, match="https"):
            foreign_keys.download_keys(uri)


class TestVerify:
    def test_takes_keys_from_the_address_in_the_settings(self, server, cognito_settings, now):
        server.answer = answer(json.dumps({"keys": [tokens.jwk()]}).encode())
        cognito_settings(TRUSTED_POOLS=[tokens.trusted_pool(jwks=None, jwks_uri=server.uri)])

        assert verify(tokens.sign(tokens.claims(now.timestamp())), now=now).sub

    def test_never_asks_an_address_in_a_token(self, server, cognito_settings, now):
        asked = []
        server.answer = lambda handler: asked.append(handler.path)
        cognito_settings(TRUSTED_POOLS=[tokens.trusted_pool()])
        evil = {"alg": "RS256", "kid": "unknown", "jku": server.uri, "x5u": server.uri, "jwk": tokens.jwk("unknown")}

        for header, issuer in (
            (evil, tokens.ISSUER),
            (evil, server.uri),
            (None, server.uri.removesuffix("/jwks.json")),
        ):
            with pytest.raises(errors.TokenRefused):
                verify(tokens.sign(tokens.claims(now.timestamp(), iss=issuer), header=header), now=now)
        assert asked == []
