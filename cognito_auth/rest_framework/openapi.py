"""Description of the authentication class for drf-spectacular; imported when that app is installed."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class CognitoAuthenticationScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """``Authorization: Bearer <token>``."""

    target_class = "cognito_auth.rest_framework.authentication.CognitoAuthentication"
    match_subclasses = True
    priority = 1  # before the extension that drf-spectacular has for simplejwt, which matches subclasses too
    name = "cognito"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Return the security scheme object of OpenAPI."""
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "JWT",
            "description": "An access token, or where a view takes it an ID token, of a trusted user pool.",
        }
