"""Query strings of pages: changed without touching what a client sent, byte for byte."""

from urllib.parse import parse_qsl, urlencode


def changed(query: str, **changes: str | None) -> str:
    """Return a query string with parameters set, or with ``None`` left out; the others stay in their order."""
    pairs = parse_qsl(query, keep_blank_values=True, errors="surrogateescape")
    kept = [(name, value) for name, value in pairs if name not in changes]
    added = [(name, value) for name, value in changes.items() if value is not None]
    return urlencode([*kept, *added], errors="surrogateescape")
