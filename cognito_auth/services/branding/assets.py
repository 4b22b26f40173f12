"""The images of a style: what is accepted as one, and where each is served."""

import datetime
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cognito_auth import reasons
from cognito_auth.models import ManagedLoginAsset, ManagedLoginBranding
from cognito_auth.services.branding import images, svg
from cognito_auth.services.tokens import issuer

MAX_ASSETS = 40
MAX_BYTES = 1_000_000
# Categories that are of one kind by what they are for.
_KINDS: Mapping[str, str] = {"FAVICON_ICO": "ICO", "FAVICON_SVG": "SVG"}


@dataclass(frozen=True, slots=True)
class GivenAsset:
    """An image of a request: new content, or the id of one that the style has already."""

    category: str
    color_mode: str
    extension: str
    content: bytes | None = None
    resource_id: str | None = None

    @property
    def place(self) -> tuple[str, str]:
        """Where it is shown; a style has one image for each place."""
        return self.category, self.color_mode


@dataclass(frozen=True, slots=True)
class ServedImage:
    """An image as the door of assets serves it; ``changed_at`` is for caches."""

    content: bytes
    media_type: str
    changed_at: datetime.datetime


def checked(given: Sequence[GivenAsset]) -> list[GivenAsset]:
    """Return the images with drawings sanitised.

    Raises:
        InvalidParameterException: too many or too large, two for one place, or content that is not what the
            extension says.
    """
    if len(given) > MAX_ASSETS:
        raise reasons.INVALID_PARAMETER(problem=f"A style can have at most {MAX_ASSETS} assets.")
    places = [asset.place for asset in given]
    for category, color_mode in places:
        if places.count((category, color_mode)) > 1:
            raise reasons.INVALID_PARAMETER(problem=f"There are two assets {category} for {color_mode} mode.")
    return [_checked(asset) for asset in given]


def _checked(asset: GivenAsset) -> GivenAsset:
    kind = _KINDS.get(asset.category)
    if kind is not None and asset.extension != kind:
        raise reasons.INVALID_PARAMETER(problem=f"The asset {asset.category} must have the extension {kind}.")
    if (asset.content is None) == (asset.resource_id is None):
        raise reasons.INVALID_PARAMETER(problem=f"The asset {asset.category} needs either Bytes or ResourceId.")
    if asset.content is None:
        return asset
    if not asset.content or len(asset.content) > MAX_BYTES:
        raise reasons.INVALID_PARAMETER(problem=f"The asset {asset.category} must have 1 to {MAX_BYTES} bytes.")
    if asset.extension == "SVG":
        content = svg.sanitize(asset.content)
        return GivenAsset(asset.category, asset.color_mode, asset.extension, content)
    found = images.kind_of(asset.content)
    if found != asset.extension:
        problem = f"the content of {asset.category} is {found or 'no image that is known'}, not {asset.extension}"
        raise reasons.UNSAFE_IMAGE(problem=problem)
    return asset


def store(style: ManagedLoginBranding, given: Sequence[GivenAsset]) -> None:
    """Put checked images into their places; those of other places stay.

    A new image gets a new id, and with it a new address: browsers keep the old ones for ever.

    Raises:
        InvalidParameterException: an id that no image of the style has, or more images than a style may have.
    """
    existing = {asset.place: asset for asset in _Existing.of(style)}
    by_id = {str(asset.id): asset for asset in existing.values()}
    gone, moved, new = set(), [], []
    for asset in given:
        there = existing.get(asset.place)
        if asset.resource_id is None:
            new.append(asset)
        else:
            meant = by_id.get(asset.resource_id)
            if meant is None or meant.extension != asset.extension:
                raise reasons.INVALID_PARAMETER(problem=f"The style has no asset {asset.resource_id}.")
            if meant.place == asset.place:
                continue
            moved.append((meant, asset))
        if there is not None:
            gone.add(there.id)
    # An image that moves is copied first, should its own place be given away.
    copies = _copies([(meant.id, asset) for meant, asset in moved])
    style.assets.filter(pk__in=gone).delete()
    if len(existing.keys() | {asset.place for asset in given}) > MAX_ASSETS:
        raise reasons.INVALID_PARAMETER(problem=f"A style can have at most {MAX_ASSETS} assets.")
    first = 1 + max((asset.position for asset in existing.values()), default=-1)
    rows = [
        ManagedLoginAsset(
            branding=style,
            position=first + number,
            category=asset.category,
            color_mode=asset.color_mode,
            extension=asset.extension,
            content=asset.content,
        )
        for number, asset in enumerate([*new, *copies])
    ]
    ManagedLoginAsset.objects.bulk_create(rows)


@dataclass(frozen=True, slots=True)
class _Existing:
    """What is known of an image without reading its content."""

    id: uuid.UUID
    category: str
    color_mode: str
    extension: str
    position: int

    @property
    def place(self) -> tuple[str, str]:
        return self.category, self.color_mode

    @classmethod
    def of(cls, style: ManagedLoginBranding) -> list["_Existing"]:
        rows = style.assets.values_list("id", "category", "color_mode", "extension", "position")
        return [cls(*row) for row in rows]


def _copies(moved: Iterable[tuple[uuid.UUID, GivenAsset]]) -> list[GivenAsset]:
    copies = []
    for asset_id, asset in moved:
        content = bytes(ManagedLoginAsset.objects.values_list("content", flat=True).get(pk=asset_id))
        copies.append(GivenAsset(asset.category, asset.color_mode, asset.extension, content))
    return copies


def url_of(pool_id: str, asset_id: uuid.UUID) -> str:
    """Return the address of an image, under the pool's issuer.

    Raises:
        ImproperlyConfigured: no base URL is set.
    """
    return f"{issuer.issuer_of(pool_id)}/assets/{asset_id}"


def find(pool_id: str, asset_id: uuid.UUID) -> ServedImage | None:
    """Return an image of one of the pool's styles."""
    row = (
        ManagedLoginAsset.objects.filter(pk=asset_id, branding__pool_id=pool_id)
        .values_list("content", "extension", "branding__last_modified_at")
        .first()
    )
    return None if row is None else ServedImage(bytes(row[0]), images.MEDIA_TYPES[row[1]], row[2])
