"""What each type of provider must and may be told (the API's ``ProviderDetails``), and what is shown of it.

All values are text. Secrets are kept apart, encrypted (:func:`split`); what the API resolves from the
type is not stored but added when it is asked for (:func:`shown`), and ignored when it is sent back.

================  ===========================  ============================================  ============
type              required                     optional                                      secret
================  ===========================  ============================================  ============
Google            client_id, client_secret,                                                  client_secret
                  authorize_scopes
Facebook          the same                     api_version                                   client_secret
LoginWithAmazon   the same                                                                   client_secret
SignInWithApple   client_id, team_id, key_id,                                                private_key
                  private_key,
                  authorize_scopes
OIDC              client_id, oidc_issuer,      client_secret; authorize_url, token_url and   client_secret
                  authorize_scopes,            jwks_uri together; attributes_url
                  attributes_request_method
SAML              MetadataURL or MetadataFile  IDPSignout, IDPInit, EncryptedResponses,
                                               RequestSigningAlgorithm
================  ===========================  ============================================  ============

Source: AWS API_CreateIdentityProvider, ProviderDetails.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import regex
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from cognito_auth import reasons
from cognito_auth.choices import IdentityProviderType
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import IdentityProvider, SigningCertificate, UserPool
from cognito_auth.services.identity_providers import saml_metadata

SECRETS = ("client_secret", "private_key")
SOCIAL_TYPES = frozenset(
    {
        IdentityProviderType.GOOGLE,
        IdentityProviderType.FACEBOOK,
        IdentityProviderType.LOGIN_WITH_AMAZON,
        IdentityProviderType.SIGN_IN_WITH_APPLE,
    }
)
_MAX_LENGTH = 2048
_MAX_SECRET_LENGTH = 8192
_DEFAULT_GRAPH_VERSION = "v17.0"
GRAPH_API = "https://graph.facebook.com"
FACEBOOK = "https://www.facebook.com"
_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_ADDRESSES = ("authorize_url", "token_url", "jwks_uri", "attributes_url")
# RFC 6749 3.3: scope-token.
_SCOPE = regex.compile(r"[\x21\x23-\x5B\x5D-\x7E]+")
_GRAPH_VERSION = regex.compile(r"v\d{1,3}\.\d{1,3}")
_FLAG = frozenset({"true", "false"})
_VALUES = {
    "attributes_request_method": frozenset({"GET", "POST"}),
    "IDPSignout": _FLAG,
    "IDPInit": _FLAG,
    "EncryptedResponses": _FLAG,
    "RequestSigningAlgorithm": frozenset({"rsa-sha256"}),
}


@dataclass(frozen=True, slots=True)
class _Keys:
    """The keys of one type; ``ignored`` are those that are shown but decided by the type."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


_RESOLVED = (
    "attributes_url",
    "attributes_url_add_attributes",
    "authorize_url",
    "jwks_uri",
    "oidc_issuer",
    "token_request_method",
    "token_url",
)
_SOCIAL = ("client_id", "client_secret", "authorize_scopes")
_KEYS: Mapping[str, _Keys] = {
    IdentityProviderType.GOOGLE: _Keys(_SOCIAL, ignored=_RESOLVED),
    IdentityProviderType.FACEBOOK: _Keys(_SOCIAL, ("api_version",), _RESOLVED),
    IdentityProviderType.LOGIN_WITH_AMAZON: _Keys(_SOCIAL, ignored=_RESOLVED),
    IdentityProviderType.SIGN_IN_WITH_APPLE: _Keys(
        ("client_id", "team_id", "key_id", "private_key", "authorize_scopes"), ignored=_RESOLVED
    ),
    IdentityProviderType.OIDC: _Keys(
        ("client_id", "oidc_issuer", "authorize_scopes", "attributes_request_method"),
        ("client_secret", *_ADDRESSES),
        ("attributes_url_add_attributes", "token_request_method"),
    ),
    IdentityProviderType.SAML: _Keys(
        (),
        ("MetadataURL", "MetadataFile", "IDPSignout", "IDPInit", "EncryptedResponses", "RequestSigningAlgorithm"),
        ("ActiveEncryptionCertificate", "SLORedirectBindingURI", "SSORedirectBindingURI"),
    ),
}


def keys_of(provider_type: str) -> tuple[str, ...]:
    """Return the details that a provider of this type can be told, the required ones first."""
    return (*_KEYS[provider_type].required, *_KEYS[provider_type].optional)


def required_keys_of(provider_type: str) -> tuple[str, ...]:
    """Return the details without which a provider of this type cannot be set up."""
    return _KEYS[provider_type].required


def split(
    pool: UserPool, provider_type: str, given: Mapping[str, str], *, secrets: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the checked details to store in clear, and those to store encrypted.

    ``secrets`` are those stored before: one that is not given again stays.

    Raises:
        InvalidParameterException: a key is missing or unknown, or a value of the wrong form.
    """
    keys = _KEYS[provider_type]
    unknown = sorted(set(given) - {*keys.required, *keys.optional, *keys.ignored})
    if unknown:
        raise _refusal(f"{provider_type} providers have no details called {', '.join(unknown)}.")
    values = {name: value for name, value in given.items() if value and name not in keys.ignored}
    for name in SECRETS:
        if name in secrets and name not in values and name in (*keys.required, *keys.optional):
            values[name] = secrets[name]
    missing = [name for name in keys.required if name not in values]
    if missing:
        raise _refusal(f"{provider_type} providers need the details {', '.join(missing)}.")
    for name, value in values.items():
        _check_value(name, value)
    if provider_type == IdentityProviderType.OIDC:
        _check_oidc(pool, values)
    elif provider_type == IdentityProviderType.SAML:
        values |= _saml(pool, values)
    _check_scopes(provider_type, values.get("authorize_scopes"))
    clear = {name: value for name, value in values.items() if name not in SECRETS}
    return clear, {name: value for name, value in values.items() if name in SECRETS}


def _refusal(problem: str) -> CognitoError:
    return reasons.INVALID_PROVIDER_DETAILS(problem=problem)


def _check_value(name: str, value: str) -> None:
    if name == "MetadataFile":
        return
    if len(value) > (_MAX_SECRET_LENGTH if name in SECRETS else _MAX_LENGTH):
        raise _refusal(f"{name} is too long.")
    if name == "private_key":
        _check_private_key(value)
    elif name == "api_version" and not _GRAPH_VERSION.fullmatch(value):
        raise _refusal("api_version must be like v17.0.")
    elif name in _VALUES and value not in _VALUES[name]:
        raise _refusal(f"{name} must be {' or '.join(sorted(_VALUES[name]))}.")


def _check_private_key(text: str) -> None:
    """Refuse what is no key that Apple gives: PKCS #8, of the curve P-256."""
    try:
        key = load_pem_private_key(as_pem(text).encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise _refusal("private_key must be the private key (.p8) that Apple gave, for ES256.")


def as_pem(private_key: str) -> str:
    """Return Apple's private key as PEM; the API also takes its base64 alone."""
    if "-----BEGIN" in private_key:
        return private_key.strip() + "\n"
    body = "".join(private_key.split())
    lines = "\n".join(body[start : start + 64] for start in range(0, len(body), 64))
    return f"-----BEGIN PRIVATE KEY-----\n{lines}\n-----END PRIVATE KEY-----\n"


def _check_scopes(provider_type: str, text: str | None) -> None:
    if text is None:
        return
    scopes = scopes_in(text)
    if not scopes or not all(_SCOPE.fullmatch(scope) for scope in scopes):
        raise _refusal("authorize_scopes is not a list of scopes.")
    # OpenID Connect Core 3.1.2.1: requests MUST contain the openid scope value.
    if provider_type == IdentityProviderType.OIDC and "openid" not in scopes:
        raise _refusal("authorize_scopes must contain openid.")


def scopes_in(authorize_scopes: str) -> list[str]:
    """Return the single scopes of ``authorize_scopes``; Facebook's are divided by commas."""
    return authorize_scopes.replace(",", " ").split()


def _check_oidc(pool: UserPool, values: Mapping[str, str]) -> None:
    issuer = values["oidc_issuer"]
    # OpenID Connect Discovery 3: an https URL with no query or fragment component.
    if not _is_web_address(pool, issuer) or "?" in issuer:
        raise _refusal("oidc_issuer must be an HTTPS address without a query.")
    for name in _ADDRESSES:
        if name in values and not _is_web_address(pool, values[name]):
            raise _refusal(f"{name} must be an HTTPS address.")
    together = ("authorize_url", "token_url", "jwks_uri")
    if any(name in values for name in _ADDRESSES) and not all(name in values for name in together):
        raise _refusal(
            f"Give {', '.join(together)} together, or none of them to have them discovered from oidc_issuer."
        )


def _is_web_address(pool: UserPool, address: str) -> bool:
    """Tell whether ``address`` is of HTTPS, or, where the pool is not strict, of the machine itself."""
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return False
    is_plain = address.isprintable() and not any(character in address for character in "#\\ ")
    if not is_plain or not host or parts.username is not None:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in _LOCAL_HOSTS and not pool.strict)


def _saml(pool: UserPool, values: Mapping[str, str]) -> dict[str, str]:
    """Check the source of the metadata and return what an uploaded document tells."""
    if ("MetadataURL" in values) == ("MetadataFile" in values):
        raise _refusal("SAML providers need either MetadataURL or MetadataFile.")
    if "MetadataURL" in values:
        if not _is_web_address(pool, values["MetadataURL"]):
            raise _refusal("MetadataURL must be an HTTPS address.")
        return {}
    metadata = saml_metadata.read(values["MetadataFile"])
    found = {"SSORedirectBindingURI": metadata.sso_url}
    if metadata.slo_url is not None:
        found["SLORedirectBindingURI"] = metadata.slo_url
    return found


def secrets_of(provider: IdentityProvider) -> dict[str, str]:
    """Return the secrets of a provider, decrypted."""
    secrets: dict[str, str] = json.loads(provider.secret_details) if provider.secret_details else {}
    return secrets


def complete(provider: IdentityProvider) -> dict[str, str]:
    """Return all details with the secrets, for signing people in."""
    return {**_resolved(provider), **provider.details, **secrets_of(provider)}


def is_encrypting(provider: IdentityProvider) -> bool:
    """Tell whether the provider has to encrypt what it says, for the pool's certificate."""
    return provider.type == IdentityProviderType.SAML and provider.details.get("EncryptedResponses") == "true"


def shown(provider: IdentityProvider) -> dict[str, str]:
    """Return the details as the API tells them: with the client secret, without a private key."""
    details = complete(provider)
    details.pop("private_key", None)
    if is_encrypting(provider):
        certificate = SigningCertificate.objects.filter(pool=provider.pool_id).values_list("certificate", flat=True)
        for pem in certificate:
            lines = (line for line in pem.splitlines() if not line.startswith("-----"))
            details["ActiveEncryptionCertificate"] = "".join(lines)
    return dict(sorted(details.items()))


def _resolved(provider: IdentityProvider) -> dict[str, str]:
    if provider.type == IdentityProviderType.FACEBOOK:
        version = provider.details.get("api_version", _DEFAULT_GRAPH_VERSION)
        return {
            "api_version": version,
            "attributes_url": f"{GRAPH_API}/{version}/me?fields=",
            "attributes_url_add_attributes": "true",
            "authorize_url": f"{FACEBOOK}/{version}/dialog/oauth",
            "token_request_method": "GET",
            "token_url": f"{GRAPH_API}/{version}/oauth/access_token",
        }
    return dict(_ADDED.get(provider.type, {}))


# What the API adds for each type. Source: AWS API_DescribeIdentityProvider.
_ADDED: Mapping[str, Mapping[str, str]] = {
    IdentityProviderType.GOOGLE: {
        "attributes_url": "https://people.googleapis.com/v1/people/me?personFields=",
        "attributes_url_add_attributes": "true",
        "authorize_url": "https://accounts.google.com/o/oauth2/v2/auth",
        "oidc_issuer": "https://accounts.google.com",
        "token_request_method": "POST",
        "token_url": "https://www.googleapis.com/oauth2/v4/token",
    },
    IdentityProviderType.LOGIN_WITH_AMAZON: {
        "attributes_url": "https://api.amazon.com/user/profile",
        "attributes_url_add_attributes": "false",
        "authorize_url": "https://www.amazon.com/ap/oa",
        "token_request_method": "POST",
        "token_url": "https://api.amazon.com/auth/o2/token",
    },
    IdentityProviderType.SIGN_IN_WITH_APPLE: {
        "attributes_url_add_attributes": "false",
        "authorize_url": "https://appleid.apple.com/auth/authorize",
        "oidc_issuer": "https://appleid.apple.com",
        "token_request_method": "POST",
        "token_url": "https://appleid.apple.com/auth/token",
    },
    IdentityProviderType.OIDC: {"attributes_url_add_attributes": "false"},
}
