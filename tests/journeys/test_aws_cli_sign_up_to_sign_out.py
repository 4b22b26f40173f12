"""The same person with nothing but the AWS CLI, run as a program of its own."""

import pytest

from example_project.demo.journey import get

PASSWORD = "Passw0rd!"


@pytest.mark.django_db(transaction=True)
class TestJourney:
    def test_from_sign_up_to_being_refused(self, site, aws):
        pool_id = aws("create-user-pool", "--pool-name", "people", "--auto-verified-attributes", "email")["UserPool"][
            "Id"
        ]
        client = aws(
            *("create-user-pool-client", "--user-pool-id", pool_id, "--client-name", "web"),
            *("--explicit-auth-flows", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"),
        )["UserPoolClient"]["ClientId"]
        aws(
            *("sign-up", "--client-id", client, "--username", "jane", "--password", PASSWORD),
            *("--user-attributes", "Name=email,Value=jane@example.com"),
        )
        code = site.mailbox.wait(to="jane@example.com").code
        aws("confirm-sign-up", "--client-id", client, "--username", "jane", "--confirmation-code", code)

        tokens = aws(
            *("initiate-auth", "--client-id", client, "--auth-flow", "USER_PASSWORD_AUTH"),
            *("--auth-parameters", f"USERNAME=jane,PASSWORD={PASSWORD}"),
        )["AuthenticationResult"]
        access_token = tokens["AccessToken"]

        assert aws("get-user", "--access-token", access_token)["Username"] == "jane"
        assert [user["Username"] for user in aws("list-users", "--user-pool-id", pool_id)["Users"]] == ["jane"]
        assert get(f"{site.base_url}/whoami", token=access_token)[0] == 200

        aws("global-sign-out", "--access-token", access_token)

        assert "(NotAuthorizedException)" in aws("get-user", "--access-token", access_token)
        assert get(f"{site.base_url}/whoami", token=access_token)[0] == 401
