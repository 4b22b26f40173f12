"""Two windows of one person at the same moment."""

import pytest
from django.db import connection
from django.test import Client

from cognito_auth.models import BrowserSession, LinkedIdentity, Passkey, User
from tests.concurrency import race
from tests.managed_login.account.test_devices import make as make_device
from tests.oauth.conftest import PASSWORD

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="needs PostgreSQL: set DATABASE_URL=postgres://…"),
]


@pytest.fixture
def windows(client, pool, user, signs_in):
    """Two windows of the same browser, at the same session."""
    signs_in(client)
    second = Client()
    second.cookies = client.cookies

    def send(section, *fields):
        path = f"/{pool.pk}/account/{section}"
        return race(
            *(
                lambda window=window, sent=sent: window.post(path, sent)
                for window, sent in zip((client, second), fields, strict=True)
            )
        )

    return send


def statuses(answers):
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer
    return [answer.status_code for answer in answers]


class TestTwoAtOnce:
    def test_delete_the_account_once_and_both_are_told_well(self, windows):
        found = statuses(windows("delete", {"username": "jane"}, {"username": "jane"}))

        # Whoever comes when it is gone is not signed in any more.
        assert set(found) <= {200, 303}
        assert 200 in found
        assert not User.objects.exists()

    def test_delete_a_passkey_once(self, windows, pool, user):
        pool.allowed_first_auth_factors = ["PASSWORD", "WEB_AUTHN"]
        pool.web_authn_configuration = {"RelyingPartyId": "localhost"}
        pool.save()
        Passkey.objects.create(user=user, credential_id="AAAA", public_key="AA", relying_party_id="localhost")

        assert statuses(windows("passkeys", {"passkey": "AAAA"}, {"passkey": "AAAA"})) == [303, 303]
        assert not Passkey.objects.exists()

    def test_forget_a_device_once(self, windows, pool, user):
        pool.device_configuration = {"ChallengeRequiredOnNewDevice": True}
        pool.save()
        make_device(user)

        assert statuses(windows("devices", {"device": "eu-west-1_1"}, {"device": "eu-west-1_1"})) == [303, 303]

    def test_do_not_both_unlink_what_the_other_leaves(self, windows, pool, user):
        User.objects.update(status="EXTERNAL_PROVIDER")
        first, second = (
            LinkedIdentity.objects.create(
                pool=pool, user=user, provider_name="Google", provider_type="Google", attribute_value=value
            )
            for value in "12"
        )

        found = statuses(windows("identities", {"identity": str(first.pk)}, {"identity": str(second.pk)}))

        assert sorted(found) == [303, 400]
        assert LinkedIdentity.objects.count() == 1

    def test_change_the_password_once(self, windows):
        one, other = "0ne-Passw0rd!", "0ther-Passw0rd!"

        found = statuses(
            windows(
                "password",
                {"password": PASSWORD, "new_password": one},
                {"password": PASSWORD, "new_password": other},
            )
        )

        assert sorted(found) == [303, 400]
        user = User.objects.get()
        assert user.check_password(one) != user.check_password(other)
        assert BrowserSession.objects.get().token_epoch == user.token_epoch

    def test_sign_out_everywhere_else_from_two_browsers_and_one_is_left(self, client, pool, user, signs_in):
        other = Client()
        signs_in(client)
        signs_in(other)
        path = f"/{pool.pk}/account/sessions"

        statuses(
            race(*(lambda browser=browser: browser.post(path, {"action": "others"}) for browser in (client, other)))
        )

        epoch = User.objects.get().token_epoch
        assert BrowserSession.objects.filter(token_epoch=epoch, ended_at=None).count() == 1
