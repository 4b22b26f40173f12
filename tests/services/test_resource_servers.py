"""Resource servers and their scopes."""

import functools

import pytest

from cognito_auth import exceptions
from cognito_auth.models import ResourceServer
from cognito_auth.services import resource_servers
from tests.concurrency import race
from tests.factories import ResourceServerFactory, UserPoolFactory, moment

NOW = moment()
READ = {"ScopeName": "read", "ScopeDescription": "Read"}


@pytest.fixture
def pool(db):
    return UserPoolFactory()


class TestCreate:
    def test_keeps_scopes_in_order(self, pool):
        scopes = [{"ScopeName": name, "ScopeDescription": name.upper()} for name in ("z", "a")]

        resource_servers.create(pool, "https://api.example.com", name="API", scopes=scopes, now=NOW)

        stored = resource_servers.get(pool, "https://api.example.com")
        assert stored.scopes == scopes
        assert stored.scope_names == ["https://api.example.com/z", "https://api.example.com/a"]
        assert stored.created_at == NOW

    def test_refuses_an_identifier_twice_in_one_pool(self, pool):
        resource_servers.create(pool, "shop", name="Shop", now=NOW)

        with pytest.raises(exceptions.InvalidParameterException) as caught:
            resource_servers.create(pool, "shop", name="Other", now=NOW)
        assert caught.value.message == f"shop already exists in user pool {pool.pk}."
        resource_servers.create(pool, "Shop", name="Shop", now=NOW)
        resource_servers.create(UserPoolFactory(), "shop", name="Shop", now=NOW)

    @pytest.mark.parametrize("identifier", ["", "a b", 'a"b', "a\\b", "ä", "x" * 257])
    def test_refuses_malformed_identifiers(self, pool, identifier):
        with pytest.raises(exceptions.InvalidParameterException, match="Invalid resource server identifier"):
            resource_servers.create(pool, identifier, name="Shop", now=NOW)

    @pytest.mark.parametrize(
        ("scopes", "problem"),
        [
            ([READ, READ], "Scope names must be unique: read"),
            ([{**READ, "ScopeName": "a/b"}], "Invalid scope name: a/b"),
            ([{**READ, "ScopeName": ""}], "Invalid scope name"),
            ([{**READ, "ScopeDescription": ""}], "The description of the scope read"),
            ([{**READ, "ScopeName": str(number)} for number in range(101)], "at most 100 scopes"),
        ],
    )
    def test_refuses_malformed_scopes(self, pool, scopes, problem):
        with pytest.raises(exceptions.InvalidParameterException, match=problem):
            resource_servers.create(pool, "shop", name="Shop", scopes=scopes, now=NOW)
        assert not ResourceServer.objects.exists()

    def test_keeps_the_limit_of_strict_pools_only(self, pool):
        strict = UserPoolFactory(strict=True)
        for each in (pool, strict):
            ResourceServerFactory.create_batch(25, pool=each)

        with pytest.raises(exceptions.LimitExceededException, match="at most 25"):
            resource_servers.create(strict, "one-more", name="Shop", now=NOW)
        resource_servers.create(pool, "one-more", name="Shop", now=NOW)

    def test_refuses_a_pool_that_is_gone(self, transactional_db):
        pool = UserPoolFactory()
        type(pool).objects.filter(pk=pool.pk).delete()

        with pytest.raises(exceptions.ResourceNotFoundException, match="User pool"):
            resource_servers.create(pool, "shop", name="Shop", now=NOW)


class TestUpdate:
    def test_replaces_name_and_scopes(self, pool):
        server = ResourceServerFactory(pool=pool)

        resource_servers.update(server, name="New", scopes=[READ])

        stored = ResourceServer.objects.get(pk=server.pk)
        assert (stored.name, stored.scopes) == (server.name, server.scopes) == ("New", [READ])

    def test_refuses_one_that_is_gone(self, pool):
        server = ResourceServerFactory(pool=pool, identifier="shop")
        ResourceServer.objects.all().delete()

        for change in (
            functools.partial(resource_servers.update, server, name="x", scopes=[]),
            functools.partial(resource_servers.delete, server),
            functools.partial(resource_servers.get, pool, "shop"),
        ):
            with pytest.raises(exceptions.ResourceNotFoundException) as caught:
                change()
            assert caught.value.message == "Resource server shop does not exist."


class TestKnownScopes:
    def test_are_those_of_this_pool(self, pool, django_assert_num_queries):
        ResourceServerFactory(pool=pool, identifier="shop")
        ResourceServerFactory(pool=pool, identifier="https://api.example.com")
        ResourceServerFactory(identifier="elsewhere")
        asked = ["openid", "shop/orders.read", "shop/orders", "https://api.example.com/orders.write"]

        with django_assert_num_queries(1):
            found = resource_servers.known_scopes(pool, [*asked, "elsewhere/orders.read", "Shop/orders.read"])

        assert found == {"shop/orders.read", "https://api.example.com/orders.write"}

    def test_cost_nothing_where_none_is_asked_for(self, pool, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert resource_servers.known_scopes(pool, ["openid", "email"]) == frozenset()


class TestInPool:
    def test_goes_by_identifier(self, pool):
        for identifier in "cab":
            ResourceServerFactory(pool=pool, identifier=identifier)
        ResourceServerFactory(identifier="d")

        first = resource_servers.in_pool(pool, limit=2, token=None, scope="x", now=NOW)
        second = resource_servers.in_pool(pool, limit=2, token=first.next_token, scope="x", now=NOW)

        assert [[server.identifier for server in page.items] for page in (first, second)] == [["a", "b"], ["c"]]
        assert second.next_token is None


@pytest.mark.postgresql
class TestConcurrency:
    def test_one_of_many_makes_it(self, transactional_db):
        pool = UserPoolFactory()

        outcomes = race(*[lambda: resource_servers.create(pool, "shop", name="Shop", now=NOW)] * 6)

        assert sorted(type(outcome).__name__ for outcome in outcomes) == ["InvalidParameterException"] * 5 + [
            "ResourceServer"
        ]

    def test_the_limit_holds(self, transactional_db):
        pool = UserPoolFactory(strict=True)
        ResourceServerFactory.create_batch(24, pool=pool)

        race(
            *[
                functools.partial(resource_servers.create, pool, f"new{number}", name="Shop", now=NOW)
                for number in range(6)
            ]
        )

        assert ResourceServer.objects.filter(pool=pool).count() == 25
