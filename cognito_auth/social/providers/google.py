"""Google: an ID token, whose signature allauth's adapter checks with Google's keys.

Fields of the People API (``phoneNumbers``, ``birthdays``, ``genders`` …) are asked for where they are mapped; the
provider's ``authorize_scopes`` have to allow it.
"""

import hmac
from collections.abc import Mapping, Sequence
from typing import Any

from allauth.socialaccount.providers.google.provider import GoogleProvider

from cognito_auth.services.federation.identity import ExternalIdentity
from cognito_auth.social import egress
from cognito_auth.social.providers.oauth2 import OAuth2Dialect, ProviderFailed, RawClaims, Redeemed

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

    def identity(self, redeemed: Redeemed) -> ExternalIdentity:
        """Return the claims of the ID token."""
        if not redeemed.given.get("id_token"):
            raise ProviderFailed("Google Error", "No ID token.")
        # As if it had come through the browser: then the signature is checked.
        redeemed.adapter.did_fetch_access_token = False
        claims = redeemed.profile()
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), redeemed.kept["nonce"].encode()):
            raise ProviderFailed("Google Error", "An ID token of another sign-in.")
        return redeemed.identity(id_token=claims, user_info=_person(redeemed, claims))


def _person(redeemed: Redeemed, claims: Mapping[str, Any]) -> dict[str, str] | None:
    """Return what the People API tells of the mapped fields that are its, ``None`` if there are none of them."""
    fields = sorted(_PERSON_FIELDS & set(redeemed.provider.attribute_mapping.values()) - set(claims))
    if not fields:
        return None
    response = egress.session_for(redeemed.provider).get(
        f"{redeemed.known['attributes_url']}{','.join(fields)}",
        headers={"Authorization": f"Bearer {redeemed.given['access_token']}"},
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
