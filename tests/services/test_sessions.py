"""Sessions of a user: ids, the list, ending one, and how many there may be."""

import datetime
import re
import uuid

import pytest
from django.utils import timezone

from cognito_auth.exceptions import (
    FeatureUnavailableInTierException,
    InvalidParameterException,
    OperationNotEnabledException,
    ResourceNotFoundException,
)
from cognito_auth.models import AuthEvent, BrowserSession, TokenFamily, UserPool
from cognito_auth.services import password_change, sessions, sign_out
from cognito_auth.services.oauth import browser_sessions
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.sign_in.attempt import SignedIn
from cognito_auth.services.tokens import issue, refresh, revoke
from cognito_auth.services.tokens.issue import Authorization
from tests.concurrency import race
from tests.factories import UserFactory, UserPoolClientFactory

SECOND, MINUTE, DAY = (datetime.timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "days"))
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:142.0) Gecko/20100101 Firefox/142.0"


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def client(db):
    return UserPoolClientFactory()


@pytest.fixture
def user(client):
    return UserFactory(pool=client.pool, confirmed=True)


@pytest.fixture
def sign_in(user, client, now):
    """Return a function that signs the user in and returns the session and its refresh token."""

    def begin(at=now, **options):
        known = set(TokenFamily.objects.values_list("pk", flat=True))
        tokens = issue.issue(user, client, authenticated_at=at, token_epoch=user.token_epoch, now=at, **options)
        return TokenFamily.objects.exclude(pk__in=known).get(), tokens.refresh_token

    return begin


def listed(user, now, token=None):
    return [family.pk for family in sessions.page_of(user, token=token, now=now).items]


class TestIdOf:
    @pytest.mark.parametrize("family_id", [uuid.UUID(int=0), uuid.UUID(int=2**128 - 1), uuid.uuid4()])
    def test_has_the_form_of_the_api_and_leads_back(self, family_id):
        session_id = sessions.id_of(family_id)

        assert re.fullmatch(r"(tkn|sso)[a-z0-9]{25}", session_id)
        assert sessions.family_id_in(session_id) == family_id

    @pytest.mark.parametrize("session_id", ["sso" + "0" * 25, "tkn" + "z" * 25, "tkn1", "tkn" + "-" * 25, ""])
    def test_leads_nowhere_from_ids_of_no_family(self, session_id):
        assert sessions.family_id_in(session_id) is None


class TestPageOf:
    def test_lists_living_sessions_newest_first(self, user, client, sign_in, now):
        oldest, _token = sign_in(at=now - DAY)
        newest, _token = sign_in()
        sign_in()[0].delete()
        sessions.end(user, sessions.id_of(sign_in()[0].pk), origin=None, now=now)
        issue.issue(
            UserFactory(pool=client.pool), client, authenticated_at=now, token_epoch=0, now=now
        )  # somebody else's

        assert listed(user, now) == [newest.pk, oldest.pk]
        assert listed(user, oldest.expires_at) == [newest.pk]

    def test_lists_nothing_after_signing_out_everywhere(self, user, sign_in, now):
        sign_in()

        sign_out.everywhere(user, origin=None, now=now)

        assert listed(user, now) == []

    def test_goes_on_behind_the_last_one(self, user, sign_in, now, monkeypatch):
        monkeypatch.setattr(sessions, "PAGE_SIZE", 2)
        # Two at the same moment: the id decides.
        made = [sign_in(at=now - SECOND * (position // 2))[0] for position in range(5)]
        seen, token = [], None

        while True:
            page = sessions.page_of(user, token=token, now=now)
            seen += [family.pk for family in page.items]
            token = page.next_token
            if token is None:
                break

        expected = sorted(made, key=lambda family: (family.authenticated_at, family.pk), reverse=True)
        assert seen == [family.pk for family in expected]

    def test_takes_no_token_of_somebody_else(self, user, client, sign_in, now, monkeypatch):
        monkeypatch.setattr(sessions, "PAGE_SIZE", 1)
        sign_in(), sign_in()
        token = sessions.page_of(user, token=None, now=now).next_token

        with pytest.raises(InvalidParameterException):
            sessions.page_of(UserFactory(pool=client.pool), token=token, now=now)

    def test_is_refused_by_strict_pools_that_track_none(self, user, now):
        user.pool.strict = True

        with pytest.raises(OperationNotEnabledException):
            sessions.page_of(user, token=None, now=now)


class TestEnd:
    def test_ends_one_session_and_says_so_in_the_events(self, user, client, sign_in, now):
        ended, ended_token = sign_in()
        _kept, kept_token = sign_in()

        sessions.end(user, sessions.id_of(ended.pk), origin=None, now=now)

        assert refresh.refresh(client, kept_token, now=now, rotation_allowed=True)
        with pytest.raises(Exception, match="Refresh Token has been revoked"):
            refresh.refresh(client, ended_token, now=now, rotation_allowed=True)
        assert AuthEvent.objects.filter(user=user, type="SignOut").count() == 1

    def test_refuses_the_session_in_use(self, user, sign_in, now):
        family, _token = sign_in()

        with pytest.raises(InvalidParameterException):
            sessions.end(user, sessions.id_of(family.pk), current=family.pk, origin=None, now=now)

        assert listed(user, now) == [family.pk]

    def test_finds_neither_ended_sessions_nor_those_of_others(self, user, client, sign_in, now):
        family, _token = sign_in()
        session_id = sessions.id_of(family.pk)

        with pytest.raises(ResourceNotFoundException):
            sessions.end(UserFactory(pool=client.pool), session_id, origin=None, now=now)
        sessions.end(user, session_id, origin=None, now=now)
        with pytest.raises(ResourceNotFoundException):
            sessions.end(user, session_id, origin=None, now=now)
        with pytest.raises(ResourceNotFoundException):
            sessions.end(user, "sso" + "0" * 25, origin=None, now=now)


class TestConfigurePool:
    def test_is_kept(self, client, now):
        sessions.configure_pool(client.pool, is_tracked=True, max_per_user=3, now=now)

        pool = UserPool.objects.get(pk=client.pool_id)
        assert sessions.is_tracked(pool)
        assert sessions.max_per_user(pool) == 3

    def test_is_off_by_default(self, client):
        assert not sessions.is_tracked(client.pool)
        assert sessions.max_per_user(client.pool) == 20
        assert sessions.sso_minutes(client) == 60

    def test_needs_a_higher_tier_in_strict_pools(self, client, now):
        client.pool.strict, client.pool.tier = True, "LITE"

        with pytest.raises(FeatureUnavailableInTierException):
            sessions.configure_pool(client.pool, is_tracked=True, max_per_user=3, now=now)
        with pytest.raises(FeatureUnavailableInTierException):
            sessions.configure_client(client, sso_minutes=5, now=now)

    def test_comes_before_settings_of_clients_in_strict_pools(self, client, now):
        client.pool.strict = True

        with pytest.raises(OperationNotEnabledException):
            sessions.configure_client(client, sso_minutes=5, now=now)


class TestLimit:
    @pytest.fixture(autouse=True)
    def limit(self, client, now):
        sessions.configure_pool(client.pool, is_tracked=True, max_per_user=2, now=now)

    def test_ends_the_session_that_was_unused_for_longest(self, user, client, sign_in, now):
        first, first_token = sign_in(at=now - MINUTE * 30)
        second, _token = sign_in(at=now - MINUTE * 20)
        refresh.refresh(client, first_token, now=now - MINUTE * 10, rotation_allowed=True)

        third, _token = sign_in()

        assert set(listed(user, now)) == {first.pk, third.pk}
        second.refresh_from_db()
        assert second.revoked_at == now

    def test_leaves_sessions_alone_that_are_more_since_it_was_lowered(self, user, client, sign_in, now):
        sign_in(), sign_in()

        sessions.configure_pool(client.pool, is_tracked=True, max_per_user=1, now=now)
        assert len(listed(user, now)) == 2
        family, _token = sign_in(at=now + SECOND)

        assert listed(user, now + SECOND) == [family.pk]

    def test_counts_each_person_alone(self, user, client, sign_in, now):
        sign_in(), sign_in()

        issue.issue(UserFactory(pool=client.pool), client, authenticated_at=now, token_epoch=0, now=now)

        assert len(listed(user, now)) == 2

    def test_sends_one_query_more_at_most_once_on_postgresql(self, user, sign_in, django_assert_max_num_queries):
        sign_in(), sign_in()

        with django_assert_max_num_queries(8):
            sign_in()

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_holds_when_people_sign_in_at_the_same_time(self, user, client, now):
        def sign_in():
            return issue.issue(user, client, authenticated_at=now, token_epoch=0, now=now)

        results = race(*[sign_in] * 6)

        assert not [result for result in results if isinstance(result, Exception)]
        assert len(listed(user, now)) == 2


class TestNoteUse:
    def test_keeps_where_the_session_was_used_last(self, user, client, sign_in, now):
        family, token = sign_in(origin=RequestOrigin(ip_address="192.0.2.1", user_agent="old"))
        later = now + MINUTE

        origin = RequestOrigin(ip_address="2001:db8::1", user_agent=FIREFOX)
        refresh.refresh(client, token, now=later, rotation_allowed=True, origin=origin)

        family.refresh_from_db()
        assert (family.refreshed_at, family.ip_address, family.user_agent) == (later, "2001:db8::1", FIREFOX)

    def test_writes_once_a_minute_at_most(self, user, client, sign_in, now, django_assert_num_queries):
        _family, token = sign_in()
        refresh.refresh(client, token, now=now + MINUTE, rotation_allowed=True)

        with django_assert_num_queries(1):
            refresh.refresh(client, token, now=now + MINUTE * 1.9, rotation_allowed=True)
        with django_assert_num_queries(2):
            refresh.refresh(client, token, now=now + MINUTE * 2, rotation_allowed=True)


class TestBrowsers:
    @pytest.fixture
    def browser(self, client, user, now):
        """Return a function that begins a browser's session and a token session that came from it."""

        def begin(at=now):
            signed_in = SignedIn(user, at, user.token_epoch, ())
            session, _value = browser_sessions.begin(
                client, signed_in, origin=RequestOrigin("192.0.2.7", user_agent=FIREFOX), now=at
            )
            tokens = issue.issue(
                user,
                client,
                authenticated_at=at,
                token_epoch=user.token_epoch,
                now=at,
                authorization=Authorization("openid", browser_session_id=session.pk),
            )
            return session, TokenFamily.objects.get(pk=tokens.family_id), tokens.refresh_token

        return begin

    @pytest.fixture
    def is_alive(self):
        def ask(row):
            row.refresh_from_db()
            return row.ended_at is None if isinstance(row, BrowserSession) else row.revoked_at is None

        return ask

    def test_have_ids_of_the_apis_form(self, browser):
        session, _family, _token = browser()

        assert re.fullmatch(r"sso[a-z0-9]{25}", sessions.id_of_browser(session.pk))

    def test_are_listed_before_the_others_on_the_first_page(self, user, browser, sign_in, now, monkeypatch):
        session, family, _token = browser()
        other, _token = sign_in(at=now - DAY)
        monkeypatch.setattr(sessions, "PAGE_SIZE", 2)

        first = sessions.page_of(user, token=None, now=now)
        second = sessions.page_of(user, token=first.next_token, now=now)

        assert [row.pk for row in first.items] == [session.pk, family.pk]
        assert [row.pk for row in second.items] == [other.pk]

    def test_are_listed_while_they_live(self, user, client, browser, now):
        session, family, _token = browser()
        browser_sessions.end(session, now=now)
        assert listed(user, now) == [family.pk]

        browser()
        assert [row.pk for row in sessions.page_of(user, token=None, now=now + 61 * MINUTE).items].count(
            session.pk
        ) == 0
        sign_out.everywhere(user, origin=None, now=now)
        assert listed(user, now) == []

    def test_end_alone(self, user, browser, now, is_alive):
        session, family, _token = browser()

        sessions.end(user, sessions.id_of_browser(session.pk), origin=None, now=now)

        assert not is_alive(session)
        assert is_alive(family)

    def test_end_with_what_came_from_them(self, user, browser, now, is_alive):
        session, family, _token = browser()
        other_session, other_family, _token = browser()

        sessions.end(user, sessions.id_of_browser(session.pk), with_linked=True, origin=None, now=now)

        assert not is_alive(session)
        assert not is_alive(family)
        assert is_alive(other_session)
        assert is_alive(other_family)

    @pytest.mark.parametrize("with_linked", [False, True])
    def test_end_with_a_token_session_if_it_is_asked_for(self, user, browser, now, is_alive, with_linked):
        session, family, _token = browser()

        sessions.end(user, sessions.id_of(family.pk), with_linked=with_linked, origin=None, now=now)

        assert not is_alive(family)
        assert is_alive(session) is not with_linked

    @pytest.mark.parametrize("with_browser", [False, True])
    def test_end_with_a_refresh_token_if_it_is_asked_for(self, client, browser, now, is_alive, with_browser):
        session, family, token = browser()

        revoke.revoke(client, token, with_browser=with_browser, now=now)

        assert not is_alive(family)
        assert is_alive(session) is not with_browser

    def test_of_others_cannot_be_ended(self, client, browser, now, is_alive):
        session, _family, _token = browser()

        with pytest.raises(ResourceNotFoundException):
            sessions.end(UserFactory(pool=client.pool), sessions.id_of_browser(session.pk), origin=None, now=now)
        assert is_alive(session)

    def test_that_have_ended_cannot_be_ended_again(self, user, browser, now):
        session_id = sessions.id_of_browser(browser()[0].pk)
        sessions.end(user, session_id, origin=None, now=now)

        with pytest.raises(ResourceNotFoundException):
            sessions.end(user, session_id, origin=None, now=now)

    def test_live_through_a_password_change_of_their_own_session_only(self, user, client, browser, now):
        session, family, _token = browser()
        other, _other_family, _token = browser()

        password_change.change(
            user, "Passw0rd!", "An0ther-one", client=client, family_id=family.pk, origin=RequestOrigin(), now=now
        )

        assert [row.pk for row in sessions.browsers(user, now=now)] == [session.pk]
        assert other.pk != session.pk
