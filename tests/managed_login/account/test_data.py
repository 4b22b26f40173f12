"""The file with a person's data."""

import json
import uuid

from django.utils import timezone

from cognito_auth.models import LinkedIdentity, Passkey, UserPoolGroup
from cognito_auth.services.mfa import recovery_codes
from tests.factories import GroupMembershipFactory, SchemaAttributeFactory, UserFactory
from tests.managed_login.account.test_devices import make as make_device
from tests.mfa import SECRET, enrol


def secrets_of(user, client):
    """Return everything that must not leave the database, as it is stored and as it is used."""
    rows = [user.password, SECRET, client.cookies["cognito"].value, user.browser_sessions.get().pk]
    return [text for text in rows if text]


class TestTheFile:
    def test_has_all_that_is_stored_of_the_person_and_no_secret(self, account, client, user, pool):
        SchemaAttributeFactory(pool=pool, name="custom:plan")
        user.custom_attributes = {"custom:plan": "gold"}
        user.save()
        GroupMembershipFactory(user=user, group=UserPoolGroup.objects.create(pool=pool, name="editors"))
        LinkedIdentity.objects.create(
            pool=pool, user=user, provider_name="Google", provider_type="Google", attribute_value="g-42"
        )
        Passkey.objects.create(
            user=user, credential_id="AAAA", public_key="PUBLIC-KEY", relying_party_id="localhost", friendly_name="Key"
        )
        make_device(user)
        enrol(user)
        codes = recovery_codes.generate(user, now=timezone.now())

        answer = account("data", action="download").response
        data = json.loads(answer.content)

        assert answer["Content-Disposition"] == f'attachment; filename="account-{user.sub}.json"'
        assert answer["Cache-Control"] == "no-store"
        assert data["account"]["username"] == "jane"
        assert data["attributes"]["custom:plan"] == "gold"
        assert data["attributes"]["email"] == "jane@example.com"
        assert [group["name"] for group in data["groups"]] == ["editors"]
        assert data["identities"][0]["value"] == "g-42"
        assert data["passkeys"][0]["name"] == "Key"
        assert data["devices"][0]["name"] == "My phone"
        assert data["second_factors"]["recovery_codes_left"] == 10
        assert data["sessions"][0]["kind"] == "browser"
        assert [event["type"] for event in data["events"]]
        text = answer.content.decode()
        for secret in (*secrets_of(user, client), *codes, "PUBLIC-KEY"):
            assert secret not in text

    def test_has_nothing_of_other_people(self, account, pool):
        UserFactory(pool=pool, username="joe", email="joe@example.com", confirmed=True)

        assert b"joe" not in account("data", action="download").response.content

    def test_is_not_sent_for_a_link(self, account):
        page = account("data")

        assert page.response["Content-Type"].startswith("text/html")

    def test_holds_text_of_any_script(self, account, user):
        user.name = "陳小姐 \u2028 </script>"
        user.save()

        assert json.loads(account("data", action="x").response.content)["attributes"]["name"] == user.name
        assert uuid.UUID(json.loads(account("data", action="x").response.content)["attributes"]["sub"]) == user.sub
