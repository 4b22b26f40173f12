"""``/<pool id>/saml2/metadata``: what the administrator of a SAML provider sets the pool up with."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cognito_auth.models import UserPool
from cognito_auth.social.saml import toolkit
from cognito_auth.social.saml.requests import ACS, SLO
from cognito_auth.web import addresses
from cognito_auth.web.requests import of_pool


@require_safe
@of_pool
def saml_metadata(request: HttpRequest, pool: UserPool) -> HttpResponse:
    """Give the document."""
    document = toolkit.sp_metadata(
        pool,
        acs=addresses.absolute(request, pool.pk, ACS),
        slo=addresses.absolute(request, pool.pk, SLO),
        now=timezone.now(),
    )
    response = HttpResponse(document, content_type="application/samlmetadata+xml")
    response["Content-Disposition"] = f'attachment; filename="{pool.pk}.xml"'
    response["Cache-Control"] = "public, max-age=3600"
    return response
