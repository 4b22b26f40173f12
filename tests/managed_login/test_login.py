import pytest

from cognito_auth.choices import UserStatus
from tests.managed_login.conftest import visit
from tests.oauth.conftest import PASSWORD

pytestmark = pytest.mark.django_db


class TestLogin:
    def test_signs_in_with_name_and_password(self, opens, user):
        page = opens().send(username="jane", password=PASSWORD)

        assert page.is_done
