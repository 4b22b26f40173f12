"""Sign-in with a real SAML identity provider."""

import base64
from urllib.parse import urlencode

import pytest
import requests
from django.utils import timezone

from cognito_auth.models import BrowserSession, LinkedIdentity, SamlAssertion, User
from cognito_auth.services import signing_certificates
from cognito_auth.services.identity_providers import records
from tests import npm
from tests.factories import UserPoolFactory
from tests.social import saml
from tests.social.conftest import REDIRECT_URI, Browser, make_app, query_of

pytest.importorskip("onelogin", reason="needs the extra saml")


@pytest.fixture(scope="session")
def saml_modules():
    return npm.installed(saml.DIRECTORY / "package.json")


@pytest.fixture
def acme(pool, saml_modules):
    """The SAML provider ``Acme`` of the pool; returns its origin."""
    processes = []

    def make(details=None, which="provider", **changes):
        process, origin = saml.start(saml_modules, pool, which=which, **changes)
        processes.append(process)
        records.create(
            pool,
            "Acme",
            "SAML",
            provider_details={"MetadataFile": saml.metadata(f"{origin}/sso"), **(details or {})},
            mapping={"email": saml.EMAIL, "name": saml.NAME},
            now=timezone.now(),
        )
        return origin

    yield make
    for process in processes:
        process.kill()
        process.communicate()


def respond(address):
    """Go to the provider and return what its page posts to us."""
    page = requests.get(address, timeout=10)
    assert page.status_code == 200, page.text
    return saml.form_in(page.text)


def post(browser, action, fields):
    """Post the provider's form as a browser does: without cookies, then follow the redirect with them."""
    path = action.removeprefix("http://testserver")
    answer = Browser().ours.post(path, fields)
    if answer.status_code != 303:
        return answer
    return browser.ours.get(answer["Location"])


def sign_in(browser, app, **changes):
    return post(browser, *respond(browser.begin(app, **changes)))


class TestSignIn:
    @pytest.mark.parametrize("sign", ["assertion", "response"])
    def test_makes_an_account_and_gives_the_client_a_code(self, acme, app, browser, sign):
        acme(sign=sign)

        told = query_of(sign_in(browser, app)["Location"])

        assert set(told) == {"code", "state"}
        user = User.objects.get(username="acme_jane-7")
        assert (user.email, user.name) == ("jane@example.com", "Jane Roe")
        assert LinkedIdentity.objects.get(user=user).issuer == saml.ISSUER

    def test_signs_the_request_where_the_provider_wants_it(self, acme, app, browser):
        acme({"RequestSigningAlgorithm": "rsa-sha256"})

        asked = query_of(browser.begin(app))

        assert asked["SigAlg"] == "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
        assert asked["Signature"]

    def test_reads_encrypted_assertions(self, acme, app, browser, pool):
        certificate = signing_certificates.of(pool, now=timezone.now()).certificate
        key = signing_certificates.x509.load_pem_x509_certificate(certificate.encode()).public_key()
        public = key.public_bytes(
            signing_certificates.Encoding.PEM,
            signing_certificates.serialization.PublicFormat.SubjectPublicKeyInfo,
        ).decode()
        acme(
            {"EncryptedResponses": "true"},
            encryption={"encryptionCert": certificate, "encryptionPublicKey": public},
        )

        assert "code" in query_of(sign_in(browser, app)["Location"])

    def test_wants_encryption_where_that_is_set(self, acme, app, browser):
        acme({"EncryptedResponses": "true"})

        assert query_of(sign_in(browser, app)["Location"])["error"] == "invalid_request"


class TestRefusals:
    def refused(self, answer):
        told = query_of(answer["Location"])
        assert told["error"] == "invalid_request"
        assert told["error_description"].startswith("Invalid SAML response received")
        assert not User.objects.filter(username__startswith="acme").exists()

    def test_nobody_signed(self, acme, app, browser):
        acme(sign="nothing")

        self.refused(sign_in(browser, app))

    def test_somebody_else_signed(self, acme, app, browser):
        acme(which="somebody else")

        self.refused(sign_in(browser, app))

    def test_it_is_for_somebody_else(self, acme, app, browser):
        acme(audience="urn:amazon:cognito:sp:eu-west-1_AnotherPool")

        self.refused(sign_in(browser, app))

    def test_it_was_sent_to_somebody_else(self, acme, app, browser):
        acme(acs="http://testserver/elsewhere")
        _action, fields = respond(browser.begin(app))

        self.refused(post(browser, f"/{app.pool_id}/saml2/idpresponse", fields))

    def test_it_was_changed_on_the_way(self, acme, app, browser):
        acme()
        action, fields = respond(browser.begin(app))
        text = base64.b64decode(fields["SAMLResponse"]).replace(b"jane-7", b"boss-1")

        self.refused(post(browser, action, {**fields, "SAMLResponse": base64.b64encode(text).decode()}))

    def test_it_answers_another_request(self, acme, app, browser):
        acme()
        _action, other = respond(browser.begin(app))
        action, fields = respond(browser.begin(app))

        self.refused(post(browser, action, {**fields, "SAMLResponse": other["SAMLResponse"]}))

    @pytest.mark.parametrize(
        "text", ["x", "=", "é", base64.b64encode(b"<a/>").decode(), base64.b64encode(b"\0").decode()]
    )
    def test_it_is_no_response(self, acme, app, browser, text):
        acme()
        action, fields = respond(browser.begin(app))

        self.refused(post(browser, action, {**fields, "SAMLResponse": text}))

    def test_it_has_a_document_type(self, acme, app, browser):
        acme()
        action, fields = respond(browser.begin(app))
        text = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]>' + base64.b64decode(fields["SAMLResponse"])

        self.refused(post(browser, action, {**fields, "SAMLResponse": base64.b64encode(text).decode()}))

    def test_it_comes_twice(self, acme, app, browser):
        acme()
        action, fields = respond(browser.begin(app))
        post(browser, action, fields)

        again = post(browser, action, fields)

        assert "/error?error=provider_answer" in again["Location"]

    def test_it_comes_to_another_browser(self, acme, app, browser):
        acme()

        answer = post(Browser(), *respond(browser.begin(app)))

        assert "/error?error=provider_answer" in answer["Location"]

    def test_it_comes_to_another_pool(self, acme, app, browser):
        acme()
        other = make_app(UserPoolFactory())
        action, fields = respond(browser.begin(app))

        answer = post(browser, action.replace(app.pool_id, other.pool_id), fields)

        assert "/error?error=provider_answer" in answer["Location"]


class TestUnasked:
    def relay_state(self, app):
        return urlencode(
            {
                "identity_provider": "Acme",
                "client_id": app.pk,
                "redirect_uri": REDIRECT_URI,
                "response_type": "code",
                "scope": "openid email",
            }
        )

    def begin(self, origin, app):
        return respond(f"{origin}/sso?{urlencode({'RelayState': self.relay_state(app)})}")

    def test_is_taken_where_the_provider_may_begin(self, acme, app, browser):
        origin = acme({"IDPInit": "true"})

        answer = post(browser, *self.begin(origin, app))

        assert "code" in query_of(answer["Location"])
        assert SamlAssertion.objects.count() == 1

    def test_is_taken_once(self, acme, app, browser):
        origin = acme({"IDPInit": "true"})
        action, fields = self.begin(origin, app)
        post(browser, action, fields)

        again = post(browser, action, fields)

        assert query_of(again["Location"])["error"] == "invalid_request"

    def test_is_refused_otherwise(self, acme, app, browser):
        origin = acme()

        answer = post(browser, *self.begin(origin, app))

        assert "/error?error=provider_answer" in answer["Location"]

    def test_is_not_the_answer_to_a_request(self, acme, app, browser):
        acme({"IDPInit": "true"})
        action, fields = respond(browser.begin(app))

        answer = post(browser, action, {**fields, "RelayState": self.relay_state(app)})

        assert query_of(answer["Location"])["error"] == "invalid_request"


class TestSignOut:
    def test_ends_the_providers_session_too(self, acme, app, browser):
        origin = acme({"IDPSignout": "true"})
        sign_in(browser, app)
        query = urlencode({"client_id": app.pk, "logout_uri": "https://app.example.com/bye"})

        there = browser.ours.get(f"/{app.pool_id}/saml2/logoutrequest?{query}")

        assert there["Location"].startswith(f"{origin}/slo?")
        asked = query_of(there["Location"])
        assert asked["Signature"]
        assert BrowserSession.objects.get().ended_at is not None
        back = Browser().ours.post(f"/{app.pool_id}/saml2/logout", {"RelayState": asked["RelayState"]})
        assert back.status_code == 303
        assert back["Location"] == f"/{app.pool_id}/logout?{query}"

    def test_goes_on_without_a_session(self, app, client):
        answer = client.get(f"/{app.pool_id}/saml2/logoutrequest?client_id=x")

        assert answer["Location"] == f"/{app.pool_id}/logout?client_id=x"


class TestMetadata:
    def test_tells_the_providers_administrator_all_there_is(self, pool, client):
        answer = client.get(f"/{pool.pk}/saml2/metadata")

        assert answer.status_code == 200
        text = answer.content.decode()
        assert f'entityID="urn:amazon:cognito:sp:{pool.pk}"' in text
        assert f'Location="http://testserver/{pool.pk}/saml2/idpresponse"' in text
        assert "X509Certificate" in text
