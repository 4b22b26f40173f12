"""Making, changing and deleting providers."""

import functools
import socket

import pytest

from cognito_auth.exceptions import (
    DuplicateProviderException,
    InvalidParameterException,
    LimitExceededException,
    ResourceNotFoundException,
)
from cognito_auth.models import IdentityProvider, IdentityProviderIdentifier, UserPoolGroup
from cognito_auth.services.identity_providers import attribute_mapping, details, records
from tests.concurrency import race
from tests.factories import SchemaAttributeFactory, UserPoolClientFactory, UserPoolFactory, moment
from tests.identity_providers import OIDC, make

LATER = moment("2026-03-04T00:00:00+00:00")


@pytest.fixture
def pool(db):
    return UserPoolFactory()


class TestCreate:
    def test_makes_a_provider_and_its_group(self, pool):
        make(pool, identifiers=["acme.example", "Acme Ltd"], acr_mapping={"Level2": "urn:acme:2"})

        stored = records.get(pool, "Acme")
        assert records.identifiers_of(stored) == ["acme.example", "Acme Ltd"]
        assert stored.acr_mapping == {"Level2": "urn:acme:2"}
        assert stored.attribute_mapping == {"username": "sub"}
        assert stored.linking == "never"
        assert UserPoolGroup.objects.filter(pool=pool, name=f"{pool.pk}_Acme").exists()

    @pytest.mark.parametrize("name", ["ab", "x" * 33, "_acme", "a cme", "Cognito", "COGNITO", "Google", "facebook"])
    def test_refuses_names(self, pool, name):
        with pytest.raises(InvalidParameterException):
            make(pool, name)

    def test_wants_social_providers_called_as_their_type(self, pool):
        with pytest.raises(InvalidParameterException, match="must be called so"):
            make(pool, "Goog", "Google")

    def test_refuses_a_name_twice_whatever_its_case(self, pool):
        make(pool)

        with pytest.raises(DuplicateProviderException):
            make(pool, "ACME")
        make(UserPoolFactory())

    def test_refuses_an_identifier_twice_in_one_pool(self, pool):
        make(pool, identifiers=["acme.example"])

        with pytest.raises(InvalidParameterException, match="Another provider"):
            make(pool, "Other", identifiers=["acme.example"])
        assert not IdentityProvider.objects.filter(name="Other").exists()
        make(UserPoolFactory(), identifiers=["acme.example"])

    @pytest.mark.parametrize("identifiers", [["x" * 41], ["a/b"], [""], [f"id{n}" for n in range(51)]])
    def test_refuses_identifiers(self, pool, identifiers):
        with pytest.raises(InvalidParameterException):
            make(pool, identifiers=identifiers)

    @pytest.mark.parametrize("mapping", [{"Level5": "x"}, {"Level1": "a b"}, {"Level1": ""}])
    def test_refuses_levels(self, pool, mapping):
        with pytest.raises(InvalidParameterException, match="AcrMapping"):
            make(pool, acr_mapping=mapping)

    def test_knows_levels_of_oidc_only(self, pool):
        with pytest.raises(InvalidParameterException, match="Only OIDC"):
            make(pool, "Google", "Google", acr_mapping={"Level1": "x"})

    @pytest.mark.parametrize(
        ("provider_type", "given"),
        [
            ("OIDC", {**OIDC, "oidc_issuer": "{address}"}),
            ("SAML", {"MetadataURL": "{address}/metadata"}),
        ],
    )
    def test_calls_nobody(self, pool, provider_type, given):
        # An address that a caller chooses must not make the server fetch it.
        with socket.create_server(("127.0.0.1", 0)) as listener:
            address = f"http://127.0.0.1:{listener.getsockname()[1]}"
            make(pool, "Acme", provider_type, {key: value.format(address=address) for key, value in given.items()})
            listener.settimeout(0.2)

            with pytest.raises(TimeoutError):
                listener.accept()

    def test_keeps_the_limit_of_strict_pools_only(self, pool, monkeypatch):
        monkeypatch.setattr(records, "MAX_PROVIDERS", 1)
        strict = UserPoolFactory(strict=True)
        for some_pool in (pool, strict):
            make(some_pool)

        with pytest.raises(LimitExceededException):
            make(strict, "Other")
        make(pool, "Other")

    def test_refuses_a_pool_that_is_gone(self, transactional_db):
        pool = UserPoolFactory()
        type(pool).objects.filter(pk=pool.pk).delete()

        with pytest.raises(ResourceNotFoundException, match="User pool"):
            make(pool)

    @pytest.mark.postgresql
    def test_lets_one_of_two_at_once_have_an_identifier(self, transactional_db):
        pool = UserPoolFactory()
        calls = [functools.partial(make, pool, name, identifiers=["acme.example"]) for name in ("One", "Two")]

        results = race(*calls)

        assert sorted(type(result).__name__ for result in results) == ["IdentityProvider", "InvalidParameterException"]
        assert IdentityProviderIdentifier.objects.count() == IdentityProvider.objects.count() == 1


class TestMapping:
    def test_knows_the_attributes_of_the_pool(self, pool):
        SchemaAttributeFactory(pool=pool, name="custom:team")
        given = {"email": "email", "email_verified": "email_verified", "custom:team": "team"}

        assert make(pool, mapping=given).attribute_mapping == {"username": "sub", **given}

    @pytest.mark.parametrize("mapping", [{"custom:no": "x"}, {"sub": "sub"}, {"email": ""}, {"identities": "x"}])
    def test_refuses_what_the_pool_does_not_have(self, pool, mapping):
        with pytest.raises(InvalidParameterException, match="^Invalid attribute mapping"):
            make(pool, mapping=mapping)

    def test_leaves_the_subject_of_social_providers_alone(self, pool):
        with pytest.raises(InvalidParameterException, match="sub only"):
            make(pool, "Google", "Google", mapping={"username": "email"})
        facebook = make(pool, "Facebook", "Facebook")
        assert attribute_mapping.subject_claim(facebook) == "id"

    def test_knows_the_subject_of_the_others(self, pool):
        assert attribute_mapping.subject_claim(make(pool, mapping={"username": "oid"})) == "oid"
        saml = make(pool, "Corp", "SAML")
        assert saml.attribute_mapping == {}
        assert attribute_mapping.subject_claim(saml) == "NameID"


class TestUpdate:
    def test_keeps_what_it_is_not_given(self, pool):
        provider = make(pool, identifiers=["acme.example"], mapping={"email": "mail"})

        changed = records.update(provider, {"linking": "ask"}, now=LATER)

        assert (changed.linking, changed.last_modified_at) == ("ask", LATER)
        assert records.identifiers_of(changed) == ["acme.example"]
        assert details.complete(changed)["client_secret"] == "correct horse"

    def test_keeps_a_secret_that_is_left_out_of_the_details(self, pool):
        provider = make(pool)
        given = {name: text for name, text in OIDC.items() if name != "client_secret"}

        changed = records.update(provider, {"details": {**given, "client_id": "new"}}, now=LATER)

        assert details.complete(changed)["client_id"] == "new"
        assert details.complete(changed)["client_secret"] == "correct horse"

    def test_replaces_identifiers_and_levels(self, pool):
        provider = make(pool, identifiers=["a.example", "b.example"], acr_mapping={"Level1": "one"})

        changed = records.update(
            provider,
            {"identifiers": ["b.example"], "acr_mapping": {}, "attribute_mapping": {"name": "n"}},
            now=LATER,
        )

        assert records.identifiers_of(changed) == ["b.example"]
        assert changed.acr_mapping == {}
        assert changed.attribute_mapping == {"username": "sub", "name": "n"}

    def test_refuses_as_making_does(self, pool):
        with pytest.raises(InvalidParameterException):
            records.update(make(pool), {"details": {}}, now=LATER)

    def test_refuses_a_provider_that_is_gone(self, pool):
        provider = make(pool)
        IdentityProvider.objects.all().delete()

        with pytest.raises(ResourceNotFoundException, match="^Identity provider Acme does not exist.$"):
            records.update(provider, {}, now=LATER)

    def test_knows_its_fields(self, pool):
        with pytest.raises(ValueError, match="name"):
            records.update(make(pool), {"name": "x"}, now=LATER)


class TestDelete:
    def test_makes_app_clients_forget_it(self, pool):
        provider = make(pool)
        client = UserPoolClientFactory(pool=pool, supported_identity_providers=["COGNITO", "Acme"])
        other = UserPoolClientFactory(supported_identity_providers=["Acme"])

        records.delete(provider)

        client.refresh_from_db()
        other.refresh_from_db()
        assert client.supported_identity_providers == ["COGNITO"]
        assert other.supported_identity_providers == ["Acme"]

    def test_refuses_a_provider_that_is_gone(self, pool):
        provider = make(pool)
        records.delete(provider)

        with pytest.raises(ResourceNotFoundException):
            records.delete(provider)
