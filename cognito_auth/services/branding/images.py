"""Kinds of images, told by what they hold and not by what they are called."""

from collections.abc import Mapping

# Kind, named as the API's extensions → media type.
MEDIA_TYPES: Mapping[str, str] = {
    "ICO": "image/x-icon",
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "SVG": "image/svg+xml",
    "WEBP": "image/webp",
}
_ICO_HEADER_BYTES = 22


def kind_of(content: bytes) -> str | None:
    """Return ``ICO``, ``JPEG``, ``PNG`` or ``WEBP``; ``None`` for everything else, drawings too."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "WEBP"
    # Four bytes alone would fit too much: there must be room for one picture.
    if content.startswith(b"\x00\x00\x01\x00") and len(content) >= _ICO_HEADER_BYTES and content[4:6] != b"\x00\x00":
        return "ICO"
    return None
