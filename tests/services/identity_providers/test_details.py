"""What providers are told, and what is shown of it."""

import pytest

from cognito_auth.exceptions import InvalidParameterException
from cognito_auth.models import IdentityProvider, SigningCertificate
from cognito_auth.services import signing_certificates
from cognito_auth.services.identity_providers import details, records
from tests.factories import UserPoolFactory, moment
from tests.identity_providers import GOOGLE, OIDC, make, metadata, private_key_pem

APPLE = {"client_id": "shop", "team_id": "TEAM", "key_id": "KEY", "authorize_scopes": "email name"}
URLS = {
    "authorize_url": "https://login.example.com/a",
    "token_url": "https://login.example.com/t",
    "jwks_uri": "https://login.example.com/j",
}


@pytest.fixture
def pool(db):
    return UserPoolFactory()


class TestSplit:
    @pytest.mark.parametrize(
        ("provider_type", "given", "problem"),
        [
            ("Google", {"client_id": "shop"}, "need the details client_secret, authorize_scopes"),
            ("Google", {**GOOGLE, "team_id": "x"}, "have no details called team_id"),
            ("Google", {**GOOGLE, "client_id": ""}, "need the details client_id"),
            ("Google", {**GOOGLE, "client_id": "x" * 2049}, "client_id is too long"),
            ("Google", {**GOOGLE, "authorize_scopes": " , "}, "no list of scopes|not a list of scopes"),
            ("Google", {**GOOGLE, "authorize_scopes": 'a"b'}, "not a list of scopes"),
            ("Facebook", {**GOOGLE, "api_version": "17"}, "api_version must be like"),
            ("SignInWithApple", APPLE, "need the details private_key"),
            ("SignInWithApple", {**APPLE, "private_key": "1EXAMPLE"}, "private key"),
            ("OIDC", {**OIDC, "oidc_issuer": "http://login.example.com"}, "oidc_issuer must be"),
            ("OIDC", {**OIDC, "oidc_issuer": "https://login.example.com?a=b"}, "oidc_issuer must be"),
            ("OIDC", {**OIDC, "oidc_issuer": "https://me@login.example.com"}, "oidc_issuer must be"),
            ("OIDC", {**OIDC, "oidc_issuer": "https://login.example.com:x"}, "oidc_issuer must be"),
            ("OIDC", {**OIDC, "oidc_issuer": "https://login.example.com/#a"}, "oidc_issuer must be"),
            ("OIDC", {**OIDC, "attributes_request_method": "PUT"}, "must be GET or POST"),
            ("OIDC", {**OIDC, "authorize_scopes": "email"}, "must contain openid"),
            ("OIDC", {**OIDC, "authorize_url": "https://login.example.com/a"}, "together"),
            ("OIDC", {**OIDC, **URLS, "attributes_url": "ftp://login.example.com/"}, "attributes_url must be"),
            ("SAML", {}, "either MetadataURL or MetadataFile"),
            ("SAML", {"MetadataURL": "https://a.example", "MetadataFile": "<a/>"}, "either MetadataURL or"),
            ("SAML", {"MetadataURL": "http://a.example"}, "MetadataURL must be"),
            ("SAML", {"MetadataFile": "<a/>"}, "SAML metadata cannot be used"),
            ("SAML", {"MetadataURL": "https://a.example", "IDPInit": "yes"}, "must be false or true"),
            ("SAML", {"MetadataURL": "https://a.example", "RequestSigningAlgorithm": "md5"}, "must be rsa-sha256"),
        ],
    )
    def test_refuses_what_cannot_work(self, pool, provider_type, given, problem):
        with pytest.raises(InvalidParameterException, match=problem):
            details.split(pool, provider_type, given, secrets={})

    def test_keeps_secrets_apart(self, pool):
        clear, secret = details.split(pool, "OIDC", {**OIDC, **URLS}, secrets={})

        assert secret == {"client_secret": "correct horse"}
        assert clear == {**{name: text for name, text in OIDC.items() if name != "client_secret"}, **URLS}

    def test_lets_public_clients_do_without_a_secret(self, pool):
        given = {name: text for name, text in OIDC.items() if name != "client_secret"}

        assert details.split(pool, "OIDC", given, secrets={}) == (given, {})

    def test_allows_this_machine_unless_strict(self, pool):
        local = {**OIDC, "oidc_issuer": "http://localhost:9000/realms/a"}

        details.split(pool, "OIDC", local, secrets={})
        with pytest.raises(InvalidParameterException, match="oidc_issuer"):
            details.split(UserPoolFactory(strict=True), "OIDC", local, secrets={})

    def test_takes_apples_key_with_or_without_its_frame(self, pool):
        pem = private_key_pem()
        bare = "".join(pem.splitlines()[1:-1])

        for key in (pem, bare):
            _clear, secret = details.split(pool, "SignInWithApple", {**APPLE, "private_key": key}, secrets={})
            assert secret == {"private_key": key}


class TestShown:
    def test_gives_the_client_secret_back_but_no_private_key(self, pool):
        google = make(pool, "Google", "Google")
        apple = make(pool, "SignInWithApple", "SignInWithApple", {**APPLE, "private_key": private_key_pem()})

        assert details.shown(google)["client_secret"] == "correct horse"
        assert "private_key" not in details.shown(apple)
        assert details.complete(apple)["private_key"] == private_key_pem()

    def test_can_be_sent_back(self, pool):
        for provider_type in ("Google", "Facebook", "LoginWithAmazon"):
            provider = make(pool, provider_type, provider_type)
            shown = details.shown(provider)

            again = records.update(provider, {"details": shown}, now=moment())

            assert details.shown(again) == shown
            assert shown["token_url"].startswith("https://")

    def test_resolves_addresses_by_type(self, pool):
        facebook = make(pool, "Facebook", "Facebook", {**GOOGLE, "api_version": "v19.0"})

        assert details.shown(facebook)["attributes_url"] == "https://graph.facebook.com/v19.0/me?fields="
        assert details.shown(make(pool))["attributes_url_add_attributes"] == "false"

    def test_tells_what_an_uploaded_document_says(self, pool):
        provider = make(pool, "Corp", "SAML")

        assert details.shown(provider) == {
            "MetadataFile": metadata(),
            "SSORedirectBindingURI": "https://idp.example.com/sso",
        }

    def test_tells_the_certificate_to_encrypt_for(self, pool):
        pem = "-----BEGIN CERTIFICATE-----\nAAA\nBBB\n-----END CERTIFICATE-----\n"
        expires_at = moment() + signing_certificates.VALID_FOR
        SigningCertificate.objects.create(
            pool=pool, certificate=pem, private_key="key", created_at=moment(), expires_at=expires_at
        )
        provider = make(
            pool, "Corp", "SAML", {"MetadataURL": "https://idp.example.com/m", "EncryptedResponses": "true"}
        )

        assert details.shown(provider)["ActiveEncryptionCertificate"] == "AAABBB"

    def test_stores_secrets_encrypted(self, pool):
        from django.db import connection

        make(pool)

        table = IdentityProvider._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT details, secret_details FROM {table}")
            row = cursor.fetchone()
        assert "correct horse" not in str(row)
