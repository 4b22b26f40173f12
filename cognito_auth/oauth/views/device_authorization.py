"""``/<pool id>/oauth2/device_authorization``: a device without a browser asks for codes. Source: RFC 8628 3.1, 3.2."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from cognito_auth.oauth.machine_requests import form_of, machine_view
from cognito_auth.services import user_pools
from cognito_auth.services.oauth import client_authentication, device_authorizations
from cognito_auth.web import addresses, rates


@machine_view("POST")
def device_authorization(request: HttpRequest, user_pool_id: str) -> HttpResponse:
    """Return a code for the device and one for its screen, and where the person enters it."""
    now = timezone.now()
    pool = user_pools.get(user_pool_id)
    fields = form_of(request)
    client = client_authentication.authenticate(pool, request.headers.get("Authorization", ""), fields)
    # Addresses of devices always: each request leaves a row behind.
    rates.check(request, client, rates.SIGN_INS, now=now)
    begun = device_authorizations.begin(client, fields.get("scope", ""), now=now)
    page = addresses.absolute(request, pool.pk, "device")
    return JsonResponse(
        {
            "device_code": begun.device_code,
            "user_code": begun.user_code,
            "verification_uri": page,
            "verification_uri_complete": f"{page}?{urlencode({'user_code': begun.user_code})}",
            "expires_in": begun.expires_in,
            "interval": begun.interval,
        }
    )
