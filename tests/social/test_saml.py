"""Sign-in with a real SAML identity provider."""

import base64
from copy import deepcopy
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
etree = pytest.importorskip("lxml.etree")
OneLogin_Saml2_Utils = pytest.importorskip("onelogin.saml2.utils").OneLogin_Saml2_Utils

ASSERTION = "urn:oasis:names:tc:SAML:2.0:assertion"
PROTOCOL = "urn:oasis:names:tc:SAML:2.0:protocol"
SIGNATURE = "http://www.w3.org/2000/09/xmldsig#"


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


def parsed(fields):
    return etree.fromstring(base64.b64decode(fields["SAMLResponse"]))


def written(fields, root):
    return {**fields, "SAMLResponse": base64.b64encode(etree.tostring(root)).decode()}


def assertion_in(root):
    return root.find(f"{{{ASSERTION}}}Assertion")


def forged(assertion):
    """Return a copy of a signed assertion that says that it is somebody else's, without the signature."""
    copy = deepcopy(assertion)
    copy.set("ID", "_forged")
    copy.remove(copy.find(f"{{{SIGNATURE}}}Signature"))
    copy.find(f".//{{{ASSERTION}}}NameID").text = "boss-1"
    return copy


def beside(root):
    root.insert(0, forged(assertion_in(root)))


def behind(root):
    root.append(forged(assertion_in(root)))


def in_extensions(root):
    signed = assertion_in(root)
    evil = forged(signed)
    root.replace(signed, evil)
    extensions = etree.Element(f"{{{PROTOCOL}}}Extensions")
    extensions.append(signed)
    root.insert(1, extensions)


def in_the_forged_ones_signature(root):
    signed = assertion_in(root)
    evil = forged(signed)
    signature = deepcopy(signed.find(f"{{{SIGNATURE}}}Signature"))
    root.replace(signed, evil)
    etree.SubElement(signature, f"{{{SIGNATURE}}}Object").append(signed)
    evil.insert(1, signature)


def in_the_forged_one(root):
    signed = assertion_in(root)
    evil = forged(signed)
    root.replace(signed, evil)
    evil.append(signed)


def with_the_same_id(root):
    signed = assertion_in(root)
    evil = forged(signed)
    evil.set("ID", signed.get("ID"))
    signed.addprevious(evil)


def around_a_forged_one(root):
    signed = assertion_in(root)
    evil = forged(signed)
    evil.set("ID", signed.get("ID"))
    signature = signed.find(f"{{{SIGNATURE}}}Signature")
    evil.insert(1, deepcopy(signature))
    root.replace(signed, evil)
    etree.SubElement(evil.find(f"{{{SIGNATURE}}}Signature"), f"{{{SIGNATURE}}}Object").append(signed)


WRAPPINGS = [
    beside,
    behind,
    in_extensions,
    in_the_forged_ones_signature,
    in_the_forged_one,
    with_the_same_id,
    around_a_forged_one,
]


class TestForgeries:
    """Signature wrapping and other ways to make a true signature vouch for something else."""

    @pytest.mark.parametrize("wrap", WRAPPINGS)
    def test_a_signed_assertion_vouches_for_itself_only(self, acme, app, browser, wrap):
        acme()
        action, fields = respond(browser.begin(app))
        root = parsed(fields)
        wrap(root)

        answer = post(browser, action, written(fields, root))

        assert "error" in query_of(answer["Location"])
        assert not User.objects.exists()

    def test_a_comment_does_not_cut_a_name(self, acme, app, browser):
        acme()
        action, fields = respond(browser.begin(app))
        root = parsed(fields)
        name = root.find(f".//{{{ASSERTION}}}NameID")
        name.text, comment = "jane", etree.Comment("x")
        comment.tail = "-7"
        name.append(comment)

        post(browser, action, written(fields, root))

        # Comments are not signed: the signature still holds, and the name is the whole one.
        assert [user.username for user in User.objects.all()] == ["acme_jane-7"]

    @pytest.mark.parametrize("attribute", ["Recipient", "NotOnOrAfter", "InResponseTo"])
    def test_an_assertion_has_to_say_what_it_answers_where_and_for_how_long(self, acme, app, browser, attribute):
        acme()
        action, fields = respond(browser.begin(app))
        root = parsed(fields)
        del root.find(f".//{{{ASSERTION}}}SubjectConfirmationData").attrib[attribute]

        answer = post(browser, action, written(fields, signed_anew(root)))

        assert query_of(answer["Location"])["error"] == "invalid_request"

    def test_an_assertion_has_to_say_for_whom_it_is(self, acme, app, browser):
        acme()
        action, fields = respond(browser.begin(app))
        root = parsed(fields)
        restriction = root.find(f".//{{{ASSERTION}}}AudienceRestriction")
        restriction.getparent().remove(restriction)

        answer = post(browser, action, written(fields, signed_anew(root)))

        assert query_of(answer["Location"])["error"] == "invalid_request"

    def test_signing_anew_is_no_problem_by_itself(self, acme, app, browser):
        acme()
        action, fields = respond(browser.begin(app))

        assert "code" in query_of(post(browser, action, written(fields, signed_anew(parsed(fields))))["Location"])

    def test_an_assertion_may_hold_for_ever(self, acme, app, browser):
        acme()
        action, fields = respond(browser.begin(app))
        root = parsed(fields)
        root.find(f".//{{{ASSERTION}}}SubjectConfirmationData").set("NotOnOrAfter", "9999-12-31T23:59:59Z")

        assert "code" in query_of(post(browser, action, written(fields, signed_anew(root)))["Location"])

    def test_what_is_encrypted_for_nobody_is_refused(self, acme, app, browser):
        acme()
        action, fields = respond(browser.begin(app))
        root = parsed(fields)
        signed = assertion_in(root)
        encrypted = etree.fromstring(
            f'<EncryptedAssertion xmlns="{ASSERTION}"><EncryptedData xmlns="http://www.w3.org/2001/04/xmlenc#">'
            '<EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#aes128-cbc"/>'
            f'<KeyInfo xmlns="{SIGNATURE}"><EncryptedKey xmlns="http://www.w3.org/2001/04/xmlenc#">'
            '<EncryptionMethod Algorithm="http://www.w3.org/2001/04/xmlenc#rsa-1_5"/>'
            "<CipherData><CipherValue>AAAA</CipherValue></CipherData></EncryptedKey></KeyInfo>"
            "<CipherData><CipherValue>AAAA</CipherValue></CipherData></EncryptedData></EncryptedAssertion>"
        )
        root.replace(signed, encrypted)

        answer = post(browser, action, written(fields, root))

        assert query_of(answer["Location"])["error"] == "invalid_request"

    @pytest.mark.parametrize("text", ["<a>" * 20_000, "<a" + " b='c'" * 20_000 + "/>"], ids=["deep", "wide"])
    def test_large_documents_are_refused(self, acme, app, browser, text):
        acme()
        action, fields = respond(browser.begin(app))

        answer = post(browser, action, {**fields, "SAMLResponse": base64.b64encode(text.encode()).decode()})

        assert query_of(answer["Location"])["error"] == "invalid_request"

    def test_sign_out_takes_no_state_of_a_sign_in(self, acme, app, browser):
        acme()
        action, fields = respond(browser.begin(app))

        answer = Browser().ours.post(f"/{app.pool_id}/saml2/logout", {"RelayState": fields["RelayState"]})

        assert "error=provider_answer" in answer["Location"]
        assert "code" in query_of(post(browser, action, fields)["Location"])


def signed_anew(root):
    """Return a response whose assertion was changed, with a signature of the provider over what it is now."""
    certificate, key = saml.credentials("provider")
    assertion = assertion_in(root)
    assertion.remove(assertion.find(f"{{{SIGNATURE}}}Signature"))
    signed = OneLogin_Saml2_Utils.add_sign(
        etree.tostring(assertion),
        key,
        certificate,
        sign_algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
        digest_algorithm="http://www.w3.org/2001/04/xmlenc#sha256",
    )
    root.replace(assertion, etree.fromstring(signed))
    return root


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

    def test_is_not_the_answer_to_a_request_in_another_message(self, acme, app, browser):
        acme({"IDPInit": "true"})
        action, fields = respond(browser.begin(app))
        root = parsed(fields)
        # Only the assertion is signed: anybody can change the message around it.
        del root.attrib["InResponseTo"]

        answer = post(browser, action, {**written(fields, root), "RelayState": self.relay_state(app)})

        assert query_of(answer["Location"])["error"] == "invalid_request"
        assert not User.objects.exists()


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

    def test_takes_sign_outs_by_post_and_by_redirect(self, pool, client):
        root = etree.fromstring(client.get(f"/{pool.pk}/saml2/metadata").content)

        services = root.findall(".//{*}SingleLogoutService")
        assert {service.get("Location") for service in services} == {f"http://testserver/{pool.pk}/saml2/logout"}
        assert [service.get("Binding").rpartition("-")[2] for service in services] == ["POST", "Redirect"]
