"""Operations on providers elsewhere."""

import pytest

from tests.factories import UserPoolFactory
from tests.identity_providers import GOOGLE, OIDC, metadata, private_key_pem
from tests.refusals import refusal_of

UNKNOWN = ("ResourceNotFoundException", "Identity provider Acme does not exist.")


@pytest.fixture
def pool(db):
    return UserPoolFactory()


@pytest.fixture
def acme(cognito, pool):
    return {"UserPoolId": pool.pk, "ProviderName": "Acme", "ProviderType": "OIDC", "ProviderDetails": OIDC}


class TestProvider:
    def test_has_what_it_was_given(self, cognito, pool, acme):
        further = {
            "AttributeMapping": {"email": "mail", "username": "sub"},
            "IdpIdentifiers": ["acme.example", "Acme Ltd"],
            "AcrMapping": {"Level2": "urn:acme:2"},
        }

        created = cognito.create_identity_provider(**acme, **further)["IdentityProvider"]

        assert {name: created[name] for name in further} == further
        assert created["ProviderDetails"] == {**OIDC, "attributes_url_add_attributes": "false"}
        assert (created["UserPoolId"], created["ProviderType"]) == (pool.pk, "OIDC")
        named = {"UserPoolId": pool.pk, "ProviderName": "Acme"}
        assert cognito.describe_identity_provider(**named)["IdentityProvider"] == created
        by_identifier = {"UserPoolId": pool.pk, "IdpIdentifier": "acme.example"}
        assert cognito.get_identity_provider_by_identifier(**by_identifier)["IdentityProvider"] == created

    def test_is_understood_by_boto3(self, boto3_client, pool):
        details = {
            "client_id": "shop",
            "team_id": "T",
            "key_id": "K",
            "private_key": private_key_pem(),
            "authorize_scopes": "email name",
        }
        given = {"ProviderName": "SignInWithApple", "ProviderType": "SignInWithApple", "ProviderDetails": details}

        boto3_client.create_identity_provider(UserPoolId=pool.pk, **given)

        shown = boto3_client.describe_identity_provider(UserPoolId=pool.pk, ProviderName="SignInWithApple")
        assert "private_key" not in shown["IdentityProvider"]["ProviderDetails"]
        assert shown["IdentityProvider"]["AttributeMapping"] == {"username": "sub"}

    def test_takes_a_metadata_document(self, cognito, pool):
        created = cognito.create_identity_provider(
            UserPoolId=pool.pk,
            ProviderName="Corp",
            ProviderType="SAML",
            ProviderDetails={"MetadataFile": metadata(), "IDPSignout": "true"},
        )["IdentityProvider"]

        assert created["ProviderDetails"]["SSORedirectBindingURI"] == "https://idp.example.com/sso"

    def test_tells_at_once_for_which_certificate_assertions_are_encrypted(self, cognito, pool):
        named = {"UserPoolId": pool.pk, "ProviderName": "Corp"}
        encrypted = {"MetadataFile": metadata(), "EncryptedResponses": "true"}

        plain = cognito.create_identity_provider(
            **named, ProviderType="SAML", ProviderDetails={"MetadataFile": metadata()}
        )["IdentityProvider"]
        changed = cognito.update_identity_provider(**named, ProviderDetails=encrypted)["IdentityProvider"]
        other = cognito.create_identity_provider(
            UserPoolId=UserPoolFactory().pk, ProviderName="Corp", ProviderType="SAML", ProviderDetails=encrypted
        )["IdentityProvider"]

        certificate = cognito.get_signing_certificate(UserPoolId=pool.pk)["Certificate"]
        assert "ActiveEncryptionCertificate" not in plain["ProviderDetails"]
        assert changed["ProviderDetails"]["ActiveEncryptionCertificate"] == certificate
        assert other["ProviderDetails"]["ActiveEncryptionCertificate"] != certificate

    def test_is_changed_in_what_is_given_only(self, cognito, pool, acme):
        cognito.create_identity_provider(**acme, IdpIdentifiers=["acme.example"])
        named = {"UserPoolId": pool.pk, "ProviderName": "Acme"}

        changed = cognito.update_identity_provider(**named, AttributeMapping={"email": "mail"})["IdentityProvider"]

        assert changed["IdpIdentifiers"] == ["acme.example"]
        assert changed["ProviderDetails"]["client_secret"] == "correct horse"
        assert changed["AttributeMapping"] == {"username": "sub", "email": "mail"}

    def test_is_deleted(self, cognito, pool, acme):
        cognito.create_identity_provider(**acme)
        named = {"UserPoolId": pool.pk, "ProviderName": "Acme"}
        client = cognito.create_user_pool_client(
            UserPoolId=pool.pk, ClientName="web", SupportedIdentityProviders=["COGNITO", "Acme"]
        )["UserPoolClient"]

        cognito.delete_identity_provider(**named)

        assert refusal_of(cognito.describe_identity_provider, **named) == UNKNOWN
        shown = cognito.describe_user_pool_client(UserPoolId=pool.pk, ClientId=client["ClientId"])
        assert shown["UserPoolClient"]["SupportedIdentityProviders"] == ["COGNITO"]

    def test_is_of_one_pool(self, cognito, pool, acme):
        cognito.create_identity_provider(**acme, IdpIdentifiers=["acme.example"])
        elsewhere = {"UserPoolId": UserPoolFactory().pk, "ProviderName": "Acme"}

        for call in (
            cognito.describe_identity_provider,
            cognito.update_identity_provider,
            cognito.delete_identity_provider,
        ):
            assert refusal_of(call, **elsewhere) == UNKNOWN
        by_identifier = {"UserPoolId": elsewhere["UserPoolId"], "IdpIdentifier": "acme.example"}
        assert (
            refusal_of(cognito.get_identity_provider_by_identifier, **by_identifier)[0] == "ResourceNotFoundException"
        )

    def test_is_named_exactly(self, cognito, pool, acme):
        cognito.create_identity_provider(**acme)

        named = {"UserPoolId": pool.pk, "ProviderName": "acme"}
        assert refusal_of(cognito.describe_identity_provider, **named)[0] == "ResourceNotFoundException"

    def test_makes_the_pool_show_identities(self, cognito, pool, acme):
        before = cognito.describe_user_pool(UserPoolId=pool.pk)["UserPool"]["SchemaAttributes"]

        cognito.create_identity_provider(**acme)

        after = cognito.describe_user_pool(UserPoolId=pool.pk)["UserPool"]["SchemaAttributes"]
        assert [item["Name"] for item in after if item not in before] == ["identities"]


class TestRefusals:
    def test_of_making(self, cognito, pool, acme):
        cognito.create_identity_provider(**acme)

        assert refusal_of(cognito.create_identity_provider, **acme)[0] == "DuplicateProviderException"
        for changed in (
            {"ProviderName": "Google"},
            {"ProviderName": "x y z"},
            {"ProviderDetails": {}},
            {"ProviderDetails": {"client_id": "x" * 3000}},
            {"AttributeMapping": {"custom:no": "x"}},
            {"ProviderType": "LDAP"},
            {"AcrMapping": {"Level9": "x"}},
        ):
            given = {**acme, "ProviderName": "Other", **changed}
            assert refusal_of(cognito.create_identity_provider, **given)[0] == "InvalidParameterException"
        given = {**acme, "UserPoolId": "eu-west-1_Nothing11"}
        assert refusal_of(cognito.create_identity_provider, **given)[0] == "ResourceNotFoundException"


class TestList:
    def test_is_paged_by_name(self, cognito, pool, acme):
        for name in ("Delta", "alpha", "Bravo"):
            cognito.create_identity_provider(**{**acme, "ProviderName": name})
        asked = {"UserPoolId": pool.pk, "MaxResults": 2}

        first = cognito.list_identity_providers(**asked)
        second = cognito.list_identity_providers(**asked, NextToken=first["NextToken"])

        found = [provider["ProviderName"] for provider in first["Providers"] + second["Providers"]]
        assert found == ["alpha", "Bravo", "Delta"]
        assert "NextToken" not in second
        assert set(first["Providers"][0]) == {"ProviderName", "ProviderType", "LastModifiedDate", "CreationDate"}
        other = {"UserPoolId": UserPoolFactory().pk, "NextToken": first["NextToken"]}
        assert refusal_of(cognito.list_identity_providers, **other)[0] == "InvalidParameterException"

    def test_of_none_is_empty(self, cognito, pool):
        assert cognito.list_identity_providers(UserPoolId=pool.pk)["Providers"] == []


class TestAppClient:
    def test_offers_what_the_pool_has(self, cognito, pool, acme):
        given = {"UserPoolId": pool.pk, "ClientName": "web", "SupportedIdentityProviders": ["COGNITO", "Google"]}

        assert refusal_of(cognito.create_user_pool_client, **given) == (
            "InvalidParameterException",
            f"The provider Google does not exist for User Pool {pool.pk}.",
        )
        cognito.create_identity_provider(
            UserPoolId=pool.pk, ProviderName="Google", ProviderType="Google", ProviderDetails=GOOGLE
        )
        client = cognito.create_user_pool_client(**given)["UserPoolClient"]
        assert client["SupportedIdentityProviders"] == ["COGNITO", "Google"]

    def test_may_read_identities(self, cognito, pool):
        given = {"UserPoolId": pool.pk, "ClientName": "web"}

        cognito.create_user_pool_client(**given, ReadAttributes=["email", "identities"])
        written = {**given, "WriteAttributes": ["email", "identities"]}
        assert refusal_of(cognito.create_user_pool_client, **written)[0] == "InvalidParameterException"
