"""Where an OpenID provider's endpoints are: as set, or discovered from its issuer.

Source: OpenID Connect Discovery 4.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from django.core.cache import caches

from cognito_auth import crypto
from cognito_auth.conf import settings
from cognito_auth.social import egress

_SECONDS = 3600


class NotDiscovered(Exception):
    """The provider's document cannot be had or is of another issuer; the text is for the log."""


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Addresses of a provider; ``userinfo`` is empty where there is none.

    ``names_issuer``: its answers say whose they are (RFC 9207), so that one that does not is another's.
    """

    issuer: str
    authorize: str
    token: str
    jwks: str
    userinfo: str = ""
    is_basic: bool = False
    names_issuer: bool = False


def endpoints_of(details: Mapping[str, str], session: requests.Session) -> Endpoints:
    """Return the endpoints of an OIDC provider with these details.

    Raises:
        NotDiscovered: they cannot be found out.
    """
    issuer = details["oidc_issuer"]
    if details.get("authorize_url"):
        userinfo = details.get("attributes_url", "")
        return Endpoints(issuer, details["authorize_url"], details["token_url"], details["jwks_uri"], userinfo)
    document = _document(issuer, session)
    methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    try:
        return Endpoints(
            issuer=document["issuer"],
            authorize=document["authorization_endpoint"],
            token=document["token_endpoint"],
            jwks=document["jwks_uri"],
            userinfo=document.get("userinfo_endpoint", ""),
            is_basic="client_secret_post" not in methods and "client_secret_basic" in methods,
            names_issuer=document.get("authorization_response_iss_parameter_supported") is True,
        )
    except KeyError as missing:
        raise NotDiscovered(f"The document of {issuer} has no {missing}.") from None


def _document(issuer: str, session: requests.Session) -> dict[str, Any]:
    cache, name = caches[settings.cache], f"cognito_auth:provider:{crypto.digest(issuer)}"
    document: dict[str, Any] | None = cache.get(name)
    if document is not None:
        return document
    try:
        response = session.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        response.raise_for_status()
        document = response.json()
    except (requests.RequestException, ValueError, RecursionError) as error:
        raise NotDiscovered(f"{issuer}: {type(error).__name__}") from None
    # Another issuer would vouch for people whom this one does not know (RFC 8414 3.3).
    if not isinstance(document, dict) or str(document.get("issuer", "")).rstrip("/") != issuer.rstrip("/"):
        raise NotDiscovered(f"The document of {issuer} is of another issuer.")
    if not all(isinstance(document.get(key, ""), str) for key in _TEXTS):
        raise NotDiscovered(f"The document of {issuer} is in no form that is known.")
    authorize = document.get("authorization_endpoint", "")
    if authorize and not _is_for_browsers(authorize, session):
        raise NotDiscovered(f"The document of {issuer} names no web address to sign in at.")
    cache.set(name, document, _SECONDS)
    return document


def _is_for_browsers(address: str, session: requests.Session) -> bool:
    """Tell whether browsers may be sent to an address: HTTPS, or plain HTTP where the provider may be so, too."""
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    is_plain = address.isascii() and address.isprintable() and " " not in address and not parts.fragment
    is_local = parts.scheme == "http" and isinstance(session, egress.Session) and session.is_local(host)
    return is_plain and bool(host) and (parts.scheme == "https" or is_local)


_TEXTS = ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint")
