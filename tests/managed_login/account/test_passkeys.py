"""The passkeys of a person on their account page."""

import pytest

from cognito_auth.models import Passkey
from tests.factories import UserFactory
from tests.managed_login.account.conftest import grow_old, visit


@pytest.fixture
def pool(pool):
    pool.allowed_first_auth_factors = ["PASSWORD", "WEB_AUTHN"]
    pool.web_authn_configuration = {"RelyingPartyId": "localhost", "UserVerification": "preferred"}
    pool.save()
    return pool


def make(user, credential_id="AAAA", **values):
    given = {"public_key": "AA", "relying_party_id": "localhost", "friendly_name": "My laptop", **values}
    return Passkey.objects.create(user=user, credential_id=credential_id, **given)


class TestPasskeys:
    def test_are_listed(self, account, user):
        make(user)
        make(user, "BBBB", friendly_name="", relying_party_id="old.example.com")

        page = account("passkeys")

        assert "My laptop" in page.text
        assert "of another site" in page.text

    def test_are_deleted(self, account, user):
        make(user)
        make(user, "BBBB")

        page = account("passkeys", passkey="AAAA")

        assert "It was removed." in page.text
        assert Passkey.objects.get().credential_id == "BBBB"

    def test_of_other_people_are_not(self, account, pool):
        make(UserFactory(pool=pool, username="joe", confirmed=True))

        account("passkeys", passkey="AAAA")

        assert Passkey.objects.exists()

    @pytest.mark.parametrize("passkey", ["gone", "\x00", "x" * 5000])
    def test_that_are_not_there_are_gone(self, account, passkey):
        assert account("passkeys", passkey=passkey).status == 200

    def test_are_added_on_a_page_that_leads_back(self, account, client, pool, oauth_client):
        page = account("passkeys")
        link = page.html.partition("/passkeys/add?")[2].partition('"')[0].replace("&amp;", "&")

        there = visit(client, f"/{pool.pk}/passkeys/add?{link}")

        assert there.status == 200
        assert f'href="http://testserver/{pool.pk}/account/passkeys"' in there.html

    def test_are_not_added_by_who_signed_in_long_ago(self, account, client, pool, oauth_client):
        grow_old(11)

        for back in (f"http://testserver/{pool.pk}/account/passkeys", "https://app.example.com/callback"):
            page = visit(client, f"/{pool.pk}/passkeys/add?client_id={oauth_client.pk}&redirect_uri={back}")
            assert "Please show that it is you" in page.text

    def test_lead_back_to_no_other_page(self, account, client, pool, oauth_client):
        for back in (f"http://testserver/{pool.pk}/account/delete", "https://evil.example/account/passkeys"):
            page = visit(client, f"/{pool.pk}/passkeys/add?client_id={oauth_client.pk}&redirect_uri={back}")
            assert page.name == "error"
