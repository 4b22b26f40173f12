"""The style of a client's login pages: making, finding, changing and deleting it.

A style is the default one, or has settings and images that stand above the defaults.
Source: AWS API_CreateManagedLoginBranding, API_UpdateManagedLoginBranding.
"""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from cognito_auth import reasons
from cognito_auth.models import ManagedLoginBranding, UserPool, UserPoolClient
from cognito_auth.services.branding import assets as style_assets
from cognito_auth.services.branding import settings_document
from cognito_auth.services.branding.assets import GivenAsset

# What strict pools allow. Source: AWS "Quotas in Amazon Cognito".
MAX_STYLES = 20


def get(pool: UserPool, style_id: str) -> ManagedLoginBranding:
    """Return the style of ``pool`` with this id.

    Raises:
        ResourceNotFoundException: there is none.
    """
    key = _uuid(style_id)
    style = None if key is None else ManagedLoginBranding.objects.filter(pool=pool, pk=key).first()
    if style is None:
        raise reasons.BRANDING_NOT_FOUND()
    style.pool = pool
    return style


def of_client(client: UserPoolClient) -> ManagedLoginBranding:
    """Return the style of a client.

    Raises:
        ResourceNotFoundException: it has none.
    """
    style = ManagedLoginBranding.objects.filter(client=client).first()
    if style is None:
        raise reasons.BRANDING_NOT_FOUND()
    return style


def create(
    client: UserPoolClient,
    *,
    use_default: bool = False,
    settings: Mapping[str, Any] | None = None,
    assets: Sequence[GivenAsset] | None = None,
    now: datetime.datetime,
) -> ManagedLoginBranding:
    """Make the style of a client.

    Raises:
        ManagedLoginBrandingExistsException: the client has one.
        InvalidParameterException: settings or images that cannot be accepted, or any with the default style.
        LimitExceededException: a strict pool has as many styles as AWS allows.
        ResourceNotFoundException: the client was deleted meanwhile.
    """
    pool = client.pool
    given = _checked(use_default, settings, assets)
    if pool.strict and ManagedLoginBranding.objects.filter(pool=pool)[:MAX_STYLES].count() >= MAX_STYLES:
        raise reasons.LIMIT_EXCEEDED(problem=f"A user pool can have at most {MAX_STYLES} branding styles.")
    style = ManagedLoginBranding(
        pool=pool,
        client=client,
        use_default=use_default,
        settings=dict(settings or {}),
        created_at=now,
        last_modified_at=now,
    )
    try:
        with transaction.atomic():
            style.save(force_insert=True)
            style_assets.store(style, given)
    except IntegrityError:
        # The constraint decides between two who make it at the same time.
        if UserPoolClient.objects.filter(pk=client.pk).exists():
            raise reasons.BRANDING_EXISTS() from None
        raise reasons.CLIENT_NOT_FOUND(client_id=client.pk) from None
    return style


def update(
    style: ManagedLoginBranding,
    *,
    use_default: bool | None = None,
    settings: Mapping[str, Any] | None = None,
    assets: Sequence[GivenAsset] | None = None,
    now: datetime.datetime,
) -> None:
    """Change a style; members of the settings and places of images that are not given stay as they are.

    ``use_default`` drops settings and images.

    Raises:
        InvalidParameterException: settings or images that cannot be accepted, or any with the default style.
        ResourceNotFoundException: the style was deleted meanwhile.
    """
    given = _checked(bool(use_default), settings, assets)
    with transaction.atomic():
        # Who changes it at the same time waits, and then changes what is here by then.
        locked = ManagedLoginBranding.objects.select_for_update().filter(pk=style.pk).first()
        if locked is None:
            raise reasons.BRANDING_NOT_FOUND()
        if use_default:
            locked.use_default, locked.settings = True, {}
            locked.assets.all().delete()
        else:
            if use_default is False or settings is not None or given:
                locked.use_default = False
            locked.settings = settings_document.merged(locked.settings, settings or {})
            settings_document.check(locked.settings)
            style_assets.store(locked, given)
        locked.last_modified_at = now
        locked.save(update_fields=["use_default", "settings", "last_modified_at"])
    for name in ("use_default", "settings", "last_modified_at"):
        setattr(style, name, getattr(locked, name))


def delete(style: ManagedLoginBranding) -> None:
    """Delete a style with its images.

    Raises:
        ResourceNotFoundException: it was deleted meanwhile.
    """
    with transaction.atomic():
        # Who stores an image meanwhile waits for this lock, and then finds no style.
        if ManagedLoginBranding.objects.select_for_update().filter(pk=style.pk).first() is None:
            raise reasons.BRANDING_NOT_FOUND()
        style.delete()


def _checked(
    use_default: bool, settings: Mapping[str, Any] | None, assets: Sequence[GivenAsset] | None
) -> list[GivenAsset]:
    if use_default and (settings is not None or assets):
        problem = "UseCognitoProvidedValues cannot be true together with Settings or Assets."
        raise reasons.INVALID_PARAMETER(problem=problem)
    if settings is not None:
        settings_document.check(settings)
    return style_assets.checked(assets or ())


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
