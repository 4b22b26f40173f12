"""CreateManagedLoginBranding, DescribeManagedLoginBranding(ByClient), UpdateManagedLoginBranding, Delete…."""

from collections.abc import Mapping
from typing import Any

from cognito_auth import reasons
from cognito_auth.models import ManagedLoginBranding
from cognito_auth.operations import lookups
from cognito_auth.operations.call import Call
from cognito_auth.operations.registry import operation
from cognito_auth.operations.representations import epoch
from cognito_auth.operations.shapes import (
    CreateManagedLoginBrandingRequest,
    CreateManagedLoginBrandingResponse,
    DeleteManagedLoginBrandingRequest,
    DescribeManagedLoginBrandingByClientRequest,
    DescribeManagedLoginBrandingByClientResponse,
    DescribeManagedLoginBrandingRequest,
    DescribeManagedLoginBrandingResponse,
    ManagedLoginBrandingType,
    UpdateManagedLoginBrandingRequest,
    UpdateManagedLoginBrandingResponse,
)
from cognito_auth.services.branding import defaults, settings_document, styles
from cognito_auth.services.branding.assets import GivenAsset


@operation("CreateManagedLoginBranding")
def create_managed_login_branding(
    request: CreateManagedLoginBrandingRequest, call: Call
) -> CreateManagedLoginBrandingResponse:
    """Make the style of a client's login pages.

    Raises:
        ResourceNotFoundException: no such pool, or no such client in it.
        ManagedLoginBrandingExistsException: the client has one.
        InvalidParameterException: settings or images that cannot be accepted.
        LimitExceededException: too many styles for a strict pool.
    Source: AWS API_CreateManagedLoginBranding.
    """
    client = lookups.client_of(request, lookups.user_pool_of(request))
    style = styles.create(
        client,
        use_default=request.get("UseCognitoProvidedValues", False),
        settings=request.get("Settings"),
        assets=_assets_of(request),
        now=call.now,
    )
    return {"ManagedLoginBranding": _managed_login_branding_type(style)}


@operation("DescribeManagedLoginBranding")
def describe_managed_login_branding(
    request: DescribeManagedLoginBrandingRequest, call: Call
) -> DescribeManagedLoginBrandingResponse:
    """Return a style with its images.

    Raises:
        ResourceNotFoundException: no such pool, or no such style in it.
    Source: AWS API_DescribeManagedLoginBranding.
    """
    style = styles.get(lookups.user_pool_of(request), request["ManagedLoginBrandingId"])
    with_defaults = request.get("ReturnMergedResources", False)
    return {"ManagedLoginBranding": _managed_login_branding_type(style, with_defaults=with_defaults)}


@operation("DescribeManagedLoginBrandingByClient")
def describe_managed_login_branding_by_client(
    request: DescribeManagedLoginBrandingByClientRequest, call: Call
) -> DescribeManagedLoginBrandingByClientResponse:
    """Return the style of a client with its images.

    Raises:
        ResourceNotFoundException: no such pool, no such client in it, or the client has no style.
    Source: AWS API_DescribeManagedLoginBrandingByClient.
    """
    style = styles.of_client(lookups.client_of(request, lookups.user_pool_of(request)))
    with_defaults = request.get("ReturnMergedResources", False)
    return {"ManagedLoginBranding": _managed_login_branding_type(style, with_defaults=with_defaults)}


@operation("UpdateManagedLoginBranding")
def update_managed_login_branding(
    request: UpdateManagedLoginBrandingRequest, call: Call
) -> UpdateManagedLoginBrandingResponse:
    """Change a style; members of the settings and places of images that are not given stay.

    Raises:
        ResourceNotFoundException: no such pool, or no such style in it.
        InvalidParameterException: settings or images that cannot be accepted.
    Source: AWS API_UpdateManagedLoginBranding.
    """
    # The service model does not require them, and nothing can be done without.
    for member in ("UserPoolId", "ManagedLoginBrandingId"):
        if member not in request:
            raise reasons.MISSING_PARAMETER(name=member)
    style = styles.get(lookups.user_pool_of(request), request["ManagedLoginBrandingId"])
    styles.update(
        style,
        use_default=request.get("UseCognitoProvidedValues"),
        settings=request.get("Settings"),
        assets=_assets_of(request),
        now=call.now,
    )
    return {"ManagedLoginBranding": _managed_login_branding_type(style)}


@operation("DeleteManagedLoginBranding")
def delete_managed_login_branding(request: DeleteManagedLoginBrandingRequest, call: Call) -> None:
    """Delete a style with its images.

    Raises:
        ResourceNotFoundException: no such pool, or no such style in it.
    Source: AWS API_DeleteManagedLoginBranding.
    """
    styles.delete(styles.get(lookups.user_pool_of(request), request["ManagedLoginBrandingId"]))


def _assets_of(request: Mapping[str, Any]) -> list[GivenAsset] | None:
    if "Assets" not in request:
        return None
    return [
        GivenAsset(
            category=asset["Category"],
            color_mode=asset["ColorMode"],
            extension=asset["Extension"],
            content=asset.get("Bytes"),
            resource_id=asset.get("ResourceId"),
        )
        for asset in request["Assets"]
    ]


def _managed_login_branding_type(
    style: ManagedLoginBranding, *, with_defaults: bool = False
) -> ManagedLoginBrandingType:
    shape: ManagedLoginBrandingType = {
        "ManagedLoginBrandingId": str(style.pk),
        "UserPoolId": style.pool_id,
        "UseCognitoProvidedValues": style.use_default,
        "CreationDate": epoch(style.created_at),
        "LastModifiedDate": epoch(style.last_modified_at),
    }
    settings = settings_document.merged(defaults.document(), style.settings) if with_defaults else style.settings
    if settings:
        shape["Settings"] = settings
    assets = style.assets.all()
    if assets:
        shape["Assets"] = [
            {
                "Category": asset.category,
                "ColorMode": asset.color_mode,
                "Extension": asset.extension,
                "Bytes": bytes(asset.content),
                "ResourceId": str(asset.pk),
            }
            for asset in assets
        ]
    return shape
