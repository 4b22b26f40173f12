"""Who a person is, of a SAML response: signed by the provider, for this pool, for this request, for the first time.

Source: SAML 2.0 Profiles 4.1.4.2 and 4.1.4.3, Core 2.5; AWS "SAML session initiation".
"""

import datetime
from typing import Any

import xmlsec
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from lxml import etree
from onelogin.saml2.auth import OneLogin_Saml2_Auth
from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError

from cognito_auth import crypto
from cognito_auth.models import IdentityProvider, SamlAssertion
from cognito_auth.services.federation.identity import ExternalIdentity
from cognito_auth.services.federation.saml_sessions import SamlSession
from cognito_auth.services.identity_providers.attribute_mapping import NAME_ID
from cognito_auth.social.providers.oauth2 import MISSHAPEN, ProviderFailed
from cognito_auth.social.saml import metadata, toolkit
from cognito_auth.social.saml.requests import ACS, SLO
from cognito_auth.web import addresses

MAX_LENGTH = 262_144
# An assertion that says nothing of its end is remembered for so long; python3-saml allows clocks to differ.
_REMEMBERED = datetime.timedelta(hours=24)
_DRIFT = datetime.timedelta(minutes=10)
# Some say that they hold for ever.
_LATEST = datetime.datetime(9000, 1, 1, tzinfo=datetime.UTC).timestamp()
# What python3-saml and the libraries below it raise for what is no message.
UNREADABLE = (
    OneLogin_Saml2_Error,
    OneLogin_Saml2_ValidationError,
    etree.LxmlError,
    xmlsec.Error,
    *MISSHAPEN,
)


def identify(
    request: HttpRequest,
    provider: IdentityProvider,
    response: str,
    *,
    request_id: str | None,
    now: datetime.datetime,
) -> ExternalIdentity:
    """Return who the person is; ``response`` is the base64 of the message.

    ``request_id`` is that of our request; ``None`` where the provider began, which it has to be allowed to.

    Raises:
        ProviderFailed: the response does not hold, or was used before.
    """
    acs = addresses.absolute(request, provider.pool_id, ACS)
    slo = addresses.absolute(request, provider.pool_id, SLO)
    known = toolkit.settings_of(provider, metadata.of(provider), acs=acs, slo=slo, now=now)
    try:
        auth = toolkit.auth(known, acs, post={"SAMLResponse": response})
        auth.process_response(request_id=request_id)
    except UNREADABLE as error:
        raise _invalid(provider, f"{type(error).__name__}: {error}") from None
    if auth.get_errors() or not auth.is_authenticated():
        raise _invalid(provider, f"{auth.get_errors()}: {auth.get_last_error_reason()}")
    # Nor may the answer to a request pass for one that nobody asked for: it is bound to a browser.
    if auth.get_last_response_in_response_to() != request_id:
        raise _invalid(provider, "It answers another request than it should.")
    _note(provider, auth, now=now)
    return _identity(provider, auth)


def _invalid(provider: IdentityProvider, problem: str) -> ProviderFailed:
    return ProviderFailed(f"Invalid SAML response received: {provider.name}", problem)


def _note(provider: IdentityProvider, auth: OneLogin_Saml2_Auth, *, now: datetime.datetime) -> None:
    """Remember the assertion for as long as it would be accepted; refuse one that was here before."""
    assertion_id = auth.get_last_assertion_id()
    if not assertion_id:
        raise _invalid(provider, "Its assertion has no id.")
    until = auth.get_last_assertion_not_on_or_after()
    expires_at = now + _REMEMBERED
    if until is not None:
        expires_at = max(now, datetime.datetime.fromtimestamp(min(until, _LATEST), tz=datetime.UTC)) + _DRIFT
    digest = crypto.digest(f"{provider.name}:{assertion_id}")
    try:
        with transaction.atomic():
            SamlAssertion.objects.create(pool_id=provider.pool_id, digest=digest, expires_at=expires_at)
    except IntegrityError:
        raise _invalid(provider, "Its assertion was used before.") from None


def _identity(provider: IdentityProvider, auth: OneLogin_Saml2_Auth) -> ExternalIdentity:
    attributes: dict[str, Any] = {
        name: values[0] if len(values) == 1 else values for name, values in auth.get_attributes().items() if values
    }
    claims = {**attributes, NAME_ID: auth.get_nameid()}
    session = SamlSession(
        provider.name,
        auth.get_nameid(),
        name_format=auth.get_nameid_format(),
        qualifier=auth.get_nameid_nq(),
        sp_qualifier=auth.get_nameid_spnq(),
        index=auth.get_session_index(),
    )
    return ExternalIdentity(provider, claims, {"samlResponse": claims}, saml_session=session)
