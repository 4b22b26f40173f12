"""Identity providers in the admin site."""

import pytest

from cognito_auth.choices import IdentityProviderType
from cognito_auth.models import IdentityProvider, UserPoolClient
from cognito_auth.services.identity_providers import details
from tests.admin.pages import errors, filled, listed, url
from tests.factories import UserPoolClientFactory
from tests.identity_providers import GOOGLE, OIDC, make, metadata, private_key_pem

APPLE = {
    "client_id": "shop",
    "team_id": "TEAM",
    "key_id": "KEY",
    "private_key": "",
    "authorize_scopes": "email name",
}


def as_fields(given):
    return {f"detail_{key}": value for key, value in given.items()}


def table(**mapping):
    return {"attribute_mapping-attribute": [*mapping, ""], "attribute_mapping-claim": [*mapping.values(), ""]}


def add(browser, pool, provider_type, given, **changes):
    address = url("identityprovider", "add", type=provider_type)
    page = browser.get(address)
    data = {**filled(page, attribute_mapping=None, pool=pool.pk), **as_fields(given), **table(), **changes}
    return browser.post(address, data)


class TestAdd:
    def test_asks_for_the_type_first(self, browser):
        page = browser.get(url("identityprovider", "add")).content.decode()

        for provider_type in IdentityProviderType.values:
            assert f'href="?type={provider_type}"' in page
        assert "What kind" in browser.get(url("identityprovider", "add", type="Other")).content.decode()

    @pytest.mark.parametrize(
        ("provider_type", "given"),
        [
            ("Google", GOOGLE),
            ("Facebook", {**GOOGLE, "authorize_scopes": "public_profile, email", "api_version": "v17.0"}),
            ("LoginWithAmazon", {**GOOGLE, "authorize_scopes": "profile"}),
            ("SignInWithApple", APPLE),
            ("OIDC", OIDC),
            ("SAML", {"MetadataFile": metadata(), "IDPInit": "true"}),
            ("SAML", {"MetadataURL": "https://idp.example.com/metadata"}),
        ],
    )
    def test_makes_one_of_each_type(self, browser, pool, provider_type, given):
        given = {**given, "private_key": private_key_pem()} if "private_key" in given else given

        response = add(browser, pool, provider_type, given, name="Acme")

        assert response.status_code == 302
        provider = IdentityProvider.objects.get()
        assert (provider.pool, provider.type) == (pool, provider_type)
        assert provider.name == (provider_type if provider_type in details.SOCIAL_TYPES else "Acme")
        stored = details.complete(provider)
        assert all(stored[key].split() == value.split() for key, value in given.items())

    def test_takes_mapping_identifiers_levels_and_linking(self, browser, pool):
        add(
            browser,
            pool,
            "OIDC",
            OIDC,
            name="Acme",
            linking="ask",
            identifier_lines="acme.example\nacme.test",
            acr_Level2="urn:mfa",
            **table(email="mail"),
        )

        provider = IdentityProvider.objects.get()
        assert provider.attribute_mapping == {"username": "sub", "email": "mail"}
        assert [row.identifier for row in provider.identifiers.all()] == ["acme.example", "acme.test"]
        assert (provider.linking, provider.acr_mapping) == ("ask", {"Level2": "urn:mfa"})

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"name": "a b"}, "name"),
            ({"name": "google"}, "name"),
            ({"name": "Taken"}, "name"),
            ({"detail_oidc_issuer": "http://login.example.com"}, "detail_oidc_issuer"),
            ({"detail_client_id": ""}, "detail_client_id"),
            ({"detail_authorize_scopes": "email"}, "detail_authorize_scopes"),
            ({"identifier_lines": "a;b"}, "identifier_lines"),
            (table(shoe="size"), "attribute_mapping"),
        ],
    )
    def test_shows_what_the_service_refuses_beside_its_field(self, browser, pool, changes, field):
        make(pool, "Taken")

        response = add(browser, pool, "OIDC", OIDC, **{"name": "Acme", **changes})

        assert list(errors(response)) == [field]
        assert IdentityProvider.objects.count() == 1

    def test_keeps_what_was_typed_when_it_is_refused(self, browser, pool):
        response = add(browser, pool, "OIDC", OIDC, name="Acme", **table(shoe="<b>"))

        page = response.content.decode()
        assert 'value="shoe"' in page
        assert 'value="&lt;b&gt;"' in page
        assert OIDC["client_secret"] not in page


class TestChange:
    @pytest.mark.parametrize(
        ("provider_type", "given", "wanted"),
        [
            ("Google", GOOGLE, ["/oauth2/idpresponse"]),
            ("OIDC", OIDC, ["/oauth2/idpresponse"]),
            ("SAML", {"MetadataFile": metadata()}, ["/saml2/idpresponse", "/saml2/logout", "/saml2/metadata"]),
        ],
    )
    def test_shows_what_to_enter_at_the_provider(self, browser, pool, provider_type, given, wanted):
        name = provider_type if provider_type == "Google" else "Acme"
        provider = make(pool, name, provider_type, given)

        page = browser.get(url("identityprovider", "change", provider.pk)).content.decode()

        for path in wanted:
            assert f"/{pool.pk}{path}</code>" in page
        assert (f"<code>urn:amazon:cognito:sp:{pool.pk}</code>" in page) is (provider_type == "SAML")

    def test_shows_no_secret_and_keeps_it(self, browser, pool):
        provider = make(pool, mapping={"email": "email"}, identifiers=["acme.example"])
        address = url("identityprovider", "change", provider.pk)

        page = browser.get(address)
        assert OIDC["client_secret"] not in page.content.decode()
        mapping = table(**provider.attribute_mapping)
        data = {**filled(page, attribute_mapping=None, detail_client_id="new", linking="auto"), **mapping}
        assert browser.post(address, data).status_code == 302

        provider.refresh_from_db()
        assert details.complete(provider)["client_id"] == "new"
        assert details.secrets_of(provider) == {"client_secret": OIDC["client_secret"]}
        assert provider.attribute_mapping == {"username": "sub", "email": "email"}
        assert [row.identifier for row in provider.identifiers.all()] == ["acme.example"]
        assert provider.linking == "auto"

    def test_replaces_a_secret_and_a_row(self, browser, pool):
        provider = make(pool, mapping={"email": "email"})
        address = url("identityprovider", "change", provider.pk)

        data = filled(browser.get(address), attribute_mapping=None, detail_client_secret="battery staple")
        browser.post(address, {**data, **table(name="name")})

        provider.refresh_from_db()
        assert details.secrets_of(provider) == {"client_secret": "battery staple"}
        assert provider.attribute_mapping == {"username": "sub", "name": "name"}

    def test_deletes_through_the_service(self, browser, pool):
        provider = make(pool)
        client = UserPoolClientFactory(pool=pool, supported_identity_providers=["COGNITO", "Acme"])

        browser.post(url("identityprovider", "delete", provider.pk), {"post": "yes"})

        client.refresh_from_db()
        assert client.supported_identity_providers == ["COGNITO"]
        assert not IdentityProvider.objects.exists()

    def test_deletes_several(self, browser, pool):
        chosen = [make(pool).pk, make(pool, "Other").pk]
        client = UserPoolClientFactory(pool=pool, supported_identity_providers=["Acme", "Other"])
        data = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}

        browser.post(url("identityprovider", "changelist"), data)

        client.refresh_from_db()
        assert client.supported_identity_providers == []


class TestList:
    def test_finds_by_name_and_identifier(self, browser, pool):
        make(pool, identifiers=["one.example", "one.test"])
        make(pool, "Other", identifiers=["two.example"])

        assert listed(browser.get(url("identityprovider", "changelist"))) == ["Acme", "Other"]
        assert listed(browser.get(url("identityprovider", "changelist", q="one."))) == ["Acme"]
        assert listed(browser.get(url("identityprovider", "changelist", q="Oth"))) == ["Other"]


class TestPermissions:
    def test_keep_providers_for_superusers(self, staff_browser, pool):
        provider = make(pool, mapping={"email": "email"})
        permissions = [f"{verb}_identityprovider" for verb in ("view", "add", "change", "delete")]
        client = staff_browser(*permissions)
        address = url("identityprovider", "change", provider.pk)

        page = client.get(address)

        assert page.status_code == 200
        assert OIDC["oidc_issuer"] in page.content.decode()
        assert OIDC["client_secret"] not in page.content.decode()
        assert client.post(address, {"linking": "auto"}).status_code == 403
        assert client.get(url("identityprovider", "add")).status_code == 403
        assert client.get(url("identityprovider", "add", type="OIDC")).status_code == 403
        assert client.post(url("identityprovider", "delete", provider.pk), {"post": "yes"}).status_code == 403


class TestAppClient:
    def test_ticks_providers_of_its_pool(self, browser, pool):
        make(pool)
        client = UserPoolClientFactory(pool=pool)
        address = url("userpoolclient", "change", client.pk)

        data = filled(browser.get(address), supported_identity_providers=["COGNITO", "Acme"])
        assert browser.post(address, data).status_code == 302

        assert UserPoolClient.objects.get().supported_identity_providers == ["COGNITO", "Acme"]

    def test_shows_that_a_provider_went_meanwhile(self, browser, pool):
        provider = make(pool)
        client = UserPoolClientFactory(pool=pool)
        address = url("userpoolclient", "change", client.pk)
        data = filled(browser.get(address), supported_identity_providers=["Acme"])
        provider.delete()

        assert list(errors(browser.post(address, data))) == ["supported_identity_providers"]
