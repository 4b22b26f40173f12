"""The secret of an app that is being set up, and people who are deleted meanwhile."""

import pytest
from django.utils import timezone

from cognito_auth.exceptions import NotAuthorizedException, UserNotFoundException
from cognito_auth.models import SoftwareToken
from cognito_auth.services.mfa import recovery_codes, software_token
from tests.factories import UserFactory, UserPoolFactory
from tests.mfa import SECRET, enrol

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def user():
    return UserFactory(pool=UserPoolFactory(software_token_mfa_enabled=True), confirmed=True)


class TestWaitingFor:
    def test_is_the_secret_until_it_is_verified(self, user):
        assert software_token.waiting_for(user) == ""

        secret = software_token.associate(user)

        assert software_token.waiting_for(user) == secret

    def test_is_not_the_secret_of_an_app_that_is_set_up(self, user):
        enrol(user)

        assert SoftwareToken.objects.get().secret == SECRET
        assert software_token.waiting_for(user) == ""


class TestOfAUserWhoIsGone:
    @pytest.fixture
    def gone(self, user):
        type(user).objects.get().delete()
        return user

    def test_no_app_is_set_up(self, gone):
        with pytest.raises(NotAuthorizedException):
            software_token.associate(gone)

    def test_no_recovery_codes_are_made(self, gone):
        with pytest.raises(UserNotFoundException):
            recovery_codes.generate(gone, now=timezone.now())
