"""CreateUserPoolClient, DescribeUserPoolClient, UpdateUserPoolClient, DeleteUserPoolClient, ListUserPoolClients."""

from collections.abc import Mapping
from typing import Any

from cognito_auth import reasons
from cognito_auth.models import UserPoolClient
from cognito_auth.models.user_pool_clients import DEFAULT_REFRESH_TOKEN_DAYS
from cognito_auth.operations import lookups, representations
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.shapes import (
    CreateUserPoolClientRequest,
    CreateUserPoolClientResponse,
    DeleteUserPoolClientRequest,
    DescribeUserPoolClientRequest,
    DescribeUserPoolClientResponse,
    ListUserPoolClientsRequest,
    ListUserPoolClientsResponse,
    UpdateUserPoolClientRequest,
    UpdateUserPoolClientResponse,
)
from cognito_auth.services import paging
from cognito_auth.services import user_pool_clients as service

_DEFAULT_PAGE = 60
_DEFAULT_SESSION_MINUTES = 3


@operation("CreateUserPoolClient")
def create_user_pool_client(request: CreateUserPoolClientRequest, call: Call) -> CreateUserPoolClientResponse:
    """Make an app client.

    Raises:
        ResourceNotFoundException: no such pool.
        InvalidParameterException, InvalidOAuthFlowException, ScopeDoesNotExistException: settings
            contradict each other or name what does not exist.
        FeatureUnavailableInTierException: the secret should be kept by AWS Secrets Manager.
    Source: AWS API_CreateUserPoolClient.
    """
    pool = lookups.user_pool_of(request)
    client = service.create(
        pool,
        name=request["ClientName"],
        fields=_fields_of(request),
        generate_secret=request.get("GenerateSecret", False),
        secret=request.get("ClientSecret"),
        now=call.now,
    )
    return {"UserPoolClient": representations.user_pool_client_type(client)}


@operation("DescribeUserPoolClient")
def describe_user_pool_client(request: DescribeUserPoolClientRequest, call: Call) -> DescribeUserPoolClientResponse:
    """Return the settings of an app client, with its secret.

    Raises:
        ResourceNotFoundException: no such pool, or no such client in it.
    Source: AWS API_DescribeUserPoolClient.
    """
    client = lookups.client_of(request, lookups.user_pool_of(request))
    return {"UserPoolClient": representations.user_pool_client_type(client)}


@operation("UpdateUserPoolClient")
def update_user_pool_client(request: UpdateUserPoolClientRequest, call: Call) -> UpdateUserPoolClientResponse:
    """Set the settings of an app client; what the request leaves out gets its default, except the name.

    Raises:
        ResourceNotFoundException: no such pool, or no such client in it.
        InvalidParameterException, InvalidOAuthFlowException, ScopeDoesNotExistException: as at creation.
    Source: AWS API_UpdateUserPoolClient.
    """
    client = lookups.client_of(request, lookups.user_pool_of(request))
    fields = {**_fields_of(request), "name": request.get("ClientName", client.name)}
    service.update(client, fields, now=call.now)
    return {"UserPoolClient": representations.user_pool_client_type(client)}


@operation("DeleteUserPoolClient")
def delete_user_pool_client(request: DeleteUserPoolClientRequest, call: Call) -> None:
    """Delete an app client; tokens issued to it end.

    Raises:
        ResourceNotFoundException: no such pool, or no such client in it.
    Source: AWS API_DeleteUserPoolClient.
    """
    service.delete(lookups.client_of(request, lookups.user_pool_of(request)))


@operation("ListUserPoolClients")
def list_user_pool_clients(request: ListUserPoolClientsRequest, call: Call) -> ListUserPoolClientsResponse:
    """List the app clients of a pool, by id.

    Raises:
        ResourceNotFoundException: no such pool.
        InvalidParameterException: the token is not good.
    Source: AWS API_ListUserPoolClients.
    """
    pool = lookups.user_pool_of(request)
    # A range from the pool to itself: see user_search.planning.Range.
    clients = UserPoolClient.objects.filter(pool_id__gte=pool.pk, pool_id__lte=pool.pk)
    kind = request.get("ClientType", "REGULAR")
    page = paging.by_key(
        # Clients that registered themselves do not exist here.
        clients if kind == "REGULAR" else clients.none(),
        ["pool_id", "id"],
        limit=request.get("MaxResults", _DEFAULT_PAGE),
        token=request.get("NextToken"),
        scope=paging.scope_of("ListUserPoolClients", {"pool": pool.pk, "kind": kind}),
        now=call.now,
    )
    response: ListUserPoolClientsResponse = {
        "UserPoolClients": [representations.user_pool_client_description(client) for client in page.items]
    }
    if page.next_token is not None:
        response["NextToken"] = page.next_token
    return response


def _fields_of(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that creating and updating both set; a member left out gives the default."""
    if request.get("PublishSecretsInAWSSecretsManager"):
        raise reasons.FEATURE_UNAVAILABLE(feature="AWS Secrets Manager (PublishSecretsInAWSSecretsManager)")
    return {
        **_token_fields(request),
        **_oauth_fields(request),
        "explicit_auth_flows": request.get("ExplicitAuthFlows") or None,
        "prevent_user_existence_errors": request.get("PreventUserExistenceErrors") == "ENABLED",
        "prevent_user_existence_errors_set": "PreventUserExistenceErrors" in request,
        "auth_session_validity_minutes": request.get("AuthSessionValidity", _DEFAULT_SESSION_MINUTES),
        "enable_token_revocation": request.get("EnableTokenRevocation", True),
        "read_attributes": request.get("ReadAttributes"),
        "write_attributes": request.get("WriteAttributes"),
        "analytics_configuration": request.get("AnalyticsConfiguration"),
        "propagate_additional_user_context_data": request.get("EnablePropagateAdditionalUserContextData", False),
    }


def _token_fields(request: Mapping[str, Any]) -> dict[str, Any]:
    units = request.get("TokenValidityUnits", {})
    rotation = request.get("RefreshTokenRotation", {})
    refresh, refresh_unit = request.get("RefreshTokenValidity", 0), units.get("RefreshToken", "")
    if not refresh:
        # 0 means the default, which is in days whatever the unit.
        refresh, refresh_unit = DEFAULT_REFRESH_TOKEN_DAYS, "days" if refresh_unit else ""
    return {
        "access_token_validity": request.get("AccessTokenValidity"),
        "id_token_validity": request.get("IdTokenValidity"),
        "refresh_token_validity": refresh,
        "access_token_unit": units.get("AccessToken", ""),
        "id_token_unit": units.get("IdToken", ""),
        "refresh_token_unit": refresh_unit,
        "refresh_token_rotation": rotation.get("Feature") == "ENABLED",
        "refresh_token_rotation_set": bool(rotation),
        "refresh_token_grace_seconds": rotation.get("RetryGracePeriodSeconds", 0),
    }


def _oauth_fields(request: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "oauth_enabled": request.get("AllowedOAuthFlowsUserPoolClient", False),
        "allowed_oauth_flows": request.get("AllowedOAuthFlows", []),
        "allowed_oauth_scopes": request.get("AllowedOAuthScopes", []),
        "callback_urls": request.get("CallbackURLs", []),
        "logout_urls": request.get("LogoutURLs", []),
        "default_redirect_uri": request.get("DefaultRedirectURI", ""),
        "supported_identity_providers": request.get("SupportedIdentityProviders", []),
    }
