"""System checks of the settings.

Every finding has a stable id (``cognito_auth.E002``), a sentence that names the setting and a hint
that says what to write instead. Errors stop ``manage.py`` always; what only matters on a public
server is reported by ``manage.py check --deploy``.

====================  ============================================================
``findings.py``       all findings: id, sentence, hint
``types.py``          the type of each key of ``COGNITO_AUTH``
``values.py``         values that have the right type and still cannot work
``trusted_pools.py``  the shape of ``TRUSTED_POOLS``
``log_delivery.py``   where records of pools are delivered
``triggers.py``       the shape of ``TRIGGERS``, and whether its paths lead to callables
``project.py``        Django's own settings, and what a public server needs
====================  ============================================================
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.apps import AppConfig
from django.conf import settings as django_settings
from django.core.checks import CheckMessage, Tags, register

from cognito_auth.checks import findings, log_delivery, project, triggers, trusted_pools, types, values


@register("cognito_auth")
def check_settings(app_configs: Iterable[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Report unknown keys, wrong types and values that cannot work."""
    given = getattr(django_settings, "COGNITO_AUTH", {})
    if not isinstance(given, Mapping):
        return [findings.NOT_A_DICTIONARY(kind=types.kind_of(given))]
    unknown = list(types.unknown_keys(given))
    mistyped = list(types.wrong_types(given))
    if mistyped:
        # The other checks rely on the types.
        return unknown + mistyped
    return [
        *unknown,
        *values.problems(given),
        *trusted_pools.problems(given.get("TRUSTED_POOLS", ())),
        *triggers.problems(given.get("TRIGGERS", {})),
        *log_delivery.problems(given),
    ]


@register("cognito_auth")
def check_project(app_configs: Iterable[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Report settings of Django that do not fit this app."""
    return [*project.user_model(), *project.backends(), *project.social_adapter()]


@register("cognito_auth", Tags.security, deploy=True)
def check_deployment(app_configs: Iterable[AppConfig] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Report what is fine on a developer's machine and not on a public server."""
    given = getattr(django_settings, "COGNITO_AUTH", {})
    if not isinstance(given, Mapping) or list(types.wrong_types(given)):
        return []  # check_settings reports it
    return [*project.secrets(given), *project.base_url(given), *project.hashers(), *project.shared_cache()]
