"""The images of styles, and the logos of classic pages.

=================================================  ==================================
``/<pool id>/assets/<id of the image>``            an image of a client's style
``/<pool id>/assets/<client id or ALL>/<digest>``  the logo of the classic pages
=================================================  ==================================

An address stands for the same content for ever, so browsers and proxies may keep it. Images were checked
when they came in; the headers see to it that a browser takes none of them for a page that may run something.
"""

import uuid

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from cognito_auth.services import ui_customization
from cognito_auth.services.branding import assets
from cognito_auth.services.branding.assets import ServedImage

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
_FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def asset(request: HttpRequest, user_pool_id: str, asset_id: str) -> HttpResponse:
    """Answer with an image of one of the pool's styles."""
    try:
        found = assets.find(user_pool_id, uuid.UUID(asset_id))
    except ValueError:
        found = None
    return _answer(request, found, etag=asset_id)


@require_safe
def logo(request: HttpRequest, user_pool_id: str, whose: str, digest: str) -> HttpResponse:
    """Answer with the logo of the pool's classic pages."""
    return _answer(request, ui_customization.find_image(user_pool_id, whose, digest), etag=digest)


def _answer(request: HttpRequest, image: ServedImage | None, *, etag: str) -> HttpResponse:
    if image is None:
        response = HttpResponse("There is no such image.", content_type="text/plain; charset=utf-8", status=404)
        response["Cache-Control"] = "no-store"
        return response
    response = HttpResponse(image.content, content_type=image.media_type)
    response["ETag"] = quote_etag(etag)
    response["Cache-Control"] = _FOR_EVER
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _POLICY
    # Pages of the pool on a host of its own show the images too.
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    conditional = get_conditional_response(request, etag=response["ETag"], response=response)
    assert isinstance(conditional, HttpResponse)
    return conditional
