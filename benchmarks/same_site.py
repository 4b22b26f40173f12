"""What both sides of a comparison have alike, so that only the packages differ."""

from collections.abc import Mapping
from typing import Any

# As "startproject" writes it.
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]


def database(entry: Mapping[str, Any], **options: Any) -> dict[str, Any]:
    """Return an entry of ``DATABASES``: connections stay open, unchecked; PostgreSQL prepares statements."""
    chosen = {**entry, "CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": False}
    if entry["ENGINE"].endswith("postgresql"):
        chosen["OPTIONS"] = {**entry.get("OPTIONS", {}), "prepare_threshold": 0, **options}
    return chosen
