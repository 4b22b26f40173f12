"""Bodies that come in pieces (``Transfer-Encoding: chunked``), without a length that was announced.

Under WSGI Django takes them for empty. Source: RFC 9112 7.1; PEP 3333, "Input and Error Streams".
"""

from django.http import HttpRequest, UnreadablePostError


def in_pieces(request: HttpRequest, *, limit: int) -> bytes | None:
    """Return a body that came in pieces, a byte more than ``limit`` of one that is larger; ``None`` of others.

    Raises:
        UnreadablePostError: it broke off, or the server does not tell where it ends.
    """
    meta = request.META
    # Under ASGI Django itself reads what came, however it came.
    if "wsgi.input" not in meta or "chunked" not in meta.get("HTTP_TRANSFER_ENCODING", "").lower():
        return None
    if not meta.get("wsgi.input_terminated"):
        raise UnreadablePostError("The server cannot read bodies in pieces.")
    try:
        body: bytes = meta["wsgi.input"].read(limit + 1)
    except OSError as error:
        raise UnreadablePostError(*error.args) from error
    return body
