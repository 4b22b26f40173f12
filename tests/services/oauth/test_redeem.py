"""Codes that the site redeems itself, without tokens."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cognito_auth.models import AuthorizationCode, TokenFamily
from cognito_auth.services.oauth import authorization_codes, authorization_requests, browser_sessions
from cognito_auth.services.oauth.errors import OAuthError
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.sign_in.attempt import SignedIn
from tests.concurrency import race
from tests.oauth.conftest import REDIRECT_URI, asks, oauth_client, pkce, pool, user  # noqa: F401  fixtures

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def redeems(oauth_client, user, asks):  # noqa: F811
    """Return what redeems a code of Jane's, with changes."""
    now = timezone.now()
    verifier, challenge = pkce()
    query = asks(code_challenge=challenge, code_challenge_method="S256").partition("?")[2]
    asked = authorization_requests.read(oauth_client.pool, query)
    signed_in = SignedIn(user, now, user.token_epoch, ("pwd",))
    session, _value = browser_sessions.begin(oauth_client, signed_in, origin=RequestOrigin(), now=now)
    code = authorization_codes.create(asked, session, now=now)

    def redeem(**changes):
        given = {"redirect_uri": REDIRECT_URI, "code_verifier": verifier, "now": now, **changes}
        return authorization_codes.redeem(given.pop("client", oauth_client), given.pop("code", code), **given)

    return redeem


class TestRedeem:
    def test_returns_whose_code_it_is_and_makes_no_tokens(self, redeems, user):  # noqa: F811
        assert redeems() == user
        assert not TokenFamily.objects.exists()

    def test_takes_a_code_once(self, redeems):
        redeems()

        with pytest.raises(OAuthError):
            redeems()

    @pytest.mark.parametrize(
        "changes",
        [
            {"code": "x"},
            {"code": "x" * 500},
            {"redirect_uri": "https://evil.example"},
            {"code_verifier": pkce()[0]},
            {"code_verifier": ""},
            {"now": timezone.now() + timedelta(hours=1)},
        ],
        ids=["unknown", "long", "address", "verifier", "no verifier", "late"],
    )
    def test_takes_nothing_that_does_not_fit(self, redeems, changes):
        with pytest.raises(OAuthError):
            redeems(**changes)

        assert AuthorizationCode.objects.get().used_at is None

    @pytest.mark.parametrize("fields", [{"is_active": False}, {"token_epoch": 1}])
    def test_takes_nobody_who_may_not_sign_in_any_more(self, redeems, user, fields):  # noqa: F811
        type(user).objects.update(**fields)

        with pytest.raises(OAuthError):
            redeems()

    @pytest.mark.postgresql
    def test_logs_one_of_two_in(self, redeems, user):  # noqa: F811
        results = race(*[redeems] * 4)

        assert results.count(user) == 1
        assert sum(isinstance(result, OAuthError) for result in results) == 3
