"""Linked accounts of a person on their account page."""

import pytest

from cognito_auth.choices import UserStatus
from cognito_auth.models import LinkedIdentity, User
from tests.factories import UserFactory
from tests.identity_providers import make as make_provider


@pytest.fixture
def google(pool, oauth_client):
    oauth_client.supported_identity_providers = ["COGNITO", "Google"]
    oauth_client.save()
    return make_provider(pool, name="Google", provider_type="Google")


def link(user, value="42", **values):
    given = {"provider_name": "Google", "provider_type": "Google", **values}
    return LinkedIdentity.objects.create(pool=user.pool, user=user, attribute_value=value, **given)


class TestIdentities:
    def test_are_listed_with_what_can_be_linked(self, account, user, google, pool):
        link(user)

        page = account("identities")

        assert "Google 42" in page.text
        assert "Link Google" in page.text
        assert f'action="/{pool.pk}/oauth2/linkrequest"' in page.html

    def test_are_unlinked(self, account, user, google):
        identity = link(user)

        page = account("identities", identity=str(identity.pk))

        assert "The account is no longer linked." in page.text
        assert not LinkedIdentity.objects.exists()

    def test_of_other_people_are_not(self, account, pool, google):
        identity = link(UserFactory(pool=pool, username="joe", confirmed=True))

        account("identities", identity=str(identity.pk))

        assert LinkedIdentity.objects.exists()

    def test_that_made_the_account_stay(self, account, user, google):
        identity = link(user, is_primary=True)

        page = account("identities", identity=str(identity.pk))

        assert page.status == 400
        assert page.alert == "You need this account to sign in, so it cannot be unlinked."
        assert "Unlink" not in account("identities").text
        identity.refresh_from_db()
        assert identity.is_enabled

    def test_stay_where_nothing_else_is_left_to_sign_in_with(self, account, user, google):
        first, second = link(user), link(user, "43")
        User.objects.update(status=UserStatus.EXTERNAL_PROVIDER)

        account("identities", identity=str(first.pk))
        page = account("identities", identity=str(second.pk))

        assert page.status == 400
        assert LinkedIdentity.objects.get() == second

    @pytest.mark.parametrize("identity", ["", "0", "-1", "x", "9" * 40, "٣", "\x00"])
    def test_that_are_not_there_are_gone(self, account, user, google, identity):
        link(user)

        assert account("identities", identity=identity).status == 200
        assert LinkedIdentity.objects.exists()

    def test_are_five_at_most(self, account, user, google):
        for number in range(5):
            link(user, str(number))

        assert "Link Google" not in account("identities").text
