"""Identity providers: create, update, describe, list and delete them, or find one by an identifier."""

from collections.abc import Mapping
from typing import Any

from cognito_auth.operations import lookups, representations
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.shapes import (
    CreateIdentityProviderRequest,
    CreateIdentityProviderResponse,
    DeleteIdentityProviderRequest,
    DescribeIdentityProviderRequest,
    DescribeIdentityProviderResponse,
    GetIdentityProviderByIdentifierRequest,
    GetIdentityProviderByIdentifierResponse,
    ListIdentityProvidersRequest,
    ListIdentityProvidersResponse,
    UpdateIdentityProviderRequest,
    UpdateIdentityProviderResponse,
)
from cognito_auth.services import paging
from cognito_auth.services.identity_providers import records

# The API answers with at most 50, whatever is asked for.
_LARGEST_PAGE = 50
# The API's member → the service's.
_MEMBERS = {
    "ProviderDetails": "details",
    "AttributeMapping": "attribute_mapping",
    "IdpIdentifiers": "identifiers",
    "AcrMapping": "acr_mapping",
}


def _given(request: Mapping[str, Any]) -> dict[str, Any]:
    return {field: request[member] for member, field in _MEMBERS.items() if request.get(member) is not None}


@operation("CreateIdentityProvider")
def create_identity_provider(request: CreateIdentityProviderRequest, call: Call) -> CreateIdentityProviderResponse:
    """Set up a provider elsewhere; it is not called before somebody signs in.

    Raises:
        ResourceNotFoundException: no such pool.
        InvalidParameterException: name, details, mapping, identifiers or levels cannot be accepted.
        DuplicateProviderException: the name is taken.
        LimitExceededException: too many providers for a strict pool.
    Source: AWS API_CreateIdentityProvider.
    """
    pool = lookups.user_pool_of(request)
    given = _given(request)
    provider = records.create(
        pool,
        request["ProviderName"],
        request["ProviderType"],
        provider_details=given["details"],
        mapping=given.get("attribute_mapping"),
        identifiers=given.get("identifiers", ()),
        acr_mapping=given.get("acr_mapping"),
        now=call.now,
    )
    return {"IdentityProvider": representations.identity_provider_type(provider)}


@operation("UpdateIdentityProvider")
def update_identity_provider(request: UpdateIdentityProviderRequest, call: Call) -> UpdateIdentityProviderResponse:
    """Change the given members of a provider and no others; a secret that is left out of the details stays.

    Raises:
        ResourceNotFoundException: no such pool or provider.
        InvalidParameterException: details, mapping, identifiers or levels cannot be accepted.
    Source: AWS API_UpdateIdentityProvider.
    """
    pool = lookups.user_pool_of(request)
    provider = records.update(records.get(pool, request["ProviderName"]), _given(request), now=call.now)
    return {"IdentityProvider": representations.identity_provider_type(provider)}


@operation("DescribeIdentityProvider")
def describe_identity_provider(
    request: DescribeIdentityProviderRequest, call: Call
) -> DescribeIdentityProviderResponse:
    """Return a provider with its client secret, but without a private key.

    Raises:
        ResourceNotFoundException: no such pool or provider.
    Source: AWS API_DescribeIdentityProvider.
    """
    pool = lookups.user_pool_of(request)
    provider = records.get(pool, request["ProviderName"])
    return {"IdentityProvider": representations.identity_provider_type(provider)}


@operation("GetIdentityProviderByIdentifier")
def get_identity_provider_by_identifier(
    request: GetIdentityProviderByIdentifierRequest, call: Call
) -> GetIdentityProviderByIdentifierResponse:
    """Return the provider that has a further name, such as a domain.

    Raises:
        ResourceNotFoundException: no such pool, or no provider with this identifier.
    Source: AWS API_GetIdentityProviderByIdentifier.
    """
    pool = lookups.user_pool_of(request)
    provider = records.get_by_identifier(pool, request["IdpIdentifier"])
    return {"IdentityProvider": representations.identity_provider_type(provider)}


@operation("ListIdentityProviders")
def list_identity_providers(request: ListIdentityProvidersRequest, call: Call) -> ListIdentityProvidersResponse:
    """List the providers of a pool by name.

    Raises:
        ResourceNotFoundException: no such pool.
        InvalidParameterException: a bad token.
    Source: AWS API_ListIdentityProviders.
    """
    pool = lookups.user_pool_of(request)
    page = records.in_pool(
        pool,
        limit=min(request.get("MaxResults") or _LARGEST_PAGE, _LARGEST_PAGE),
        token=request.get("NextToken"),
        scope=paging.scope_of("ListIdentityProviders", {"UserPoolId": request["UserPoolId"]}),
        now=call.now,
    )
    response: ListIdentityProvidersResponse = {
        "Providers": [representations.provider_description(provider) for provider in page.items]
    }
    if page.next_token is not None:
        response["NextToken"] = page.next_token
    return response


@operation("DeleteIdentityProvider")
def delete_identity_provider(request: DeleteIdentityProviderRequest, call: Call) -> None:
    """Delete a provider, also one that app clients offer: they offer it no more.

    Raises:
        ResourceNotFoundException: no such pool or provider.
    Source: AWS API_DeleteIdentityProvider.
    """
    pool = lookups.user_pool_of(request)
    records.delete(records.get(pool, request["ProviderName"]))
