"""Removing what has expired."""

import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from cognito_auth.choices import AttemptKind, AuthEventResponse, AuthEventType, CodePurpose
from cognito_auth.models import (
    AttemptCounter,
    AuditEvent,
    AuthEvent,
    AuthorizationCode,
    BrowserSession,
    DeviceAuthorization,
    FederationAttempt,
    IdentityProvider,
    OneTimeCode,
    PasskeyRegistration,
    RefreshToken,
    SamlAssertion,
    SignInAttempt,
    TokenFamily,
)
from cognito_auth.services import expiry
from tests.factories import UserFactory, UserPoolClientFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()
LONG_AGO = NOW - datetime.timedelta(days=2)
LATELY = NOW - datetime.timedelta(hours=1)
SOON = NOW + datetime.timedelta(hours=1)


def clear(**options):
    out = StringIO()
    call_command("cognito_clear_expired", stdout=out, **options)
    return out.getvalue()


def make(client, name, at):
    """Make one row of every kind, expiring at ``at``."""
    user = UserFactory(pool=client.pool)
    SignInAttempt.objects.create(
        session_hash=name, client=client, user=user, flow="x", challenge="x", created_at=at, expires_at=at
    )
    OneTimeCode.objects.create(user=user, purpose=CodePurpose.VERIFY_EMAIL, code_hash=name, expires_at=at)
    PasskeyRegistration.objects.create(user=user, client=client, state_json="{}", expires_at=at)
    family = TokenFamily.objects.create(user=user, client=client, scope="", authenticated_at=at, expires_at=at)
    RefreshToken.objects.create(token_hash=name, family=family, issued_at=at)
    AttemptCounter.objects.create(key=name, kind=AttemptKind.PASSWORD, window_started_at=at, last_at=at)
    AuthEvent.objects.create(
        pool=client.pool, user=user, type=AuthEventType.SIGN_IN, response=AuthEventResponse.PASS, created_at=at
    )


def counts():
    return [
        model.objects.count()
        for model in (
            SignInAttempt,
            OneTimeCode,
            PasskeyRegistration,
            TokenFamily,
            RefreshToken,
            AttemptCounter,
            AuthEvent,
        )
    ]


BROWSER_MODELS = (AuthorizationCode, BrowserSession, DeviceAuthorization, FederationAttempt, SamlAssertion)


def make_of_a_browser(client, provider, name, at):
    """Make one row of every kind of the browser's side, expiring at ``at``; and a token family that outlives them."""
    user = UserFactory(pool=client.pool)
    times = {"created_at": at, "expires_at": at}
    session = BrowserSession.objects.create(digest=name, pool=client.pool, user=user, authenticated_at=at, **times)
    family = TokenFamily.objects.create(
        user=user, client=client, scope="", authenticated_at=at, expires_at=SOON, browser_session=session
    )
    AuthorizationCode.objects.create(
        digest=name, client=client, user=user, browser_session=session, authenticated_at=at, family=family, **times
    )
    DeviceAuthorization.objects.create(digest=name, user_code=name, client=client, user=user, **times)
    FederationAttempt.objects.create(digest=name, pool=client.pool, client=client, provider=provider, **times)
    SamlAssertion.objects.create(pool=client.pool, digest=name, expires_at=at)


class TestCommand:
    def test_removes_what_has_expired_and_nothing_else(self):
        client = UserPoolClientFactory()
        for name, at in [("a", LONG_AGO), ("b", LONG_AGO), ("c", LATELY), ("d", SOON)]:
            make(client, name, at)

        report = clear()

        assert counts() == [2, 2, 2, 2, 2, 2, 4]
        assert "token families: 2 removed" in report

    def test_removes_what_browsers_leave_behind_and_no_session_of_theirs_that_lives_on(self):
        client = UserPoolClientFactory()
        provider = IdentityProvider.objects.create(pool=client.pool, name="Corp", name_key="corp", type="SAML")
        for name, at in [("a", LONG_AGO), ("b", LONG_AGO), ("c", LATELY), ("d", SOON)]:
            make_of_a_browser(client, provider, name, at)

        report = clear()

        assert [model.objects.count() for model in BROWSER_MODELS] == [2] * len(BROWSER_MODELS)
        assert TokenFamily.objects.count() == 4
        assert TokenFamily.objects.filter(browser_session=None).count() == 2
        assert "authorization codes: 2 removed" in report

    def test_removes_old_events_of_all_pools_when_asked(self):
        for name, at in [("a", LONG_AGO), ("b", SOON), ("c", LONG_AGO)]:
            make(UserPoolClientFactory(), name, at)

        clear(days=1)

        assert AuthEvent.objects.count() == 1

    def test_keeps_counters_of_those_who_are_locked(self):
        make(UserPoolClientFactory(), "a", LONG_AGO)
        AttemptCounter.objects.update(locked_until=SOON)

        clear()

        assert AttemptCounter.objects.count() == 1

    def test_works_in_batches(self):
        client = UserPoolClientFactory()
        for name in "abcde":
            make(client, name, LONG_AGO)

        report = clear(batch=2)

        assert counts()[:5] == [0] * 5
        assert "one-time codes: 4 so far" in report
        assert "one-time codes: 5 removed" in report

    def test_can_be_stopped(self, monkeypatch):
        def stop(*args, **options):
            raise KeyboardInterrupt

        monkeypatch.setattr(expiry, "remove", stop)

        with pytest.raises(CommandError, match="Run the command again"):
            clear()

    @pytest.mark.parametrize("options", [{"batch": 0}, {"days": -1}, {"days": 10**11}])
    def test_refuses_nonsense(self, options):
        with pytest.raises(CommandError, match="must be"):
            clear(**options)


class TestAuditEvents:
    @pytest.fixture
    def events(self):
        """Return a function that makes rows, so many days old, and tells which are left after clearing."""

        def left_of(*ages):
            for days in ages:
                AuditEvent.objects.create(operation=f"of {days}", created_at=NOW - datetime.timedelta(days=days))
            clear()
            return set(AuditEvent.objects.values_list("operation", flat=True))

        return left_of

    def test_are_kept_for_a_year(self, events):
        assert events(1, 364, 367) == {"of 1", "of 364"}

    def test_are_kept_as_long_as_set(self, events, settings):
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "AUDIT_RETENTION_DAYS": 30}

        assert events(29, 31) == {"of 29"}

    def test_are_kept_for_ever(self, events, settings):
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "AUDIT_RETENTION_DAYS": None}

        assert events(10_000) == {"of 10000"}
