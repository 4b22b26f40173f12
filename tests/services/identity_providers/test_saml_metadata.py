"""Metadata documents of SAML providers."""

import pytest

from cognito_auth.exceptions import InvalidParameterException
from cognito_auth.services.identity_providers import saml_metadata
from tests.identity_providers import REDIRECT, certificate, metadata

POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"


class TestRead:
    def test_finds_name_addresses_and_certificates(self):
        logout = f'<SingleLogoutService Binding="{REDIRECT}" Location="https://idp.example.com/slo"/>'

        found = saml_metadata.read(metadata(services=logout))

        assert found.entity_id == "https://idp.example.com"
        assert found.sso_url == "https://idp.example.com/sso"
        assert found.slo_url == "https://idp.example.com/slo"
        assert found.certificates == (certificate(),)

    def test_takes_the_provider_out_of_a_list(self):
        document = metadata().partition("?>")[2]
        wrapped = f'<EntitiesDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata">{document}</EntitiesDescriptor>'

        assert saml_metadata.read(wrapped).entity_id == "https://idp.example.com"

    @pytest.mark.parametrize(
        "declaration",
        [
            '<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>',
            '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
            '<!DOCTYPE x SYSTEM "https://evil.example.com/x.dtd">',
        ],
    )
    def test_refuses_document_types(self, declaration):
        with pytest.raises(InvalidParameterException, match="document type declaration is not allowed"):
            saml_metadata.read(metadata(before=declaration))

    @pytest.mark.parametrize(
        ("document", "problem"),
        [
            ("", "not well-formed"),
            ("not xml", "not well-formed"),
            ("<a>\ud800</a>", "not well-formed"),
            ("<a/>", "no identity provider"),
            ("<a>" * 100 + "</a>" * 100, "nested too deeply"),
            ("x" * 131_073, "longer than"),
            (metadata(entity_id=""), "no entityID"),
            (metadata().replace("IDPSSODescriptor", "SPSSODescriptor"), "no identity provider"),
            (metadata(sso=""), "no SingleSignOnService"),
            (metadata(sso=f'<SingleSignOnService Binding="{POST}" Location="https://a.example/"/>'), "no SingleSignOn"),
            (metadata(sso=f'<SingleSignOnService Binding="{REDIRECT}" Location="javascript:x"/>'), "no HTTPS address"),
            (metadata(sso=f'<SingleSignOnService Binding="{REDIRECT}" Location="https://["/>'), "no HTTPS address"),
            (metadata(key=""), "no certificate"),
            (metadata().replace(certificate(), "AAAA"), "a certificate cannot be read"),
            (metadata().replace(certificate(), "A" * 4097), "longer than 4096"),
            (metadata().replace('use="signing"', 'use="encryption"'), "no certificate"),
        ],
    )
    def test_refuses_what_nobody_could_sign_in_with(self, document, problem):
        with pytest.raises(InvalidParameterException, match=problem):
            saml_metadata.read(document)
