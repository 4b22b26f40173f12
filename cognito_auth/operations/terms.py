"""CreateTerms, DescribeTerms, DescribeTermsByClient, UpdateTerms, DeleteTerms, ListTerms."""

from collections.abc import Mapping
from typing import Any

from cognito_auth.operations import lookups, representations
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.shapes import (
    CreateTermsRequest,
    CreateTermsResponse,
    DeleteTermsRequest,
    DescribeTermsByClientRequest,
    DescribeTermsByClientResponse,
    DescribeTermsRequest,
    DescribeTermsResponse,
    ListTermsRequest,
    ListTermsResponse,
    UpdateTermsRequest,
    UpdateTermsResponse,
)
from cognito_auth.services import paging
from cognito_auth.services import terms as service

_DEFAULT_PAGE = 60
# The API's member → the service's.
_MEMBERS = {"TermsName": "name", "TermsSource": "source", "Enforcement": "enforcement", "Links": "links"}


@operation("CreateTerms")
def create_terms(request: CreateTermsRequest, call: Call) -> CreateTermsResponse:
    """Give an app client terms of use or a privacy policy.

    Raises:
        ResourceNotFoundException: no such pool, or no such client in it.
        InvalidParameterException: the links are not as they must be.
        TermsExistsException: the client has a document of this name.
        LimitExceededException: too many documents for a strict pool.
    Source: AWS API_CreateTerms.
    """
    client = lookups.client_of(request, lookups.user_pool_of(request))
    terms = service.create(
        client,
        request["TermsName"],
        source=request["TermsSource"],
        enforcement=request["Enforcement"],
        links=request.get("Links", {}),
        now=call.now,
    )
    return {"Terms": representations.terms_type(terms)}


@operation("DescribeTerms")
def describe_terms(request: DescribeTermsRequest, call: Call) -> DescribeTermsResponse:
    """Return one document.

    Raises:
        ResourceNotFoundException: no such pool or document.
    Source: AWS API_DescribeTerms.
    """
    terms = service.get(lookups.user_pool_of(request), request["TermsId"])
    return {"Terms": representations.terms_type(terms)}


@operation("DescribeTermsByClient")
def describe_terms_by_client(request: DescribeTermsByClientRequest, call: Call) -> DescribeTermsByClientResponse:
    """Return the document of an app client with a name.

    Raises:
        ResourceNotFoundException: no such pool, client or document.
    Source: AWS API_DescribeTermsByClient.
    """
    client = lookups.client_of(request, lookups.user_pool_of(request))
    return {"Terms": representations.terms_type(service.of_client(client, request["TermsName"]))}


@operation("UpdateTerms")
def update_terms(request: UpdateTermsRequest, call: Call) -> UpdateTermsResponse:
    """Change the given members of a document and no others; links are replaced as a whole.

    Raises:
        ResourceNotFoundException: no such pool or document.
        InvalidParameterException: the links are not as they must be.
        TermsExistsException: the client has another document of the new name.
    Source: AWS API_UpdateTerms.
    """
    terms = service.get(lookups.user_pool_of(request), request["TermsId"])
    service.update(terms, _given(request), now=call.now)
    return {"Terms": representations.terms_type(terms)}


def _given(request: Mapping[str, Any]) -> dict[str, Any]:
    return {field: request[member] for member, field in _MEMBERS.items() if member in request}


@operation("DeleteTerms")
def delete_terms(request: DeleteTermsRequest, call: Call) -> None:
    """Delete a document.

    Raises:
        ResourceNotFoundException: no such pool or document.
    Source: AWS API_DeleteTerms.
    """
    service.delete(service.get(lookups.user_pool_of(request), request["TermsId"]))


@operation("ListTerms")
def list_terms(request: ListTermsRequest, call: Call) -> ListTermsResponse:
    """List the documents of all clients of a pool by id, without their links.

    Raises:
        ResourceNotFoundException: no such pool.
        InvalidParameterException: a bad token.
    Source: AWS API_ListTerms.
    """
    pool = lookups.user_pool_of(request)
    page = service.in_pool(
        pool,
        limit=request.get("MaxResults", _DEFAULT_PAGE),
        token=request.get("NextToken"),
        scope=paging.scope_of("ListTerms", {"UserPoolId": pool.pk}),
        now=call.now,
    )
    response: ListTermsResponse = {"Terms": [representations.terms_description_type(terms) for terms in page.items]}
    if page.next_token is not None:
        response["NextToken"] = page.next_token
    return response
