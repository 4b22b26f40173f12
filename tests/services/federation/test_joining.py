"""People who came by a provider first and sign up in the pool itself later."""

import pytest

from cognito_auth.choices import CodePurpose, LinkingPolicy, UserStatus
from cognito_auth.models import IdentityProvider, User
from cognito_auth.services import codes, confirmation_links, sign_up, srp_verifiers
from cognito_auth.services.request_origin import RequestOrigin
from tests.factories import GroupMembershipFactory, UserFactory, UserPoolGroupFactory
from tests.services.federation.conftest import CLAIMS


@pytest.fixture
def linking(provider):
    IdentityProvider.objects.update(linking=LinkingPolicy.AUTOMATIC)


@pytest.fixture
def signs_up(client, pool, now):
    """Sign somebody up in the pool with an address and confirm it; return whose account it is."""

    def confirm(email="jane@example.com", **attributes):
        user = UserFactory(pool=pool, username="jane", email=email, **attributes)
        srp_verifiers.remember(user, "Passw0rd!")
        code = codes.issue(user, CodePurpose.CONFIRM_SIGN_UP, attribute="email", destination=email, now=now)
        return user, sign_up.confirm(client, "jane", code, origin=RequestOrigin(), now=now)

    return confirm


class TestJoin:
    def test_keeps_the_first_account_with_name_and_password_of_the_second(self, signs_in, signs_up, linking):
        first = signs_in().user
        GroupMembershipFactory(user=first, group=UserPoolGroupFactory(pool=first.pool, name="premium"))

        second, confirmed = signs_up(given_name="Janet", name="Janet Roe")

        assert confirmed.pk == first.pk
        assert not User.objects.filter(pk=second.pk).exists()
        user = User.objects.get(pk=first.pk)
        assert (user.sub, user.username, user.status) == (first.sub, "jane", UserStatus.CONFIRMED)
        assert user.check_password("Passw0rd!")
        assert (user.name, user.given_name) == ("Jane Roe", "Janet")
        assert {membership.group.name for membership in user.memberships.all()} >= {"premium"}

    def test_signs_in_both_ways_afterwards(self, signs_in, signs_up, linking, client, cognito):
        first = signs_in().user
        signs_up()

        tokens = cognito.initiate_auth(
            ClientId=client.pk,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "jane", "PASSWORD": "Passw0rd!"},
        )

        assert tokens["AuthenticationResult"]["AccessToken"]
        assert signs_in().user.pk == first.pk

    def test_gives_the_account_the_sign_in_names(self, signs_in, signs_up, linking, pool):
        pool.alias_attributes = ["email"]
        pool.save()
        first = signs_in().user

        signs_up()

        assert [alias.name for alias in User.objects.get(pk=first.pk).aliases.all()] == ["email"]

    def test_needs_a_code_that_was_entered(self, signs_in, linking, client, pool, now):
        first = signs_in().user
        second = UserFactory(pool=pool, username="mallory", email="jane@example.com")
        code = codes.issue(
            second, CodePurpose.CONFIRM_SIGN_UP, attribute="email", destination="jane@example.com", now=now
        )

        # Jane follows the link of an e-mail she did not ask for.
        confirmation_links.follow(client, "mallory", code, origin=RequestOrigin(), now=now)

        assert User.objects.get(pk=first.pk).status == UserStatus.EXTERNAL_PROVIDER
        assert not User.objects.get(pk=first.pk).check_password("Passw0rd!")
        assert User.objects.get(pk=second.pk).status == UserStatus.CONFIRMED

    @pytest.mark.parametrize("policy", [LinkingPolicy.NEVER, LinkingPolicy.ASK])
    def test_needs_a_provider_that_links_automatically(self, signs_in, signs_up, policy):
        IdentityProvider.objects.update(linking=policy)
        first = signs_in().user

        assert signs_up()[1].pk != first.pk

    @pytest.mark.parametrize("claim", [False, None])
    def test_needs_the_providers_word_for_the_address(self, signs_in, signs_up, linking, claim):
        first = signs_in({**CLAIMS, "email_verified": claim}).user

        assert signs_up()[1].pk != first.pk

    def test_is_of_the_same_address(self, signs_in, signs_up, linking):
        first = signs_in().user

        assert signs_up(email="janet@example.com")[1].pk != first.pk

    def test_is_not_of_accounts_that_may_not_sign_in(self, signs_in, signs_up, linking):
        first = signs_in().user
        User.objects.filter(pk=first.pk).update(is_active=False)

        assert signs_up()[1].pk != first.pk

    def test_is_not_of_strict_pools(self, signs_in, signs_up, linking, pool):
        first = signs_in().user
        pool.strict = True
        pool.save()

        assert signs_up()[1].pk != first.pk
