"""Searching users, page by page."""

import contextlib
import json

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from cognito_auth.choices import UserStatus
from cognito_auth.exceptions import InvalidParameterException
from cognito_auth.models import SchemaAttribute, User
from cognito_auth.services import user_search
from cognito_auth.services.user_search import execution
from tests.factories import UserFactory, UserPoolFactory, moment

pytestmark = pytest.mark.django_db


def pages(pool, text="", *, limit=60, between=None):
    """Yield the usernames of each page, calling ``between`` after each."""
    token = None
    for _turn in range(200):
        page = user_search.search(pool, text, limit=limit, token=token, scope=text, now=moment())
        yield [user.username for user in page.items]
        token = page.next_token
        if token is None:
            return
        if between:
            between()
    raise AssertionError("the listing does not end")


def found(pool, text="", **options):
    return [username for page in pages(pool, text, **options) for username in page]


@pytest.fixture
def pool():
    return UserPoolFactory()


@pytest.fixture
def strict_pool():
    return UserPoolFactory(strict=True)


class TestConditions:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ('username = "jane"', ["jane"]),
            ('username = "JANE"', []),
            ('username = "jan"', []),
            ('username ^= "jan"', ["jane", "janus"]),
            ('username ^= "Jan"', []),
            ('email = "jane@example.com"', ["jane"]),
            ('email = "JANE@Example.com"', ["jane"]),
            ('email ^= "jan"', ["jane", "janus"]),
            ('phone_number ^= "+1415"', ["jane"]),
            ('phone_number = "+14155552671"', ["jane"]),
            ('name = "Jane Ö"', ["jane"]),
            ('name ^= "Jane "', ["jane"]),
            ('given_name = "Jane"', ["jane"]),
            ('given_name = "jane"', []),
            ('family_name ^= "Ö"', ["jane"]),
            ('preferred_username = "jj"', ["jane"]),
            ('preferred_username ^= ""', ["jane"]),
            ('given_name = ""', []),
            ('cognito:user_status = "confirmed"', ["jane"]),
            ('cognito:user_status = "CONFIRMED"', ["jane"]),
            ('cognito:user_status ^= "UNC"', ["janus", "paul"]),
            ('cognito:user_status = "NONSENSE"', []),
            ('status = "Enabled"', ["jane", "janus"]),
            ('status = "Disabled"', ["paul"]),
            ('status = "disabled"', []),
            ('status ^= "Dis"', ["paul"]),
            ('status ^= ""', ["jane", "janus", "paul"]),
            ('sub = "0f000000-0000-4000-8000-000000000001"', ["jane"]),
            ('sub = "0F000000-0000-4000-8000-000000000001"', []),
            ('sub ^= "0f00"', ["jane"]),
            ('sub ^= "0f000000-0000-4"', ["jane"]),
            ('sub ^= "0f000000-0000-4000-8000-000000000001"', ["jane"]),
            ('sub ^= "0f000000_"', []),
            ('sub = "nonsense"', []),
            ('sub = ""', []),
            ('sub ^= ""', ["jane", "janus", "paul"]),
            ("", ["jane", "janus", "paul"]),
        ],
    )
    @pytest.mark.parametrize("strict", [True, False])
    def test_find(self, text, expected, strict):
        pool = UserPoolFactory(strict=strict)
        UserFactory(
            pool=pool,
            username="jane",
            confirmed=True,
            sub="0f000000-0000-4000-8000-000000000001",
            name="Jane Ö",
            given_name="Jane",
            family_name="Ö",
            preferred_username="jj",
            phone_number="+14155552671",
        )
        UserFactory(pool=pool, username="janus", sub="1f000000-0000-4000-8000-000000000001")
        UserFactory(pool=pool, username="paul", is_active=False, sub="2f000000-0000-4000-8000-000000000001")
        # Other pools' people are never found, though they have the same values.
        UserFactory(username="jane", email="jane@example.com", sub="0f000000-0000-4000-8000-000000000002")

        assert found(pool, text) == expected
        assert found(pool, text, limit=1) == expected

    def test_compare_case_where_the_pool_does(self):
        pool = UserPoolFactory(case_sensitive=True)
        UserFactory(pool=pool, username="Jane")

        assert found(pool, 'email = "Jane@example.com"') == ["Jane"]
        assert found(pool, 'email = "jane@example.com"') == []
        assert found(pool, 'username ^= "Ja"') == ["Jane"]
        assert found(pool, 'username ^= "ja"') == []

    @pytest.mark.parametrize("text", ['custom:team = "red"', 'nickname = "x"', 'Email = "x"', '"" = "x"'])
    def test_refuse_attributes_that_aws_does_not_search(self, text, strict_pool):
        SchemaAttribute.objects.create(pool=strict_pool, name="custom:team")

        with pytest.raises(InvalidParameterException, match="^Invalid search attribute: "):
            found(strict_pool, text)

    def test_refuse_unknown_attributes_also_when_kind(self, pool):
        with pytest.raises(InvalidParameterException, match="^Invalid search attribute: custom:foo$"):
            found(pool, 'custom:foo = "x"')
        with pytest.raises(InvalidParameterException, match="^Invalid search attribute: shoe$"):
            found(pool, 'name = "a" or (name = "b" and shoe = "x")')


class TestSuperset:
    @pytest.fixture(autouse=True)
    def _people(self, pool):
        for name, kind in [("custom:team", "String"), ("custom:age", "Number"), ("custom:vip", "Boolean")]:
            SchemaAttribute.objects.create(pool=pool, name=name, type=kind)
        UserFactory(
            pool=pool,
            username="ann",
            given_name="Ann",
            nickname="Annie",
            confirmed=True,
            custom_attributes={"custom:team": "Red Fox", "custom:age": 41, "custom:vip": True},
        )
        UserFactory(pool=pool, username="bob", given_name="Bob", custom_attributes={"custom:team": "Red"})
        UserFactory(pool=pool, username="cyd", given_name="Ann", is_active=False)

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ('custom:team = "Red"', ["bob"]),
            ('custom:team ^= "Red"', ["ann", "bob"]),
            ('custom:team contains "fOX"', ["ann"]),
            ('custom:age = "41"', ["ann"]),
            ('custom:vip = "true"', ["ann"]),
            ('nickname = "Annie"', ["ann"]),
            ('email_verified = "true"', ["ann"]),
            ('email contains "B@example"', ["bob"]),
            ('username contains "o"', ["bob"]),
            ('sub contains "-4"', ["ann", "bob", "cyd"]),
            ('cognito:user_status contains "unc"', ["bob", "cyd"]),
            ('given_name = "Ann" and status = "Enabled"', ["ann"]),
            ('given_name = "Ann" and custom:team = "Red"', []),
            ('given_name = "Ann" or given_name = "Bob"', ["ann", "cyd", "bob"]),
            ('given_name = "Ann" or username ^= "b" or email ^= "a"', ["ann", "cyd", "bob"]),
            ('username ^= "B" or custom:team ^= "Red F"', ["ann"]),
            ('(username = "bob" or username = "cyd") and status = "Disabled"', ["cyd"]),
            ('status = "Enabled" or status = "Disabled"', ["ann", "bob", "cyd"]),
            ('username = "ANN" or email = "ann@example.com"', ["ann"]),
            ('sub ^= "x" or username = "bob"', ["bob"]),
            (" or ".join(f'username = "u{n}"' for n in range(12)) + ' or username = "bob"', ["bob"]),
            (" or ".join(f'username = "u{n}"' for n in range(30)) + ' or username = "bob"', ["bob"]),
        ],
    )
    def test_finds(self, pool, text, expected):
        assert found(pool, text) == expected
        assert found(pool, text, limit=1) == expected

    def test_looks_at_a_bounded_number_of_users_per_call(self, pool, monkeypatch):
        monkeypatch.setattr(execution, "MAX_EXAMINED", 2)

        assert list(pages(pool, 'username contains "yd"')) == [[], ["cyd"]]

    def test_reads_in_growing_batches(self, pool, monkeypatch, django_assert_num_queries):
        monkeypatch.setattr(execution, "_FIRST_BATCH", 1)

        with django_assert_num_queries(4):  # the schema, batches of 1 and 4, the users
            assert found(pool, 'custom:team ^= "Red"') == ["ann", "bob"]


class TestAnything:
    @given(
        attribute=st.sampled_from(["username", "email", "name", "sub", "status", "cognito:user_status"]),
        operator=st.sampled_from(["=", "^=", "contains"]),
        value=st.text(max_size=40),
        case_sensitive=st.booleans(),
    )
    def test_is_found_or_refused(self, attribute, operator, value, case_sensitive):
        pool = UserPoolFactory.build(case_sensitive=case_sensitive)
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')

        with contextlib.suppress(InvalidParameterException):
            assert found(pool, f'{attribute} {operator} "{escaped}"') == []


class TestPages:
    def test_list_everybody_once_while_others_arrive(self, pool):
        before = {UserFactory(pool=pool, given_name="Jo").username for _turn in range(7)}

        for text in ("", 'given_name = "Jo"', 'given_name ^= "J"', 'email ^= "p"', 'username contains "person"'):
            seen = found(pool, text, limit=2, between=lambda: UserFactory(pool=pool, given_name="Ja"))

            assert len(seen) == len(set(seen))
            assert before <= set(seen)

    def test_go_on_after_the_last_one_was_deleted(self, pool):
        users = UserFactory.create_batch(5, pool=pool)

        seen = found(pool, limit=2, between=lambda: User.objects.filter(pk=users[1].pk).delete())

        assert seen == [user.username for user in users]

    def test_are_bound_to_their_scope(self, pool):
        UserFactory.create_batch(2, pool=pool)
        token = user_search.search(pool, limit=1, scope="a", now=moment()).next_token

        with pytest.raises(InvalidParameterException, match="Invalid pagination token"):
            user_search.search(pool, limit=1, token=token, scope="b", now=moment())

    def test_take_one_query(self, pool, django_assert_num_queries):
        UserFactory.create_batch(3, pool=pool)

        for text in ("", 'email ^= "p"', 'email = "x@example.com"', 'username = "x"', 'status = "Enabled"'):
            with django_assert_num_queries(1):
                found(pool, text)


@pytest.mark.postgresql
class TestIndexes:
    """Which index PostgreSQL takes, where it could take any."""

    @pytest.fixture(autouse=True)
    def _many(self, pool):
        User.objects.bulk_create(
            UserFactory.build(
                pool=pool,
                username=f"u{n:06}",
                username_key=f"u{n:06}",
                email=f"u{n:06}@example.com",
                email_key=f"u{n:06}@example.com",
                given_name="Jo",
                family_name=f"F{n:06}",
                name=f"N{n:06}",
                preferred_username=f"p{n:06}",
                phone_number=f"+1{n:09}",
                password="!",
                status=UserStatus.CONFIRMED,
            )
            for n in range(3000)
        )
        UserFactory(pool=pool, username="zz", is_active=False)
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {User._meta.db_table}")

    @pytest.mark.parametrize(
        ("text", "index"),
        [
            ("", "cognito_auth_user_pool"),
            ('username = "u000100"', "cognito_auth_user_username"),
            ('username ^= "u0001"', "cognito_auth_user_username"),
            ('email = "u000100@example.com"', "cognito_auth_user_mail"),
            ('email ^= "u0001"', "cognito_auth_user_mail"),
            ('phone_number = "+1000000100"', "cognito_auth_user_phon"),
            ('phone_number ^= "+10000001"', "cognito_auth_user_phon"),
            ('name ^= "N0001"', "cognito_auth_user_name"),
            ('given_name ^= "J"', "cognito_auth_user_give"),
            ('family_name = "F000100"', "cognito_auth_user_fami"),
            ('preferred_username ^= "p0001"', "cognito_auth_user_pref"),
            ('status = "Disabled"', "cognito_auth_user_enab"),
            ('cognito:user_status = "RESET_REQUIRED"', "cognito_auth_user_stat"),
        ],
    )
    def test_serve_each_search(self, pool, text, index):
        from cognito_auth.services.user_search.grammar import parse
        from cognito_auth.services.user_search.planning import plan

        (part,) = plan(parse(text, strict=True), pool).ranges

        values = {"id": 5, "pool_id": pool.pk, "is_active": False}
        for key in ((), [values.get(name, "u000100") for name in part.order]):
            rows = execution._rows(pool, part, key)[:61]
            with connection.cursor() as cursor:
                sql, params = rows.query.sql_with_params()
                cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
                top = cursor.fetchone()[0][0]["Plan"]

            assert f'"{index}"' in json.dumps(top), text
            assert '"Sort"' not in json.dumps(top), text
