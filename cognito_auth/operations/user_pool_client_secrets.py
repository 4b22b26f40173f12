"""AddUserPoolClientSecret, DeleteUserPoolClientSecret, ListUserPoolClientSecrets."""

from cognito_auth import reasons
from cognito_auth.operations import lookups, representations
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.shapes import (
    AddUserPoolClientSecretRequest,
    AddUserPoolClientSecretResponse,
    DeleteUserPoolClientSecretRequest,
    DeleteUserPoolClientSecretResponse,
    ListUserPoolClientSecretsRequest,
    ListUserPoolClientSecretsResponse,
)
from cognito_auth.services import user_pool_client_secrets as service


@operation("AddUserPoolClientSecret")
def add_user_pool_client_secret(request: AddUserPoolClientSecretRequest, call: Call) -> AddUserPoolClientSecretResponse:
    """Give an app client a second secret; both work. Its value is told only if it was made here.

    Raises:
        ResourceNotFoundException: no such pool, or no such client in it.
        InvalidParameterException: the client was made without a secret.
        LimitExceededException: it has two already.
    Source: AWS API_AddUserPoolClientSecret.
    """
    client = lookups.client_of(request, lookups.user_pool_of(request))
    given = request.get("ClientSecret")
    secret = service.add(client, value=given, now=call.now)
    descriptor = representations.client_secret_descriptor(secret)
    if given is None:
        descriptor["ClientSecretValue"] = secret.value
    return {"ClientSecretDescriptor": descriptor}


@operation("DeleteUserPoolClientSecret")
def delete_user_pool_client_secret(
    request: DeleteUserPoolClientSecretRequest, call: Call
) -> DeleteUserPoolClientSecretResponse:
    """Delete one of two secrets; it stops working at once.

    Raises:
        ResourceNotFoundException: no such pool, client or secret.
        InvalidParameterException: it is the last one.
    Source: AWS API_DeleteUserPoolClientSecret.
    """
    client = lookups.client_of(request, lookups.user_pool_of(request))
    service.delete(client, request["ClientSecretId"])
    return {}


@operation("ListUserPoolClientSecrets")
def list_user_pool_client_secrets(
    request: ListUserPoolClientSecretsRequest, call: Call
) -> ListUserPoolClientSecretsResponse:
    """List the secrets of an app client by age, without their values; there are never further pages.

    Raises:
        ResourceNotFoundException: no such pool, or no such client in it.
        InvalidParameterException: a token, though none was given out.
    Source: AWS API_ListUserPoolClientSecrets.
    """
    client = lookups.client_of(request, lookups.user_pool_of(request))
    if request.get("NextToken") is not None:
        raise reasons.INVALID_PAGINATION_TOKEN()
    return {"ClientSecrets": [representations.client_secret_descriptor(secret) for secret in service.of(client)]}
