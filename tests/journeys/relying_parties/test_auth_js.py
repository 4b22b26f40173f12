"""A web app that signs people in with Auth.js (NextAuth) and its Cognito provider."""

import pytest

from tests.journeys.relying_parties.conftest import SECRET

# Where Auth.js waits for the provider of this name.
CALLBACK = "https://app.example.com/auth/callback/cognito"

pytestmark = pytest.mark.django_db(transaction=True)


class TestAuthJs:
    def test_signs_a_person_in_with_pkce_state_and_nonce(self, runs_node, registers, issuer, person):
        client = registers(secret=SECRET, callback_urls=[CALLBACK])

        found = runs_node("auth_js.mjs", "signIn", issuer=issuer, client=client.pk, secret=SECRET, callback=CALLBACK)

        assert found == {"end": "https://app.example.com", "email": "jane@example.com", "named": True}
        assert len(person.pages) == 1
