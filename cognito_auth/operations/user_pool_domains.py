"""CreateUserPoolDomain, DescribeUserPoolDomain, UpdateUserPoolDomain, DeleteUserPoolDomain."""

from collections.abc import Mapping
from typing import Any

from cognito_auth import reasons
from cognito_auth.exceptions import ResourceNotFoundException
from cognito_auth.models import UserPoolDomain
from cognito_auth.operations import lookups, representations
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.shapes import (
    CreateUserPoolDomainRequest,
    CreateUserPoolDomainResponse,
    DeleteUserPoolDomainRequest,
    DeleteUserPoolDomainResponse,
    DescribeUserPoolDomainRequest,
    DescribeUserPoolDomainResponse,
    UpdateUserPoolDomainRequest,
    UpdateUserPoolDomainResponse,
)
from cognito_auth.services import user_pool_domains as service


@operation("CreateUserPoolDomain")
def create_user_pool_domain(request: CreateUserPoolDomainRequest, call: Call) -> CreateUserPoolDomainResponse:
    """Give a pool a prefix or a custom domain.

    Raises:
        ResourceNotFoundException: no such pool.
        InvalidParameterException: malformed, reserved or taken, or the pool has one of this kind.
        FeatureUnavailableInTierException: managed login in a strict pool of the LITE tier.
    Source: AWS API_CreateUserPoolDomain.
    """
    pool = lookups.user_pool_of(request)
    domain = service.create(pool, request["Domain"], **_given(request), now=call.now)
    response: CreateUserPoolDomainResponse = {"ManagedLoginVersion": domain.managed_login_version}
    _add_whereabouts(response, domain)
    return response


@operation("DescribeUserPoolDomain")
def describe_user_pool_domain(request: DescribeUserPoolDomainRequest, call: Call) -> DescribeUserPoolDomainResponse:
    """Return a domain; an empty description where nobody has it.

    Source: AWS API_DescribeUserPoolDomain. Observed: no error for unknown domains.
    """
    domain = service.find(request["Domain"])
    return {"DomainDescription": {} if domain is None else representations.domain_description_type(domain)}


@operation("UpdateUserPoolDomain")
def update_user_pool_domain(request: UpdateUserPoolDomainRequest, call: Call) -> UpdateUserPoolDomainResponse:
    """Change the given settings of a domain and no others.

    Raises:
        InvalidParameterException: no such domain or pool, or a setting that this kind of domain has not.
        FeatureUnavailableInTierException: managed login in a strict pool of the LITE tier.
    Source: AWS API_UpdateUserPoolDomain.
    """
    domain = _domain_of(request)
    service.update(domain, _given(request))
    response: UpdateUserPoolDomainResponse = {"ManagedLoginVersion": domain.managed_login_version}
    _add_whereabouts(response, domain)
    return response


@operation("DeleteUserPoolDomain")
def delete_user_pool_domain(request: DeleteUserPoolDomainRequest, call: Call) -> DeleteUserPoolDomainResponse:
    """Take a domain from its pool.

    Raises:
        InvalidParameterException: no such domain or pool.
    Source: AWS API_DeleteUserPoolDomain.
    """
    service.delete(_domain_of(request))
    return {}


def _domain_of(request: Mapping[str, Any]) -> UserPoolDomain:
    try:
        pool = lookups.user_pool_of(request)
    except ResourceNotFoundException:
        # Observed: these two have one sentence for both.
        raise reasons.DOMAIN_NOT_FOUND() from None
    return service.get(pool, request["Domain"])


def _given(request: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settings in a request by the service's names."""
    given = {}
    if "ManagedLoginVersion" in request:
        given["managed_login_version"] = request["ManagedLoginVersion"]
    if "CustomDomainConfig" in request:
        given["certificate_arn"] = request["CustomDomainConfig"]["CertificateArn"]
        given["security_policy"] = request["CustomDomainConfig"].get("SecurityPolicy", "")
    if "Routing" in request:
        given["routing"] = request["Routing"]
    return given


def _add_whereabouts(
    response: CreateUserPoolDomainResponse | UpdateUserPoolDomainResponse, domain: UserPoolDomain
) -> None:
    """Add what only custom domains have: to which host their DNS is to lead, and routing."""
    host = service.site_host()
    if domain.is_custom and host:
        response["CloudFrontDomain"] = host
    if domain.routing is not None:
        response["Routing"] = domain.routing
