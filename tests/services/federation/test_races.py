"""Sign-ins with providers at the same moment."""

import pytest

from cognito_auth.models import LinkedIdentity, User
from cognito_auth.services.federation import attempts
from cognito_auth.services.federation import sign_in as federation
from cognito_auth.services.federation.identity import ExternalIdentity
from cognito_auth.services.identity_providers import records
from cognito_auth.services.request_origin import RequestOrigin
from tests.concurrency import race
from tests.factories import UserPoolClientFactory, UserPoolFactory, moment
from tests.services.federation.conftest import CLAIMS, MAPPING

pytestmark = pytest.mark.postgresql


def set_up():
    pool = UserPoolFactory()
    details = {"client_id": "id", "client_secret": "secret", "authorize_scopes": "openid email profile"}
    provider = records.create(pool, "Google", "Google", provider_details=details, mapping=MAPPING, now=moment())
    return pool, provider, UserPoolClientFactory(pool=pool, supported_identity_providers=["Google"])


class TestFirstSignIns:
    def test_of_one_person_make_one_account(self, transactional_db):
        _pool, provider, client = set_up()

        def sign_in():
            identity = ExternalIdentity(provider, CLAIMS)
            return federation.sign_in(client, identity, origin=RequestOrigin(), now=moment()).user.pk

        results = race(*[sign_in] * 4)

        assert len(set(results)) == 1, results
        assert User.objects.filter(pool=client.pool).count() == LinkedIdentity.objects.count() == 1


class TestAnswers:
    def test_are_gone_on_with_once(self, transactional_db):
        pool, provider, client = set_up()
        browser = attempts.new_browser()
        state = attempts.begin(client, provider, browser=browser, kept={}, now=moment())
        attempts.answer(attempts.find(pool, state, browser=browser, now=moment()), {"code": "x"}, now=moment())

        results = race(*[lambda: attempts.claim(pool, state, browser, now=moment())] * 4)

        assert sorted(type(result).__name__ for result in results) == ["OAuthError"] * 3 + ["tuple"]

    def test_count_once(self, transactional_db):
        pool, provider, client = set_up()
        browser = attempts.new_browser()
        state = attempts.begin(client, provider, browser=browser, kept={}, now=moment())
        attempt = attempts.find(pool, state, browser=browser, now=moment())

        results = race(*[lambda: attempts.answer(attempt, {"code": "x"}, now=moment())] * 4)

        assert sorted(map(str, results)).count("None") == 1
