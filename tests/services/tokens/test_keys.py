"""Making, rotating and publishing a pool's keys."""

import base64
import datetime
import hashlib

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.db import connection

from cognito_auth.models import SigningKey, UserPool
from cognito_auth.services.tokens import keys
from tests.concurrency import race
from tests.factories import UserPoolFactory

DAY = datetime.timedelta(days=1)


@pytest.fixture
def pool(db, now):
    pool = UserPoolFactory()
    keys.ensure(pool, now=now)
    return pool


class TestEnsure:
    def test_makes_one_key_of_each_kind(self, pool):
        stored = UserPool.objects.get(pk=pool.pk)

        assert stored.id_signing_key.purpose == "id"
        assert stored.access_signing_key.purpose == "access"
        assert pool.id_signing_key_id == stored.id_signing_key_id != pool.access_signing_key_id

    def test_keeps_the_keys_that_are_there(self, pool, now):
        keys.ensure(UserPool.objects.get(pk=pool.pk), now=now)

        assert SigningKey.objects.filter(pool=pool).count() == 2

    def test_does_not_replace_keys_that_this_row_does_not_know_yet(self, pool, now):
        stale = UserPool.objects.get(pk=pool.pk)
        stale.id_signing_key_id = stale.access_signing_key_id = None

        keys.ensure(stale, now=now)

        assert stale.id_signing_key_id == pool.id_signing_key_id
        assert SigningKey.objects.filter(pool=pool).count() == 2

    def test_costs_nothing_where_there_are_keys(self, pool, now, django_assert_num_queries):
        with django_assert_num_queries(0):
            keys.ensure(pool, now=now)

    def test_encrypts_private_keys(self, pool):
        with connection.cursor() as cursor:
            cursor.execute("SELECT private_key_pem FROM cognito_auth_signingkey")
            stored = [row[0] for row in cursor.fetchall()]

        assert not any("PRIVATE" in text for text in stored)

    def test_names_a_key_by_the_digest_of_its_public_key(self, pool):
        public = keys.private_key(pool.id_signing_key_id).public_key()
        der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

        assert pool.id_signing_key_id == base64.b64encode(hashlib.sha256(der).digest()).decode()
        assert public.key_size == 2048

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_makes_the_keys_once_when_called_at_the_same_time(self, now):
        pool = UserPoolFactory()
        rows = [UserPool.objects.get(pk=pool.pk) for _time in range(4)]

        outcomes = race(*(lambda row=row: keys.ensure(row, now=now) for row in rows))

        assert outcomes == [None] * 4
        assert SigningKey.objects.filter(pool=pool).count() == 2
        assert len({row.id_signing_key_id for row in rows}) == 1


class TestRotate:
    def test_switches_to_new_keys_and_publishes_both(self, pool, now):
        old = {pool.id_signing_key_id, pool.access_signing_key_id}

        keys.rotate(pool, now=now)

        new = {pool.id_signing_key_id, pool.access_signing_key_id}
        published = [key["kid"] for key in keys.jwks(pool.pk, now=now)]
        assert not new & old
        assert set(published) == new | old
        assert UserPool.objects.get(pk=pool.pk).id_signing_key_id == pool.id_signing_key_id

    def test_unpublishes_the_old_ones_when_their_last_token_has_ended(self, pool, now):
        keys.rotate(pool, now=now)

        day_after = keys.jwks(pool.pk, now=now + DAY)
        later = keys.jwks(pool.pk, now=now + 2 * DAY)

        assert len(day_after) == 4
        assert [key["kid"] for key in later] == [pool.id_signing_key_id, pool.access_signing_key_id]

    def test_deletes_keys_whose_time_is_over(self, pool, now):
        keys.rotate(pool, now=now)
        keys.rotate(pool, now=now + 2 * DAY)

        assert SigningKey.objects.filter(pool=pool).count() == 4

    def test_makes_the_keys_of_a_pool_that_has_none(self, db, now):
        pool = UserPoolFactory()

        keys.rotate(pool, now=now)

        assert len(keys.jwks(pool.pk, now=now)) == 2

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_leaves_two_active_keys_when_done_twice_at_the_same_time(self, now):
        pool = UserPoolFactory()
        keys.ensure(pool, now=now)

        race(*(lambda: keys.rotate(UserPool.objects.get(pk=pool.pk), now=now) for _time in range(3)))

        pool.refresh_from_db()
        active = SigningKey.objects.filter(pool=pool, retires_at=None).values_list("pk", flat=True)
        assert set(active) == {pool.id_signing_key_id, pool.access_signing_key_id}


class TestPublicKey:
    def test_finds_a_key_with_one_query_per_process(self, pool, now, django_assert_num_queries):
        kid = pool.access_signing_key_id

        with django_assert_num_queries(1):
            for _time in range(3):
                assert keys.public_key(kid, user_pool_id=pool.pk, now=now)

    def test_finds_a_new_key_at_once(self, pool, now):
        keys.rotate(pool, now=now)

        assert keys.public_key(pool.access_signing_key_id, user_pool_id=pool.pk, now=now)

    def test_finds_no_key_of_another_pool(self, pool, now):
        assert keys.public_key(pool.access_signing_key_id, user_pool_id="eu-west-1_Another", now=now) is None

    def test_finds_no_key_whose_time_is_over(self, pool, now):
        kid = pool.access_signing_key_id
        keys.rotate(pool, now=now)

        assert keys.public_key(kid, user_pool_id=pool.pk, now=now + DAY)
        assert keys.public_key(kid, user_pool_id=pool.pk, now=now + 2 * DAY) is None

    def test_notices_in_five_minutes_that_a_key_was_deleted(self, pool, now):
        kid = pool.access_signing_key_id
        keys.public_key(kid, user_pool_id=pool.pk, now=now)
        SigningKey.objects.filter(pk=kid).delete()

        assert keys.public_key(kid, user_pool_id=pool.pk, now=now + datetime.timedelta(minutes=6)) is None

    def test_asks_once_for_an_unknown_key_for_two_seconds(self, pool, now, django_assert_num_queries):
        kid = base64.b64encode(b"u" * 32).decode()

        with django_assert_num_queries(1):
            for _time in range(3):
                assert keys.public_key(kid, user_pool_id=pool.pk, now=now) is None
        with django_assert_num_queries(1):
            keys.public_key(kid, user_pool_id=pool.pk, now=now + datetime.timedelta(seconds=3))

    @pytest.mark.parametrize("kid", ["", "short", "\x00" * 44, "é" * 44, "A" * 5000])
    def test_does_not_ask_for_what_cannot_be_a_key_id(self, pool, now, django_assert_num_queries, kid):
        with django_assert_num_queries(0):
            assert keys.public_key(kid, user_pool_id=pool.pk, now=now) is None

    def test_keeps_known_keys_while_unknown_ones_pour_in(self, pool, now, monkeypatch, django_assert_num_queries):
        monkeypatch.setattr(keys, "_CACHED_KEYS", 10)
        known = pool.access_signing_key_id
        keys.public_key(known, user_pool_id=pool.pk, now=now)
        for number in range(25):
            kid = base64.b64encode(bytes([number]) * 32).decode()
            keys.public_key(kid, user_pool_id=pool.pk, now=now)

        with django_assert_num_queries(0):
            assert keys.public_key(known, user_pool_id=pool.pk, now=now)
        assert len(keys._unknown) <= 10

    def test_keeps_no_more_keys_than_it_should(self, pool, now, monkeypatch):
        monkeypatch.setattr(keys, "_CACHED_KEYS", 2)
        for _time in range(3):
            keys.public_key(pool.access_signing_key_id, user_pool_id=pool.pk, now=now)
            keys.rotate(pool, now=now)

        assert len(keys._published) <= 2
