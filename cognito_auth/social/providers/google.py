"""Google: an ID token, whose signature allauth's adapter checks with Google's keys.

Fields of the People API (``phoneNumbers``, ``birthdays``, ``genders`` …) are asked for where they are mapped; the
provider's ``authorize_scopes`` have to allow it.
"""

import hmac
from collections.abc import Mapping, Sequence
from typing import Any

from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.google.provider import GoogleProvider
from django.http import HttpRequest

from cognito_auth.models import IdentityProvider
from cognito_auth.services.federation.identity import ExternalIdentity
from cognito_auth.social import egress
from cognito_auth.social.providers.oauth2 import OAuth2Dialect, ProviderFailed, RawClaims, identity_of

# Those that tell something of the person that an attribute can hold.
_PERSON_FIELDS = frozenset(
    ("addresses", "birthdays", "genders", "locales", "nicknames", "occupations", "phoneNumbers", "urls")
)


class _Provider(RawClaims, GoogleProvider):  # type: ignore[misc]
    pass


class Google(OAuth2Dialect):
    """``Google``."""

    provider_class = _Provider

    def wishes(self, wishes: Mapping[str, str]) -> dict[str, str]:
        """Google knows whom to offer, and whether to ask."""
        return {name: wishes[name] for name in ("login_hint", "prompt") if wishes.get(name)}

    def identity(
        self,
        request: HttpRequest,
        provider: IdentityProvider,
        adapter: Any,
        app: SocialApp,
        known: Mapping[str, str],
        given: Mapping[str, Any],
        answer: Mapping[str, str],
        kept: Mapping[str, str],
    ) -> ExternalIdentity:
        """Return the claims of the ID token."""
        if not given.get("id_token"):
            raise ProviderFailed("Google Error", "No ID token.")
        # As if it had come through the browser: then the signature is checked.
        adapter.did_fetch_access_token = False
        claims = adapter.complete_login(request, app, adapter.parse_token(given), response=given)
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), kept["nonce"].encode()):
            raise ProviderFailed("Google Error", "An ID token of another sign-in.")
        return identity_of(provider, given, id_token=claims, user_info=_person(provider, known, given, claims))


def _person(
    provider: IdentityProvider, known: Mapping[str, str], given: Mapping[str, Any], claims: Mapping[str, Any]
) -> dict[str, str] | None:
    """Return what the People API tells of the mapped fields that are its, ``None`` if there are none of them."""
    fields = sorted(_PERSON_FIELDS & set(provider.attribute_mapping.values()) - set(claims))
    if not fields:
        return None
    response = egress.session_for(provider).get(
        f"{known['attributes_url']}{','.join(fields)}",
        headers={"Authorization": f"Bearer {given['access_token']}"},
    )
    response.raise_for_status()
    person = response.json()
    told = {field: _text_of(person[field]) for field in fields if person.get(field)}
    return {field: text for field, text in told.items() if text}


def _text_of(entries: Sequence[Mapping[str, Any]]) -> str:
    """Return the main one of several entries, as the pool's attributes have it."""
    entry = next((item for item in entries if item.get("metadata", {}).get("primary")), entries[0])
    date = entry.get("date")
    if isinstance(date, Mapping):
        # People may keep the year to themselves.
        has_all = all(isinstance(date.get(part), int) for part in ("year", "month", "day"))
        return f"{date['year']:04}-{date['month']:02}-{date['day']:02}" if has_all else ""
    # A phone number in the form of E.164; an address as it is written.
    return str(entry.get("canonicalForm") or entry.get("value") or entry.get("formattedValue") or "")
