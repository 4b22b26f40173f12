"""What is stored of a person, for themself to take along. Source: GDPR, articles 15 and 20.

Everything that is about them, and no secret: no password, key, code, token, nor anything made of one.
"""

import datetime
from typing import Any

from cognito_auth.models import AbstractCognitoUser, AuthEvent, Device, SoftwareToken
from cognito_auth.services import groups, linked_identities, sessions
from cognito_auth.services.attributes import values
from cognito_auth.services.mfa import preferences, recovery_codes
from cognito_auth.services.passkeys import credentials

_BATCH = 1000


def of(user: AbstractCognitoUser, *, now: datetime.datetime) -> dict[str, Any]:
    """Return all data of ``user``, JSON-native; moments as ISO 8601 with their offset.

    Shape: ``account``, ``attributes`` (strings, as the API has them), ``groups``, ``identities``, ``second_factors``,
    ``passkeys``, ``devices``, ``sessions`` (living ones) and ``events``, the newest first.
    """
    return {
        "exported_at": now.isoformat(),
        "account": {
            "username": user.username,
            "status": str(user.status),
            "is_enabled": user.is_active,
            "created_at": _iso(user.created_at),
            "last_modified_at": _iso(user.last_modified_at),
            "password_set_at": _iso(user.password_set_at),
            "user_pool": {"id": user.pool.pk, "name": user.pool.name},
        },
        "attributes": values.to_wire(user),
        "groups": [{"name": group.name, "description": group.description} for group in groups.by_precedence(user)],
        "identities": [
            {
                "provider": identity.provider_name,
                "type": str(identity.provider_type),
                "attribute": identity.attribute_name,
                "value": str(identity.attribute_value),
                "is_primary": identity.is_primary,
                "is_enabled": identity.is_enabled,
                "created_at": _iso(identity.created_at),
            }
            for identity in linked_identities.of(user)
        ],
        "second_factors": _second_factors(user),
        "passkeys": [
            {
                "credential_id": passkey.credential_id,
                "name": passkey.friendly_name,
                "relying_party": passkey.relying_party_id,
                "created_at": _iso(passkey.created_at),
                "last_used_at": _iso(passkey.last_used_at),
            }
            for passkey in credentials.of(user)
        ],
        "devices": [
            {
                "key": device.key,
                "name": device.name,
                "is_remembered": device.is_remembered,
                "created_at": _iso(device.created_at),
                "last_used_at": _iso(device.last_authenticated_at),
                "last_ip_address": device.last_ip_address,
            }
            for device in Device.objects.filter(user=user.pk).order_by("key")
        ],
        "sessions": _sessions(user, now=now),
        "events": _events(user),
    }


def _iso(moment: datetime.datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _second_factors(user: AbstractCognitoUser) -> dict[str, Any]:
    app = SoftwareToken.objects.filter(user_id=user.pk, verified_at__isnull=False).first()
    return {
        "enabled": preferences.enabled_factors(user),
        "preferred": user.preferred_mfa or None,
        "authenticator_app": (
            None if app is None else {"device_name": app.friendly_name, "set_up_at": _iso(app.verified_at)}
        ),
        "recovery_codes_left": recovery_codes.remaining(user),
    }


def _sessions(user: AbstractCognitoUser, *, now: datetime.datetime) -> list[dict[str, Any]]:
    browsers = [
        {
            "id": sessions.id_of_browser(browser.pk),
            "kind": "browser",
            "app_client": browser.client_id,
            "provider": browser.provider_name,
            "authentication_methods": browser.amr,
            "signed_in_at": _iso(browser.authenticated_at),
            "expires_at": _iso(browser.expires_at),
            "ip_address": browser.ip_address,
            "user_agent": browser.user_agent,
        }
        for browser in sessions.browsers(user, now=now)
    ]
    families = [
        {
            "id": sessions.id_of(family.pk),
            "kind": "tokens",
            "app_client": family.client_id,
            "scopes": family.scope.split(),
            "authentication_methods": family.amr,
            "signed_in_at": _iso(family.authenticated_at),
            "last_refreshed_at": _iso(family.refreshed_at),
            "expires_at": _iso(family.expires_at),
            "ip_address": family.ip_address,
            "user_agent": family.user_agent,
        }
        for family in sessions.alive(user, now=now).order_by("-authenticated_at", "origin_jti")
    ]
    return [*browsers, *families]


def _events(user: AbstractCognitoUser) -> list[dict[str, Any]]:
    rows = AuthEvent.objects.filter(user=user.pk).order_by("-created_at", "-id")
    return [
        {
            "at": _iso(event.created_at),
            "type": event.type,
            "response": event.response,
            "app_client": event.client_id or None,
            "challenges": event.challenges,
            "ip_address": event.ip_address,
            "user_agent": event.user_agent,
            "device": event.device_name,
            "city": event.city,
            "country": event.country,
            "risk_level": event.risk_level or None,
            "feedback": event.feedback,
        }
        for event in rows.iterator(chunk_size=_BATCH)
    ]
