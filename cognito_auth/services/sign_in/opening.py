"""What a sign-in begins with: the app client and, in the same query where that can be, whom it is about."""

from collections.abc import Mapping
from dataclasses import dataclass

from cognito_auth.choices import AuthFlow
from cognito_auth.models import AbstractCognitoUser, RefreshToken, UserPoolClient
from cognito_auth.services import remembered_clients, user_names, user_pool_clients
from cognito_auth.services.tokens import refresh

_REFRESH_FLOWS = (AuthFlow.REFRESH_TOKEN_AUTH, AuthFlow.REFRESH_TOKEN)


@dataclass(frozen=True, slots=True)
class Opening:
    """A client as the database has it now.

    Attributes:
        user: who goes by the name that was given, if that was found along with the client.
        refresh_token: the row of the refresh token that was given, likewise.
    """

    client: UserPoolClient
    user: AbstractCognitoUser | None = None
    refresh_token: RefreshToken | None = None


def read(client_id: str, flow: AuthFlow, parameters: Mapping[str, str]) -> Opening:
    """Return the client and what its flow will look for first; nothing is checked yet.

    Raises:
        ResourceNotFoundException: there is no such client.
    """
    username, token = parameters.get("USERNAME"), parameters.get("REFRESH_TOKEN")
    if flow in _REFRESH_FLOWS and token:
        with_token = remembered_clients.opened_by(client_id, lambda client: refresh.find_with_client(client, token))
        if with_token is not None:
            return Opening(with_token[0], refresh_token=with_token[1])
    elif flow == AuthFlow.USER_PASSWORD_AUTH and username and parameters.get("PASSWORD"):
        with_user = remembered_clients.opened_by(
            client_id, lambda client: user_names.find_with_client(client, username)
        )
        if with_user is not None:
            return Opening(with_user[0], user=with_user[1])
    return Opening(user_pool_clients.get(client_id))
