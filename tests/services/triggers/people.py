"""Calls that many tests of triggers make."""

import base64
import json

from tests.factories import UserFactory, UserPoolClientFactory

EMAIL = [{"Name": "email", "Value": "jane@example.com"}]
FLOWS = [
    "ALLOW_USER_PASSWORD_AUTH",
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "ALLOW_REFRESH_TOKEN_AUTH",
    "ALLOW_CUSTOM_AUTH",
    "ALLOW_USER_SRP_AUTH",
]


def make_client(**fields):
    return UserPoolClientFactory(explicit_auth_flows=FLOWS, **fields)


def make_jane(client, **fields):
    return UserFactory(**{"pool": client.pool, "username": "jane", "confirmed": True, **fields})


def sign_up(cognito, client, **more):
    arguments = {"ClientId": client.pk, "Username": "jane", "Password": "Passw0rd!", "UserAttributes": EMAIL, **more}
    return cognito.sign_up(**arguments)


def sign_in(cognito, client, username="jane", password="Passw0rd!", **more):
    return cognito.initiate_auth(
        ClientId=client.pk,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": password},
        **more,
    )


def claims_of(token):
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def claims_after(answer):
    """Return the claims of the ID token and of the access token."""
    tokens = answer["AuthenticationResult"]
    return claims_of(tokens["IdToken"]), claims_of(tokens["AccessToken"])
