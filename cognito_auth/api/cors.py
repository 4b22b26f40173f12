"""Cross-origin headers: browsers call the API from any site, without cookies.

No answer depends on ambient credentials, so any origin may read it. Source: Fetch Standard; what
Amplify and amazon-cognito-identity-js send.
"""

from django.http import HttpResponse

_ALLOWED_HEADERS = ", ".join(
    (
        "content-type",
        "x-amz-target",
        "x-amz-user-agent",
        "x-amz-date",
        "x-amz-security-token",
        "x-amz-content-sha256",
        "authorization",
        "accept-language",
        "cache-control",
        "amz-sdk-invocation-id",
        "amz-sdk-request",
    )
)
HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
        "x-amzn-errortype, x-amzn-errormessage, x-amzn-requestid, x-cognito-auth-reason, retry-after, date"
    ),
}
_PREFLIGHT_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST, OPTIONS",
    "Access-Control-Allow-Headers": _ALLOWED_HEADERS,
    "Access-Control-Max-Age": "86400",
    "Allow": "POST, OPTIONS",
}


def preflight() -> HttpResponse:
    """Return the answer to a browser that asks whether it may send the request."""
    return HttpResponse(status=200, headers=_PREFLIGHT_HEADERS)
