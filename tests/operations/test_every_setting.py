"""Every leaf of the settings of pools and app clients is stored, defaulted and given back exactly, or refused."""

import pytest

from cognito_auth.models import IdentityProvider
from cognito_auth.operations import service_model
from cognito_auth.services.attributes.standard import STANDARD
from tests.factories import ResourceServerFactory, UserPoolFactory
from tests.operations import setting_examples as examples
from tests.operations.setting_examples import Kept, merged, request_with
from tests.refusals import refusal_of

pytestmark = pytest.mark.django_db

_SECRET = "0123456789abcdefghijklmnop"
# Members that say where a pool is or what to do, and are no settings.
_NOT_SHOWN = frozenset({"PoolName", "GenerateSecret", "PublishSecretsInAWSSecretsManager"})
_POOL_IDENTITY = frozenset({"Id", "Arn", "CreationDate", "LastModifiedDate"})
_CLIENT_IDENTITY = frozenset({"ClientId", "UserPoolId", "CreationDate", "LastModifiedDate"})
TABLES = {
    "CreateUserPool": {**examples.CREATE_USER_POOL, **examples.SCHEMA},
    "UpdateUserPool": examples.UPDATE_USER_POOL,
    "SetUserPoolMfaConfig": examples.SET_USER_POOL_MFA_CONFIG,
    "CreateUserPoolClient": examples.CREATE_USER_POOL_CLIENT,
    "UpdateUserPoolClient": examples.UPDATE_USER_POOL_CLIENT,
}


def cases(table, kind):
    return [
        pytest.param(path, example, id=f"{path}-{number}")
        for path, found in table.items()
        for number, example in enumerate(found)
        if isinstance(example, kind)
    ]


def settings_of_pool(cognito, pool_id):
    described = cognito.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    return {name: value for name, value in described.items() if name not in _POOL_IDENTITY}


def settings_of_client(cognito, pool_id, client_id):
    described = cognito.describe_user_pool_client(UserPoolId=pool_id, ClientId=client_id)["UserPoolClient"]
    return {name: value for name, value in described.items() if name not in _CLIENT_IDENTITY}


def expected(defaults, request, example):
    given = {name: value for name, value in request.items() if name not in _NOT_SHOWN}
    return merged(merged(defaults, given), example.shown)


class TestTables:
    """The tables name all that the service model knows, so that a new member of the API is seen."""

    @pytest.mark.parametrize("operation", TABLES)
    def test_name_every_leaf_and_no_other(self, operation):
        leaves = set(examples.leaves_of(operation)) - {"UserPoolId", "ClientId"}

        assert leaves - set(TABLES[operation]) == set()
        assert set(TABLES[operation]) - leaves == set()

    @pytest.mark.parametrize("operation", TABLES)
    def test_have_an_example_of_every_value_of_an_enumeration(self, operation):
        missing = {}
        for path, shape_name in examples.leaves_of(operation).items():
            values = set(service_model.shape(shape_name).get("enum", ()))
            for example in TABLES[operation].get(path, ()) if values else ():
                values -= set(example.value) if isinstance(example.value, list) else {example.value}
            if values:
                missing[path] = values

        assert missing == {}


class TestCreateUserPool:
    @pytest.fixture
    def defaults(self, cognito):
        return settings_of_pool(cognito, UserPoolFactory(name="default", auto_verified_attributes=[]).pk)

    @pytest.mark.parametrize(("path", "example"), cases(examples.CREATE_USER_POOL, Kept))
    def test_gives_back_what_was_set_and_nothing_else(self, cognito, defaults, path, example):
        request = {"PoolName": "default", **request_with(path, example)}

        created = cognito.create_user_pool(**request)["UserPool"]

        assert settings_of_pool(cognito, created["Id"]) == expected(defaults, request, example)
        assert created == cognito.describe_user_pool(UserPoolId=created["Id"])["UserPool"]

    @pytest.mark.parametrize(("path", "example"), cases(examples.CREATE_USER_POOL, examples.Refused))
    def test_refuses(self, cognito, path, example):
        request = {"PoolName": "default", **request_with(path, example)}

        assert refusal_of(cognito.create_user_pool, **request) == (example.error, example.message)

    @pytest.mark.parametrize(("path", "example"), cases(examples.SCHEMA, Kept))
    def test_gives_back_the_attribute_that_was_defined(self, cognito, path, example):
        given = request_with(path, example)["Schema"][0]

        schema = cognito.create_user_pool(PoolName="p", Schema=[given])["UserPool"]["SchemaAttributes"]

        prefix = "dev:custom:" if given.get("DeveloperOnlyAttribute") else "custom:"
        name = given["Name"] if given["Name"] in STANDARD else prefix + given["Name"]
        (found,) = [attribute for attribute in schema if attribute["Name"] == name]
        assert {member: found[member] for member in given} == {**given, "Name": name}

    @pytest.mark.parametrize(("path", "example"), cases(examples.SCHEMA, examples.Refused))
    def test_refuses_the_attribute(self, cognito, path, example):
        request = {"PoolName": "p", **request_with(path, example)}

        assert refusal_of(cognito.create_user_pool, **request) == (example.error, example.message)


def kept_when_left_out(changed):
    kept = {name: changed[name] for name in ("Name", "UserPoolTier", "UserPoolTags", "MfaConfiguration", "Policies")}
    days = changed["Policies"]["PasswordPolicy"]["TemporaryPasswordValidityDays"]
    return {**kept, "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False, "UnusedAccountValidityDays": days}}


class TestUpdateUserPool:
    @pytest.mark.parametrize(("path", "example"), cases(examples.UPDATE_USER_POOL, Kept))
    def test_sets_it_and_sets_it_back_when_it_is_left_out(self, cognito, path, example):
        pool_id = UserPoolFactory(name="default", auto_verified_attributes=[]).pk
        defaults = settings_of_pool(cognito, pool_id)
        request = request_with(path, example)

        cognito.update_user_pool(UserPoolId=pool_id, **request)

        changed = settings_of_pool(cognito, pool_id)
        assert changed == expected(defaults, request, example)
        cognito.update_user_pool(UserPoolId=pool_id)
        assert settings_of_pool(cognito, pool_id) == {**defaults, **kept_when_left_out(changed)}

    @pytest.mark.parametrize(("path", "example"), cases(examples.UPDATE_USER_POOL, examples.Refused))
    def test_refuses_and_changes_nothing(self, cognito, path, example):
        pool_id = UserPoolFactory(name="default", auto_verified_attributes=[]).pk
        before = cognito.describe_user_pool(UserPoolId=pool_id)

        refusal = refusal_of(cognito.update_user_pool, UserPoolId=pool_id, **request_with(path, example))

        assert refusal == (example.error, example.message)
        after = cognito.describe_user_pool(UserPoolId=pool_id)
        assert after["UserPool"] == before["UserPool"]


class TestSetUserPoolMfaConfig:
    @pytest.mark.parametrize(("path", "example"), cases(examples.SET_USER_POOL_MFA_CONFIG, Kept))
    def test_gives_back_what_was_set_and_nothing_else(self, cognito, path, example):
        pool_id = UserPoolFactory().pk
        request = request_with(path, example)

        answer = cognito.set_user_pool_mfa_config(UserPoolId=pool_id, **request)

        answer.pop("ResponseMetadata")
        found = cognito.get_user_pool_mfa_config(UserPoolId=pool_id)
        found.pop("ResponseMetadata")
        assert found == answer == expected({"MfaConfiguration": "OFF"}, request, example)

    @pytest.mark.parametrize(("path", "example"), cases(examples.SET_USER_POOL_MFA_CONFIG, examples.Refused))
    def test_refuses(self, cognito, path, example):
        request = request_with(path, example)

        refusal = refusal_of(cognito.set_user_pool_mfa_config, UserPoolId=UserPoolFactory().pk, **request)

        assert refusal == (example.error, example.message)


@pytest.fixture
def pool():
    """A pool with what clients can name: a scope and a provider."""
    made = UserPoolFactory()
    ResourceServerFactory(pool=made, identifier="shop", scopes=[{"ScopeName": "read", "ScopeDescription": "read"}])
    IdentityProvider.objects.create(pool=made, name="Google", type="Google")
    return made


class TestCreateUserPoolClient:
    @pytest.fixture
    def defaults(self, cognito, pool):
        client = cognito.create_user_pool_client(UserPoolId=pool.pk, ClientName="default")["UserPoolClient"]
        return settings_of_client(cognito, pool.pk, client["ClientId"])

    @pytest.mark.parametrize(("path", "example"), cases(examples.CREATE_USER_POOL_CLIENT, Kept))
    def test_gives_back_what_was_set_and_nothing_else(self, cognito, pool, defaults, path, example):
        request = {"ClientName": "default", **request_with(path, example)}
        if example.with_secret:
            request["ClientSecret"] = _SECRET

        created = cognito.create_user_pool_client(UserPoolId=pool.pk, **request)["UserPoolClient"]

        shown = settings_of_client(cognito, pool.pk, created["ClientId"])
        assert shown == expected(defaults, request, example)
        assert {name: value for name, value in created.items() if name not in _CLIENT_IDENTITY} == shown

    @pytest.mark.parametrize(("path", "example"), cases(examples.CREATE_USER_POOL_CLIENT, examples.Refused))
    def test_refuses(self, cognito, pool, path, example):
        request = {"ClientName": "default", **request_with(path, example)}

        assert refusal_of(cognito.create_user_pool_client, UserPoolId=pool.pk, **request) == (
            example.error,
            example.message.format(pool=pool.pk, doing="creating"),
        )

    def test_makes_a_secret(self, cognito, pool, defaults):
        client = cognito.create_user_pool_client(UserPoolId=pool.pk, ClientName="default", GenerateSecret=True)[
            "UserPoolClient"
        ]

        shown = settings_of_client(cognito, pool.pk, client["ClientId"])
        assert len(shown.pop("ClientSecret")) == 51
        assert shown == defaults


class TestUpdateUserPoolClient:
    @pytest.mark.parametrize(("path", "example"), cases(examples.UPDATE_USER_POOL_CLIENT, Kept))
    def test_sets_it_and_sets_it_back_when_it_is_left_out(self, cognito, pool, path, example):
        secret = {"ClientSecret": _SECRET} if example.with_secret else {}
        client_id = cognito.create_user_pool_client(UserPoolId=pool.pk, ClientName="default", **secret)[
            "UserPoolClient"
        ]["ClientId"]
        defaults = settings_of_client(cognito, pool.pk, client_id)
        request = request_with(path, example)

        cognito.update_user_pool_client(UserPoolId=pool.pk, ClientId=client_id, **request)

        changed = settings_of_client(cognito, pool.pk, client_id)
        assert changed == expected(defaults, request, example)
        cognito.update_user_pool_client(UserPoolId=pool.pk, ClientId=client_id)
        assert settings_of_client(cognito, pool.pk, client_id) == {**defaults, "ClientName": changed["ClientName"]}

    @pytest.mark.parametrize(("path", "example"), cases(examples.UPDATE_USER_POOL_CLIENT, examples.Refused))
    def test_refuses_and_changes_nothing(self, cognito, pool, path, example):
        client_id = cognito.create_user_pool_client(UserPoolId=pool.pk, ClientName="default")["UserPoolClient"][
            "ClientId"
        ]
        before = cognito.describe_user_pool_client(UserPoolId=pool.pk, ClientId=client_id)

        refusal = refusal_of(
            cognito.update_user_pool_client, UserPoolId=pool.pk, ClientId=client_id, **request_with(path, example)
        )

        assert refusal == (example.error, example.message.format(pool=pool.pk, doing="updating"))
        after = cognito.describe_user_pool_client(UserPoolId=pool.pk, ClientId=client_id)
        assert after["UserPoolClient"] == before["UserPoolClient"]
