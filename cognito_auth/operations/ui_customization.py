"""SetUICustomization, GetUICustomization."""

from collections.abc import Mapping
from typing import Any

from cognito_auth.models import UICustomization, UserPool, UserPoolClient
from cognito_auth.operations import lookups
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.representations import epoch
from cognito_auth.operations.shapes import (
    GetUICustomizationRequest,
    GetUICustomizationResponse,
    SetUICustomizationRequest,
    SetUICustomizationResponse,
    UICustomizationType,
)
from cognito_auth.services import ui_customization as service


@operation("SetUICustomization")
def set_ui_customization(request: SetUICustomizationRequest, call: Call) -> SetUICustomizationResponse:
    """Set style sheet and logo of the classic pages; what is left out is taken away.

    Raises:
        ResourceNotFoundException: no such pool, or no such client in it.
        InvalidParameterException: a style sheet or image that cannot be accepted; a strict pool without a domain.
    Source: AWS API_SetUICustomization.
    """
    pool = lookups.user_pool_of(request)
    client = _client_of(request, pool)
    customization = service.set_for(
        pool, client, css=request.get("CSS", ""), image=request.get("ImageFile", b""), now=call.now
    )
    if customization is None:
        return {"UICustomization": {"UserPoolId": pool.pk, "ClientId": service.ALL if client is None else client.pk}}
    return {"UICustomization": _ui_customization_type(customization)}


@operation("GetUICustomization")
def get_ui_customization(request: GetUICustomizationRequest, call: Call) -> GetUICustomizationResponse:
    """Return the style sheet and logo that hold for a client: its own, or those of all; nothing if there are none.

    Raises:
        ResourceNotFoundException: no such pool, or no such client in it.
    Source: AWS API_GetUICustomization.
    """
    pool = lookups.user_pool_of(request)
    customization = service.of(pool, _client_of(request, pool))
    if customization is None:
        return {"UICustomization": {}}
    return {"UICustomization": _ui_customization_type(customization)}


def _client_of(request: Mapping[str, Any], pool: UserPool) -> UserPoolClient | None:
    if request.get("ClientId", service.ALL) == service.ALL:
        return None
    return lookups.client_of(request, pool)


def _ui_customization_type(customization: UICustomization) -> UICustomizationType:
    shape: UICustomizationType = {
        "UserPoolId": customization.pool_id,
        "ClientId": customization.client_id or service.ALL,
        "CSSVersion": customization.css_version,
        "LastModifiedDate": epoch(customization.last_modified_at),
        "CreationDate": epoch(customization.created_at),
    }
    if customization.css:
        shape["CSS"] = customization.css
    image_url = service.image_url(customization)
    if image_url:
        shape["ImageUrl"] = image_url
    return shape
