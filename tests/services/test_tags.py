"""Tags of pools."""

import functools

import pytest

from cognito_auth import exceptions
from cognito_auth.models import UserPool
from cognito_auth.services import tags
from tests.concurrency import race
from tests.factories import UserPoolFactory


@pytest.fixture
def pool(db):
    return UserPoolFactory(tags={"team": "shop", "stage": "test"})


def stored(pool):
    return UserPool.objects.get(pk=pool.pk).tags


class TestAdd:
    def test_keeps_the_others(self, pool):
        tags.add(pool, {"stage": "live", "cost": "1"})

        assert stored(pool) == pool.tags == {"team": "shop", "stage": "live", "cost": "1"}

    def test_counts_them_together(self, pool):
        tags.add(pool, {f"tag{number}": "" for number in range(48)})

        with pytest.raises(exceptions.InvalidParameterException, match="50 tags at most"):
            tags.add(pool, {"one-more": ""})
        tags.add(pool, {"tag1": "changed"})
        assert len(stored(pool)) == 50

    @pytest.mark.parametrize("key", ["aws:team", "AWS:team"])
    def test_refuses_reserved_keys(self, pool, key):
        with pytest.raises(exceptions.InvalidParameterException, match="cannot begin with aws:"):
            tags.add(pool, {key: "x"})


class TestRemove:
    def test_takes_what_is_there(self, pool):
        tags.remove(pool, ["team", "unknown"])

        assert stored(pool) == {"stage": "test"}


class TestBoth:
    def test_refuse_a_pool_that_is_gone(self, pool):
        UserPool.objects.all().delete()

        for change in (functools.partial(tags.add, pool, {"a": "b"}), functools.partial(tags.remove, pool, ["a"])):
            with pytest.raises(exceptions.ResourceNotFoundException):
                change()


@pytest.mark.postgresql
class TestConcurrency:
    def test_nobody_loses_a_tag(self, transactional_db):
        pool = UserPoolFactory(tags={"gone": "x"})

        outcomes = race(
            functools.partial(tags.remove, pool, ["gone"]),
            *[functools.partial(tags.add, UserPool.objects.get(), {f"tag{number}": ""}) for number in range(8)],
        )

        assert outcomes == [None] * 9
        assert set(stored(pool)) == {f"tag{number}" for number in range(8)}
