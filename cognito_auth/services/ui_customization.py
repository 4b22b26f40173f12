"""Style sheet and logo of the classic pages: of one client, or of all that have none of their own.

Source: AWS API_SetUICustomization, API_GetUICustomization.
"""

import datetime
import hashlib

from django.db import transaction

from cognito_auth import reasons
from cognito_auth.models import UICustomization, UserPool, UserPoolClient, UserPoolDomain
from cognito_auth.services.branding import images, style_sheets
from cognito_auth.services.branding.assets import ServedImage
from cognito_auth.services.tokens import issuer

ALL = "ALL"
MAX_CSS_LENGTH = 131_072
# Source: AWS "Customizing hosted UI (classic) branding": 100 KB.
MAX_IMAGE_BYTES = 100 * 1024
_IMAGE_KINDS = frozenset({"JPEG", "PNG"})
_DIGEST_DIGITS = 32


def of(pool: UserPool, client: UserPoolClient | None = None) -> UICustomization | None:
    """Return what holds for ``client``: its own, else that of all clients; ``None`` if there is neither."""
    found = {row.client_id: row for row in _rows(pool, client)}
    own = found.get(client.pk) if client is not None else None
    return own or found.get(None)


def _rows(pool: UserPool, client: UserPoolClient | None) -> list[UICustomization]:
    rows = UICustomization.objects.filter(pool=pool)
    for_all = rows.filter(client=None)
    return list(for_all if client is None else for_all | rows.filter(client=client))


def set_for(
    pool: UserPool, client: UserPoolClient | None, *, css: str, image: bytes, now: datetime.datetime
) -> UICustomization | None:
    """Set style sheet and logo of one client, or with ``None`` of all; both empty takes them away.

    Raises:
        InvalidParameterException: a style sheet or image that cannot be accepted, or a strict pool has no domain.
        ResourceNotFoundException: client or pool was deleted meanwhile.
    """
    if pool.strict and not UserPoolDomain.objects.filter(pool=pool).exists():
        raise reasons.DOMAIN_NEEDED_FOR_STYLE()
    _check(css, image)
    with transaction.atomic():
        # Two who set it at the same time follow one another: NULLs of SQLite and PostgreSQL need a lock.
        if UserPool.objects.select_for_update().filter(pk=pool.pk).values_list("pk").first() is None:
            raise reasons.USER_POOL_NOT_FOUND(user_pool_id=pool.pk)
        if client is not None and not UserPoolClient.objects.filter(pk=client.pk).exists():
            raise reasons.CLIENT_NOT_FOUND(client_id=client.pk)
        row = UICustomization.objects.filter(pool=pool, client=client).first()
        if not css and not image:
            if row is not None:
                row.delete()
            return None
        row = row or UICustomization(pool=pool, client=client, created_at=now)
        row.css, row.css_version = css, now.strftime("%Y%m%d%H%M%S")
        row.image, row.image_type = image or None, images.kind_of(image) or ""
        row.last_modified_at = now
        row.save()
    return row


def _check(css: str, image: bytes) -> None:
    if len(css) > MAX_CSS_LENGTH:
        raise reasons.INVALID_STYLE_SHEET(problem=f"it is longer than {MAX_CSS_LENGTH} characters")
    style_sheets.check(css)
    if not image:
        return
    if len(image) > MAX_IMAGE_BYTES:
        raise reasons.UNSAFE_IMAGE(problem=f"it is larger than {MAX_IMAGE_BYTES} bytes")
    if images.kind_of(image) not in _IMAGE_KINDS:
        raise reasons.UNSAFE_IMAGE(problem="it is neither PNG nor JPEG")


def image_url(customization: UICustomization) -> str:
    """Return the address of the logo; another one for another logo, since browsers keep it. Empty without.

    Raises:
        ImproperlyConfigured: no base URL is set.
    """
    if not customization.image:
        return ""
    whose = customization.client_id or ALL
    name = f"{_digest(bytes(customization.image))}.{customization.image_type.lower()}"
    return f"{issuer.issuer_of(customization.pool_id)}/assets/{whose}/{name}"


def find_image(pool_id: str, whose: str, digest: str) -> ServedImage | None:
    """Return the logo that :func:`image_url` names; ``whose`` is a client's id or ``ALL``."""
    client_id = None if whose == ALL else whose
    row = UICustomization.objects.filter(pool_id=pool_id, client_id=client_id).exclude(image=None).first()
    if row is None or not row.image or _digest(bytes(row.image)) != digest:
        return None
    return ServedImage(bytes(row.image), images.MEDIA_TYPES[row.image_type], row.last_modified_at)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:_DIGEST_DIGITS]
