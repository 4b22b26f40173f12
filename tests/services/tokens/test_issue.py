"""A new token family."""

import re

import pytest

from cognito_auth.exceptions import NotAuthorizedException
from cognito_auth.models import RefreshToken, TokenFamily, User
from cognito_auth.services.tokens import access, issue, revoke
from tests.concurrency import race
from tests.factories import UserFactory, UserPoolClientFactory


class TestIssue:
    def test_begins_a_family(self, sign_in, user, client, now):
        issued = sign_in()

        family = TokenFamily.objects.get()
        assert (family.user_id, family.client_id, family.token_epoch) == (user.pk, client.pk, 0)
        assert family.authenticated_at == now
        assert (family.expires_at - now).days == 30
        assert family.refresh_tokens.count() == 1
        assert re.fullmatch(r"[A-Za-z0-9-_=.]+", issued.refresh_token)
        assert (issued.expires_in, issued.token_type) == (3600, "Bearer")

    def test_takes_few_queries(self, sign_in, django_assert_max_num_queries):
        sign_in()

        with django_assert_max_num_queries(5):
            sign_in()

    @pytest.mark.parametrize("change", ["disable", "sign out", "delete"])
    def test_does_not_outrun_what_ends_sessions(self, user, client, now, change):
        loaded = User.objects.get(pk=user.pk)
        if change == "disable":
            User.objects.filter(pk=user.pk).update(is_active=False)
        elif change == "sign out":
            revoke.sign_out_everywhere(User.objects.get(pk=user.pk), now=now)
        else:
            User.objects.get(pk=user.pk).delete()

        with pytest.raises(NotAuthorizedException) as refusal:
            issue.issue(loaded, client, authenticated_at=now, token_epoch=loaded.token_epoch, now=now)

        disabled = change == "disable"
        assert refusal.value.message == ("User is disabled." if disabled else "Incorrect username or password.")
        assert not TokenFamily.objects.exists()
        assert not RefreshToken.objects.exists()

    def test_shows_no_tokens_when_printed(self, sign_in):
        issued = sign_in()

        assert issued.access_token not in repr(issued)

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_leaves_no_living_session_beside_a_sign_out_at_the_same_time(self, now):
        client = UserPoolClientFactory()
        user = UserFactory(pool=client.pool, confirmed=True)
        issue.issue(user, client, authenticated_at=now, token_epoch=0, now=now)
        loaded = User.objects.get(pk=user.pk)

        outcomes = race(
            lambda: issue.issue(loaded, client, authenticated_at=now, token_epoch=0, now=now),
            lambda: revoke.sign_out_everywhere(user, now=now),
        )

        if isinstance(outcomes[0], issue.IssuedTokens):
            with pytest.raises(NotAuthorizedException, match="revoked"):
                access.authenticate(outcomes[0].access_token, now=now)
        else:
            assert isinstance(outcomes[0], NotAuthorizedException)
