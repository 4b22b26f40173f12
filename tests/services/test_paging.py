"""Paging by key and its tokens."""

import datetime

import pytest

from cognito_auth.exceptions import InvalidParameterException
from cognito_auth.models import User
from cognito_auth.services import paging
from tests.factories import UserFactory, UserPoolFactory, moment

SCOPE = paging.scope_of("ListUsers", {"UserPoolId": "eu-west-1_AbC123xyZ"})


class TestDecode:
    def test_gives_back_what_was_encoded(self):
        token = paging.encode(["größe", 7], scope=SCOPE, now=moment())

        assert paging.decode(token, scope=SCOPE, now=moment()) == ["größe", 7]

    def test_takes_a_token_until_it_is_an_hour_old(self):
        token = paging.encode([1], scope=SCOPE, now=moment())

        almost = moment() + datetime.timedelta(minutes=59, seconds=59)
        assert paging.decode(token, scope=SCOPE, now=almost) == [1]
        with pytest.raises(InvalidParameterException, match="Invalid pagination token"):
            paging.decode(token, scope=SCOPE, now=moment() + datetime.timedelta(hours=1))

    def test_refuses_a_token_of_another_request(self):
        token = paging.encode([1], scope=SCOPE, now=moment())

        with pytest.raises(InvalidParameterException, match="Invalid pagination token"):
            paging.decode(token, scope=paging.scope_of("ListUsers", {"UserPoolId": "other"}), now=moment())

    @pytest.mark.parametrize("token", ["", ".", "x", "e30.abc", "ä.ö", "\ud800.x", "\x00.\x00", "a" * 100_000])
    def test_refuses_what_nobody_here_made(self, token):
        with pytest.raises(InvalidParameterException, match="Invalid pagination token"):
            paging.decode(token, scope=SCOPE, now=moment())

    def test_refuses_a_changed_position(self):
        token = paging.encode([1], scope=SCOPE, now=moment())
        other = paging.encode([2], scope=SCOPE, now=moment())

        with pytest.raises(InvalidParameterException, match="Invalid pagination token"):
            paging.decode(f"{other.partition('.')[0]}.{token.partition('.')[2]}", scope=SCOPE, now=moment())

    def test_still_takes_tokens_of_an_older_key(self, settings):
        token = paging.encode([1], scope=SCOPE, now=moment())
        old = settings.COGNITO_AUTH["ENCRYPTION_KEYS"]
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "ENCRYPTION_KEYS": ["new" * 20, *old]}

        assert paging.decode(token, scope=SCOPE, now=moment()) == [1]


@pytest.mark.django_db
class TestByKey:
    def test_lists_everybody_once_also_where_the_first_column_is_equal(self):
        pool = UserPoolFactory()
        made = {UserFactory(pool=pool, family_name=name).username for name in "bababab"}
        queryset = User.objects.filter(pool=pool)

        seen, token, pages = [], None, 0
        while True:
            page = paging.by_key(queryset, ("family_name", "id"), limit=2, token=token, scope=SCOPE, now=moment())
            seen += [(user.family_name, user.pk) for user in page.items]
            pages += 1
            token = page.next_token
            if token is None:
                break

        assert pages == 4
        assert seen == sorted(set(seen))
        assert len(seen) == len(made)

    def test_gives_no_token_with_the_last_full_page(self):
        pool = UserPoolFactory()
        UserFactory.create_batch(2, pool=pool)

        page = paging.by_key(User.objects.filter(pool=pool), ("id",), limit=2, token=None, scope=SCOPE, now=moment())

        assert len(page.items) == 2
        assert page.next_token is None

    def test_refuses_a_position_of_another_length(self):
        token = paging.encode([1, 2], scope=SCOPE, now=moment())

        with pytest.raises(InvalidParameterException, match="Invalid pagination token"):
            paging.by_key(User.objects.all(), ("id",), limit=2, token=token, scope=SCOPE, now=moment())
