"""Sign-out that a SAML provider begins: its people are signed out of our apps, too."""

import base64
import datetime
import json
import re
import threading
import uuid
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, quote_plus, urlencode

import pytest
import requests
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from cognito_auth.models import (
    AuthEvent,
    AuthorizationCode,
    BrowserSession,
    IdentityProvider,
    LinkedIdentity,
    SamlAssertion,
    TokenFamily,
    User,
    UserPoolClient,
)
from cognito_auth.services import expiry, signing_certificates
from cognito_auth.services.identity_providers import records
from cognito_auth.services.tokens import issue
from tests.factories import UserFactory, UserPoolFactory
from tests.services.triggers.conftest import Handler
from tests.social import saml
from tests.social.conftest import REDIRECT_URI, make_app, query_of
from tests.social.test_saml import acme, saml_modules, sign_in  # noqa: F401  fixtures

pytest.importorskip("onelogin", reason="needs the extra saml")
etree = pytest.importorskip("lxml.etree")
OneLogin_Saml2_Utils = pytest.importorskip("onelogin.saml2.utils").OneLogin_Saml2_Utils
xmlsec = pytest.importorskip("xmlsec")

SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SHA1 = "http://www.w3.org/2000/09/xmldsig#rsa-sha1"
POST, REDIRECT = "POST", "Redirect"
BINDINGS = [POST, REDIRECT]
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"


@pytest.fixture
def provider(pool):
    """The provider Acme, of which nothing runs: the tests write its messages."""
    return make_provider(pool)


def make_provider(pool, name="Acme", which="provider", metadata=None):
    return records.create(
        pool,
        name,
        "SAML",
        provider_details={"MetadataFile": metadata or saml.metadata("http://127.0.0.1:9/sso", which=which)},
        mapping={"email": saml.EMAIL},
        now=timezone.now(),
    )


@pytest.fixture
def jane(pool):
    return UserFactory(pool=pool, username="jane", email="jane@example.com", confirmed=True)


def signed_in(user, app, provider="Acme", name_id="jane-7", index="session-1", **changes):
    """Return a browser that Jane is signed in with by a SAML provider, and the family of an app's tokens."""
    from cognito_auth.services.federation.saml_sessions import SamlSession
    from cognito_auth.services.oauth import browser_sessions
    from cognito_auth.services.request_origin import RequestOrigin
    from cognito_auth.services.sign_in.attempt import SignedIn

    now = changes.get("now", timezone.now())
    session, value = browser_sessions.begin(
        app,
        SignedIn(user, now, user.token_epoch, ()),
        provider=provider,
        saml_session=SamlSession(provider, name_id, index=index),
        origin=RequestOrigin(),
        now=now,
    )
    tokens = issue.issue(
        user,
        app,
        authenticated_at=now,
        token_epoch=user.token_epoch,
        now=now,
        authorization=issue.Authorization("openid", browser_session_id=session.pk),
        origin=RequestOrigin(),
    )
    browser = Client()
    browser.cookies["cognito"] = value
    return browser, session, TokenFamily.objects.get(pk=tokens.family_id)


def document(pool, *, name_id="jane-7", indexes=("session-1",), **changes):
    """Return a LogoutRequest (XML)."""
    given = {
        "ID": f"_{uuid.uuid4().hex}",
        "Version": "2.0",
        "IssueInstant": f"{timezone.now():%Y-%m-%dT%H:%M:%SZ}",
        "Destination": f"http://testserver/{pool.pk}/saml2/logout",
        **changes,
    }
    issuer = given.pop("issuer", saml.ISSUER)
    attributes = " ".join(f'{name}="{value}"' for name, value in given.items() if value is not None)
    named = "" if issuer is None else f"<saml:Issuer>{issuer}</saml:Issuer>"
    sessions = "".join(f"<samlp:SessionIndex>{index}</samlp:SessionIndex>" for index in indexes)
    return (
        '<samlp:LogoutRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"'
        f' xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" {attributes}>{named}'
        f"<saml:NameID>{name_id}</saml:NameID>{sessions}</samlp:LogoutRequest>"
    )


def signed(text, *, which="provider", algorithm=SHA256, digest="http://www.w3.org/2001/04/xmlenc#sha256"):
    certificate, key = saml.credentials(which)
    return OneLogin_Saml2_Utils.add_sign(text, key, certificate, sign_algorithm=algorithm, digest_algorithm=digest)


def posted(text, **fields):
    raw = text if isinstance(text, bytes) else text.encode()
    return {"SAMLRequest": base64.b64encode(raw).decode(), **fields}


def deflated(text):
    deflating = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return base64.b64encode(deflating.compress(text.encode()) + deflating.flush()).decode()


def query(text, *, which="provider", algorithm=SHA256, escape=quote_plus, **fields):
    """Return a signed query string."""
    named = {"SAMLRequest": deflated(text), **fields, "SigAlg": algorithm}
    content = "&".join(f"{name}={escape(value)}" for name, value in named.items())
    transform = xmlsec.Transform.RSA_SHA1 if algorithm == SHA1 else xmlsec.Transform.RSA_SHA256
    signature = OneLogin_Saml2_Utils.sign_binary(content, saml.credentials(which)[1], transform)
    return f"{content}&Signature={escape(base64.b64encode(signature).decode())}"


def send(pool, binding, text, *, browser=None, which="provider", **fields):
    """Send a signed request; return the answer."""
    ours, address = browser or Client(), f"/{pool.pk}/saml2/logout"
    if binding == POST:
        return ours.post(address, posted(signed(text, which=which), **fields))
    return ours.get(f"{address}?{query(text, which=which, **fields)}")


def response_in(answer):
    """Return the LogoutResponse of a redirect, its signature checked."""
    assert answer.status_code == 302, answer.content
    told = query_of(answer["Location"])
    pool_id = etree.fromstring(zlib.decompress(base64.b64decode(told["SAMLResponse"]), -15)).findtext(
        "{urn:oasis:names:tc:SAML:2.0:assertion}Issuer"
    )
    certificate = signing_certificates.SigningCertificate.objects.get(pool=pool_id.rpartition(":")[2]).certificate
    content = urlencode({name: told[name] for name in ("SAMLResponse", "RelayState", "SigAlg") if name in told})
    assert OneLogin_Saml2_Utils.validate_binary_sign(
        content, base64.b64decode(told["Signature"]), certificate, told["SigAlg"]
    )
    return etree.fromstring(zlib.decompress(base64.b64decode(told["SAMLResponse"]), -15)), told


def ask(app, grant_type, **fields):
    """Ask the token endpoint; return what it says."""
    body = urlencode({"grant_type": grant_type, "client_id": app.pk, **fields})
    answer = Client().post(f"/{app.pool_id}/oauth2/token", body, content_type="application/x-www-form-urlencoded")
    return answer.json()


def exchange(app, code):
    return ask(app, "authorization_code", redirect_uri=REDIRECT_URI, code=code)


def is_alive(session, family):
    session.refresh_from_db()
    family.refresh_from_db()
    return session.ended_at is None, family.revoked_at is None


class TestByARealProvider:
    @pytest.mark.parametrize("binding", BINDINGS)
    def test_signs_the_person_out_here_and_hears_so(self, acme, app, browser, pool, binding):  # noqa: F811
        origin = acme()
        told = query_of(sign_in(browser, app)["Location"])
        refresh = {"refresh_token": exchange(app, told["code"])["refresh_token"]}
        assert "access_token" in ask(app, "refresh_token", **refresh)
        here = {
            "serviceProviderId": f"urn:amazon:cognito:sp:{pool.pk}",
            "sessionIndex": "session-1",
            "nameId": "jane-7",
            "serviceProviderLogoutURL": f"http://testserver/{pool.pk}/saml2/logout",
            "binding": f"urn:oasis:names:tc:SAML:2.0:bindings:HTTP-{binding}",
            "cert": signing_certificates.of(pool, now=timezone.now()).certificate,
        }
        begun = requests.get(
            f"{origin}/sign-out",
            {"apps": json.dumps([here]), "binding": binding},
            allow_redirects=False,
            timeout=10,
        )

        if binding == POST:
            action, fields = saml.form_in(begun.text)
            answer = Client().post(action.removeprefix("http://testserver"), fields)
        else:
            answer = browser.ours.get(begun.headers["Location"].removeprefix("http://testserver"))

        assert answer.status_code == 302
        assert requests.get(answer["Location"], timeout=10).text == "OK"
        assert BrowserSession.objects.get().ended_at is not None
        assert ask(app, "refresh_token", **refresh)["error"] == "invalid_grant"


@pytest.mark.parametrize("binding", BINDINGS)
class TestEnds:
    def test_the_session_and_its_tokens(self, provider, app, jane, pool, binding):
        browser, *theirs = signed_in(jane, app)

        answer = send(pool, binding, document(pool), browser=browser)

        assert is_alive(*theirs) == (False, False)
        assert answer.cookies["cognito"].value == ""
        assert AuthEvent.objects.filter(user=jane, type="SignOut").count() == 1

    def test_the_session_of_the_index_only(self, provider, app, jane, pool, binding):
        _browser, *one = signed_in(jane, app)
        _browser, *other = signed_in(jane, app, index="session-2")

        send(pool, binding, document(pool, indexes=["session-2", "session-3"]))

        assert (is_alive(*one), is_alive(*other)) == ((True, True), (False, False))

    def test_all_sessions_of_the_person_without_an_index(self, provider, app, jane, pool, binding):
        _browser, *one = signed_in(jane, app)
        _browser, *other = signed_in(jane, app, index="session-2")

        send(pool, binding, document(pool, indexes=[]))

        assert (is_alive(*one), is_alive(*other)) == ((False, False), (False, False))

    def test_tokens_of_a_session_that_ended_here_before(self, provider, app, jane, pool, binding):
        _browser, session, family = signed_in(jane, app)
        BrowserSession.objects.update(ended_at=timezone.now())

        send(pool, binding, document(pool))

        assert is_alive(session, family) == (False, False)

    def test_codes_that_are_on_their_way(self, acme, app, browser, pool, binding):  # noqa: F811
        acme()
        told = query_of(sign_in(browser, app)["Location"])

        send(pool, binding, document(pool))

        assert exchange(app, told["code"])["error"] == "invalid_grant"
        assert not TokenFamily.objects.exists()
        assert AuthorizationCode.objects.get().used_at is not None

    def test_nothing_of_anybody_else(self, provider, app, jane, pool, binding):
        make_provider(pool, "Beta", metadata=saml.metadata("http://127.0.0.1:9/sso", which="beta"))
        joe = UserFactory(pool=pool, username="joe", confirmed=True)
        _browser, *other = signed_in(joe, app, name_id="joe-8")
        _browser, *elsewhere = signed_in(jane, app, provider="Beta")
        there = make_app(UserPoolFactory())
        _browser, *another = signed_in(UserFactory(pool=there.pool, username="jane", confirmed=True), there)

        answer = send(pool, binding, document(pool))

        assert response_in(answer)[0].find(".//{*}StatusCode").get("Value") == SUCCESS
        assert [is_alive(*rows) for rows in (other, elsewhere, another)] == [(True, True)] * 3


class TestWhoseWordItIs:
    @pytest.fixture
    def addresses(self):
        """Serve metadata documents: one that is there, one that is none, and nothing."""
        documents = {"/good": saml.metadata("http://127.0.0.1:9/sso"), "/bad": "<html>"}

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                document = documents.get(self.path)
                self.send_response(200 if document else 404)
                self.end_headers()
                self.wfile.write((document or "").encode())

            def log_message(self, *_arguments):
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        server.server_close()

    def make(self, pool, name, address):
        details = {"MetadataURL": address}
        IdentityProvider.objects.create(pool=pool, name=name, name_key=name.casefold(), type="SAML", details=details)

    def test_is_found_out_at_the_address_of_its_metadata(self, addresses, app, jane, pool):
        caches["default"].clear()
        for name, path in (("Bad", "/bad"), ("Gone", "/gone"), ("Acme", "/good")):
            self.make(pool, name, f"{addresses}{path}")
        _browser, *theirs = signed_in(jane, app)

        answer = send(pool, REDIRECT, document(pool))

        assert response_in(answer)[0].find(".//{*}StatusCode").get("Value") == SUCCESS
        assert is_alive(*theirs) == (False, False)

    def test_needs_no_address_where_a_document_is_at_hand(self, provider, app, jane, pool, monkeypatch):
        # Nobody answers there; asking would take long.
        self.make(pool, "Slow", "http://127.0.0.1:9/metadata")
        _browser, *theirs = signed_in(jane, app)

        monkeypatch.setattr("cognito_auth.social.saml.metadata.egress.session_for", None)

        send(pool, POST, document(pool))

        assert is_alive(*theirs) == (False, False)


class TestEncryptedNames:
    def encrypted(self, certificate):
        return OneLogin_Saml2_Utils.generate_name_id("jane-7", None, None, certificate, False, None)

    def request(self, pool, certificate):
        return document(pool).replace("<saml:NameID>jane-7</saml:NameID>", self.encrypted(certificate))

    def test_are_read(self, provider, app, jane, pool):
        _browser, *theirs = signed_in(jane, app)
        ours = signing_certificates.of(pool, now=timezone.now()).certificate

        send(pool, POST, self.request(pool, ours))

        assert is_alive(*theirs) == (False, False)

    def test_for_somebody_else_are_refused(self, provider, app, jane, pool):
        _browser, *theirs = signed_in(jane, app)

        answer = send(pool, REDIRECT, self.request(pool, saml.credentials("somebody else")[0]))

        assert answer["Location"] == f"/{pool.pk}/error?error=provider_answer"
        assert is_alive(*theirs) == (True, True)


@pytest.mark.parametrize("binding", BINDINGS)
class TestAnswer:
    def test_names_the_request_and_gives_the_relay_state_back(self, provider, pool, binding):
        answer = send(pool, binding, document(pool, ID="_abc"), RelayState="a=b&c d/é")

        response, told = response_in(answer)
        assert answer["Location"].startswith("http://127.0.0.1:9/slo?")
        assert response.get("InResponseTo") == "_abc"
        assert response.get("Destination") == "http://127.0.0.1:9/slo"
        assert told["RelayState"] == "a=b&c d/é"
        assert response.find(".//{*}StatusCode").get("Value") == SUCCESS

    def test_goes_where_the_metadata_says(self, pool, binding):
        metadata = saml.metadata("http://127.0.0.1:9/sso").replace(
            'Location="http://127.0.0.1:9/slo"',
            'Location="http://127.0.0.1:9/slo" ResponseLocation="http://127.0.0.1:9/done?a=1&amp;b=2"',
        )
        make_provider(pool, metadata=metadata)

        answer = send(pool, binding, document(pool))

        assert answer["Location"].startswith("http://127.0.0.1:9/done?a=1&b=2&SAMLResponse=")
        assert response_in(answer)[0].get("Destination") == "http://127.0.0.1:9/done?a=1&b=2"

    def test_is_a_page_where_there_is_no_address(self, app, jane, pool, binding):
        metadata = saml.metadata("http://127.0.0.1:9/sso")
        begin, end = metadata.index("<SingleLogoutService"), metadata.index("<SingleSignOnService")
        make_provider(pool, metadata=metadata[:begin] + metadata[end:])
        _browser, *theirs = signed_in(jane, app)

        answer = send(pool, binding, document(pool))

        assert "You are signed out" in answer.content.decode()
        assert is_alive(*theirs) == (False, False)

    def test_is_of_the_provider_whose_key_signed(self, provider, app, jane, pool, binding):
        """A customer who gives themself another customer's name signs out nobody of theirs."""
        impostor = saml.metadata("http://127.0.0.1:8/sso", which="somebody else")
        make_provider(pool, "Impostor", metadata=impostor)
        _browser, *theirs = signed_in(jane, app)

        answer = send(pool, binding, document(pool), which="somebody else")

        assert answer["Location"].startswith("http://127.0.0.1:8/slo?")
        assert is_alive(*theirs) == (True, True)


class TestRefusals:
    """Nobody is signed out, and a page says that it does not work."""

    @pytest.fixture
    def theirs(self, provider, app, jane):
        return signed_in(jane, app)[1:]

    def refused(self, answer, theirs, pool):
        assert answer.status_code == 302
        assert answer["Location"] == f"/{pool.pk}/error?error=provider_answer"
        assert is_alive(*theirs) == (True, True)
        assert not SamlAssertion.objects.exists()

    @pytest.mark.parametrize("binding", BINDINGS)
    @pytest.mark.parametrize(
        "changes",
        [
            {"issuer": "urn:example:other"},
            {"issuer": None},
            {"Destination": "http://testserver/elsewhere"},
            {"Destination": None},
            {"Destination": ""},
            {"IssueInstant": f"{timezone.now() - datetime.timedelta(minutes=11):%Y-%m-%dT%H:%M:%SZ}"},
            {"IssueInstant": f"{timezone.now() + datetime.timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"},
            {"IssueInstant": "9999-12-31T23:59:59-14:00"},
            {"IssueInstant": "-0044-03-15T12:00:00Z"},
            {"IssueInstant": "yesterday"},
            {"NotOnOrAfter": f"{timezone.now() - datetime.timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"},
            {"Version": "1.1"},
            {"ID": "1"},
            {"name_id": ""},
            {"name_id": "<x/>"},
        ],
        ids=str,
    )
    def test_what_it_says(self, theirs, pool, binding, changes):
        self.refused(send(pool, binding, document(pool, **changes)), theirs, pool)

    @pytest.mark.parametrize("binding", BINDINGS)
    def test_a_destination_that_begins_like_ours(self, theirs, pool, binding):
        there = f"http://testserver/{pool.pk}/saml2/logout.evil.example"

        self.refused(send(pool, binding, document(pool, Destination=there)), theirs, pool)

    @pytest.mark.parametrize("binding", BINDINGS)
    def test_somebody_else_signed(self, theirs, pool, binding):
        self.refused(send(pool, binding, document(pool), which="somebody else"), theirs, pool)

    @pytest.mark.parametrize("binding", BINDINGS)
    def test_a_long_relay_state(self, theirs, pool, binding):
        self.refused(send(pool, binding, document(pool), RelayState="x" * 1025), theirs, pool)

    @pytest.mark.parametrize("binding", BINDINGS)
    def test_it_came_before(self, provider, pool, binding):
        text = document(pool)
        assert "SAMLResponse=" in send(pool, binding, text)["Location"]

        for again in BINDINGS:
            assert send(pool, again, text)["Location"] == f"/{pool.pk}/error?error=provider_answer"

    @pytest.mark.parametrize("binding", BINDINGS)
    def test_it_is_of_another_pool(self, theirs, pool, binding):
        other = UserPoolFactory()
        make_provider(other)
        address = f"/{other.pk}/saml2/logout"
        text = document(pool)

        answer = (
            Client().post(address, posted(signed(text)))
            if binding == POST
            else Client().get(f"{address}?{query(text)}")
        )

        assert answer["Location"] == f"/{other.pk}/error?error=provider_answer"
        assert is_alive(*theirs) == (True, True)

    def test_a_post_that_is_not_signed(self, theirs, pool):
        self.refused(Client().post(f"/{pool.pk}/saml2/logout", posted(document(pool))), theirs, pool)

    def test_a_post_whose_signature_is_old(self, theirs, pool):
        text = signed(document(pool), algorithm=SHA1, digest="http://www.w3.org/2000/09/xmldsig#sha1")

        self.refused(Client().post(f"/{pool.pk}/saml2/logout", posted(text)), theirs, pool)

    def test_a_post_that_was_changed_on_the_way(self, theirs, pool):
        text = signed(document(pool, name_id="joe-8")).replace(b"joe-8", b"jane-7")

        self.refused(Client().post(f"/{pool.pk}/saml2/logout", posted(text)), theirs, pool)

    @pytest.mark.parametrize("place", ["Extensions", "Object", "moved", "twice"])
    def test_a_signature_of_something_else(self, theirs, pool, place):
        root = etree.fromstring(signed(document(pool, name_id="joe-8")))
        evil = etree.fromstring(document(pool))
        signature = root.find("{*}Signature")
        # The schema allows nothing of the protocol there by itself.
        wrapping = etree.Element("{urn:example:wrapping}Wrapping")
        wrapping.append(root)
        if place == "Object":
            evil.insert(1, signature)
            etree.SubElement(signature, "{http://www.w3.org/2000/09/xmldsig#}Object").append(wrapping)
        else:
            extensions = etree.Element("{urn:oasis:names:tc:SAML:2.0:protocol}Extensions")
            extensions.append(wrapping)
            evil.insert(1, extensions)
        if place == "twice":
            evil.set("ID", root.get("ID"))
        if place in ("moved", "twice"):
            evil.insert(1, signature)

        self.refused(Client().post(f"/{pool.pk}/saml2/logout", posted(etree.tostring(evil))), theirs, pool)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "x",
            "=",
            "é",
            base64.b64encode(b"<a/>").decode(),
            base64.b64encode(b"\0").decode(),
            base64.b64encode(b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>').decode(),
            base64.b64encode(b"<a>" * 20_000).decode(),
            "A" * 200_000,
        ],
        ids=["empty", "x", "=", "no ASCII", "XML", "NUL", "entity", "deep", "long"],
    )
    def test_what_is_no_request(self, theirs, pool, text):
        address = f"/{pool.pk}/saml2/logout"

        self.refused(Client().post(address, {"SAMLRequest": text}), theirs, pool)
        self.refused(Client().get(address, {"SAMLRequest": text[:8000]}), theirs, pool)

    @pytest.mark.parametrize("missing", ["SigAlg", "Signature"])
    def test_an_address_without(self, theirs, pool, missing):
        parts = [part for part in query(document(pool)).split("&") if not part.startswith(f"{missing}=")]

        self.refused(Client().get(f"/{pool.pk}/saml2/logout?{'&'.join(parts)}"), theirs, pool)

    def test_an_address_with_an_empty_signature_and_one_in_the_document(self, theirs, pool):
        text = signed(document(pool)).decode()
        told = urlencode({"SAMLRequest": deflated(text), "SigAlg": SHA256, "Signature": ""})

        self.refused(Client().get(f"/{pool.pk}/saml2/logout?{told}"), theirs, pool)

    def test_an_address_whose_signature_is_old(self, theirs, pool):
        self.refused(Client().get(f"/{pool.pk}/saml2/logout?{query(document(pool), algorithm=SHA1)}"), theirs, pool)

    @pytest.mark.parametrize("extra", ["RelayState=x", "SAMLRequest=x", "SAMLEncoding=x", "Signature=x", "SigAlg=x"])
    def test_an_address_with_more_than_was_signed(self, theirs, pool, extra):
        told = query(document(pool))

        self.refused(Client().get(f"/{pool.pk}/saml2/logout?{told}&{extra}"), theirs, pool)
        self.refused(Client().get(f"/{pool.pk}/saml2/logout?{extra}&{told}"), theirs, pool)

    def test_what_grows_without_end(self, theirs, pool):
        told = query(document(pool, name_id="x" * 100_000))
        assert len(told) < 8000

        self.refused(Client().get(f"/{pool.pk}/saml2/logout?{told}"), theirs, pool)


def with_small_letters(text):
    """Some write the digits after percent signs so."""
    return re.sub("%..", lambda found: found[0].lower(), quote_plus(text))


def with_other_spaces(text):
    return quote(text, safe="")


class TestAddress:
    @pytest.mark.parametrize("escape", [quote_plus, with_other_spaces, with_small_letters])
    def test_is_signed_in_whatever_way_it_is_written(self, provider, pool, escape):
        answer = Client().get(f"/{pool.pk}/saml2/logout?{query(document(pool), escape=escape, RelayState='a b/+')}")

        assert response_in(answer)[1]["RelayState"] == "a b/+"


class TestExpiry:
    def test_keeps_sessions_whose_tokens_a_provider_may_end(self, provider, app, jane, pool):
        UserPoolClient.objects.filter(pk=app.pk).update(refresh_token_validity=30)
        now = timezone.now()
        _browser, session, family = signed_in(jane, app, now=now - datetime.timedelta(days=3))
        TokenFamily.objects.update(expires_at=now + datetime.timedelta(days=27))

        for queries in expiry.over(now).values():
            for queryset in queries:
                list(expiry.remove(queryset))
        assert BrowserSession.objects.filter(pk=session.pk).exists()
        send(pool, POST, document(pool))
        assert is_alive(session, family)[1] is False
        for queryset in expiry.over(now)["browser sessions"]:
            list(expiry.remove(queryset))

        assert not BrowserSession.objects.exists()
        assert User.objects.filter(pk=jane.pk).exists()


class TestLinkedAccounts:
    """A person joins the account of a SAML provider with theirs: both sessions end together from then on."""

    @pytest.fixture
    def handler(self, settings):
        # The provider itself says nothing of the address.
        attributes = {"email": "jane@example.com", "email_verified": "true", "name": "Jane of Acme"}
        handler = Handler({"userAttributesToMap": attributes})
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "TRIGGERS": {"InboundFederation": handler}}
        return handler

    @pytest.fixture
    def offered(self, acme, app, browser, jane, handler):  # noqa: F811
        """Return where the person is asked."""
        acme({"IDPSignout": "true"})
        IdentityProvider.objects.update(linking="ask")
        UserPoolClient.objects.update(logout_urls=["https://app.example.com/bye"])
        asked = sign_in(browser, app)
        assert "/linkAccount?" in asked["Location"]
        return asked["Location"]

    def test_the_trigger_decides_once_and_its_answer_counts(self, offered, browser, jane, handler):
        browser.ours.post(offered.replace("linkAccount", "login"), {"username": "jane", "password": "Passw0rd!"})

        assert LinkedIdentity.objects.get().user == jane
        jane.refresh_from_db()
        assert jane.name == "Jane of Acme"
        (event,) = handler.events
        assert event["request"]["attributes"]["samlResponse"]["NameID"] == "jane-7"

    def test_the_trigger_decides_once_for_who_declines(self, offered, browser, jane, handler):
        browser.ours.post(offered)

        user = LinkedIdentity.objects.get().user
        assert (user.username, user.name) == ("acme_jane-7", "Jane of Acme")
        assert len(handler.events) == 1

    @pytest.mark.parametrize("joins", [True, False])
    def test_a_sign_out_goes_to_the_provider(self, offered, browser, app, joins):
        self.go_on(offered, browser, joins=joins)

        bye = f"client_id={app.pk}&logout_uri=https://app.example.com/bye"
        here = browser.ours.get(f"/{app.pool_id}/logout?{bye}")
        there = browser.ours.get(here["Location"])

        assert "/slo?SAMLRequest=" in there["Location"]
        asked = etree.fromstring(zlib.decompress(base64.b64decode(query_of(there["Location"])["SAMLRequest"]), -15))
        assert (asked.findtext("{*}NameID"), asked.findtext("{*}SessionIndex")) == ("jane-7", "session-1")

    @pytest.mark.parametrize("joins", [True, False])
    def test_a_sign_out_of_the_provider_comes_here(self, offered, browser, pool, joins):
        self.go_on(offered, browser, joins=joins)

        send(pool, POST, document(pool))

        session = BrowserSession.objects.get()
        assert session.ended_at is not None
        assert session.provider_name == ("COGNITO" if joins else "Acme")

    def test_another_person_keeps_their_session(self, offered, browser, pool):
        UserFactory(pool=pool, username="joe", confirmed=True)
        browser.ours.post(offered.replace("linkAccount", "login"), {"username": "joe", "password": "Passw0rd!"})

        send(pool, POST, document(pool))

        assert BrowserSession.objects.get().ended_at is None

    def go_on(self, offered, browser, *, joins):
        if joins:
            browser.ours.post(offered.replace("linkAccount", "login"), {"username": "jane", "password": "Passw0rd!"})
        else:
            browser.ours.post(offered)
