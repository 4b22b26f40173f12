"""Switching pools to new signing keys."""

import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from cognito_auth.models import SigningKey, UserPool
from cognito_auth.services.tokens import keys
from tests.factories import UserPoolFactory

pytestmark = pytest.mark.django_db
HOUR = datetime.timedelta(hours=1)


def rotate(*pool_ids, **options):
    out = StringIO()
    call_command("cognito_rotate_signing_keys", *pool_ids, stdout=out, **options)
    return out.getvalue()


@pytest.fixture
def pools():
    found = [UserPoolFactory(id=f"eu-west-1_pool{number}") for number in range(3)]
    for pool in found:
        keys.ensure(pool, now=timezone.now() - HOUR)
    return found


def active(pool):
    pool = UserPool.objects.get(pk=pool.pk)
    return {pool.id_signing_key_id, pool.access_signing_key_id}


class TestCommand:
    def test_rotates_all_pools_and_shows_progress(self, pools):
        before = [active(pool) for pool in pools]

        out = rotate()

        assert all(not active(pool) & old for pool, old in zip(pools, before, strict=True))
        assert "3 of 3: eu-west-1_pool2" in out

    def test_rotates_the_pools_that_are_named(self, pools):
        before = [active(pool) for pool in pools]

        rotate(pools[1].pk)

        assert [active(pool) == old for pool, old in zip(pools, before, strict=True)] == [True, False, True]

    def test_makes_keys_of_pools_that_have_none(self):
        pool = UserPoolFactory()

        rotate()

        assert None not in active(pool)

    def test_refuses_an_unknown_pool(self, pools):
        with pytest.raises(CommandError, match="There is no user pool eu-west-1_nobody"):
            rotate("eu-west-1_nobody")

    def test_goes_on_after_an_interruption(self, pools, monkeypatch):
        original, calls = keys.rotate, []

        def interrupted(pool, *, now):
            if len(calls) == 1:
                raise KeyboardInterrupt
            calls.append(pool.pk)
            original(pool, now=now)

        monkeypatch.setattr(keys, "rotate", interrupted)
        with pytest.raises(CommandError, match="Stopped after 1 of 3 pools") as stopped:
            rotate()
        monkeypatch.undo()
        moment = str(stopped.value).rpartition(" ")[2]

        out = rotate(before=datetime.datetime.fromisoformat(moment))

        assert "2 of 2" in out
        assert SigningKey.objects.filter(retires_at=None).count() == 6
        assert SigningKey.objects.count() == 12

    def test_refuses_a_moment_that_is_none(self, pools):
        with pytest.raises(CommandError, match="'soon' is no moment in ISO 8601"):
            rotate("--before", "soon")

    def test_takes_a_moment_as_text(self, pools):
        assert "0 pools" in rotate("--before", "2020-01-01")
