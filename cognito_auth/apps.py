"""The Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CognitoAuthConfig(AppConfig):
    """Registers the app, its system checks and its admin."""

    name = "cognito_auth"
    label = "cognito_auth"
    verbose_name = _("User pools")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks, and the description of our authentication where it is wanted."""
        from django.apps import apps

        from cognito_auth import checks  # noqa: F401  (registers on import)

        if apps.is_installed("drf_spectacular"):
            from cognito_auth.rest_framework import openapi  # noqa: F401  (registers on import)
