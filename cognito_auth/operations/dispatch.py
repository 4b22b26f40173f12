"""Carrying out one call: check the request, check the caller, run the operation, tidy the response.

Every door that offers the API calls :func:`execute` and nothing else. No transaction is opened here:
what services record about a refusal must outlive it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.utils import translation

from cognito_auth.conf import settings
from cognito_auth.exceptions import CognitoError
from cognito_auth.operations import audit_events, authorization, lookups, not_offered, rates, registry
from cognito_auth.operations.call import TRUSTED, Call
from cognito_auth.services import simultaneous
from cognito_auth.services.request_origin import storable_address


def execute(name: str, payload: Any, call: Call) -> dict[str, Any]:
    """Carry out the operation ``name`` and return its response, without absent members.

    ``payload`` is the request as decoded from JSON. In the response timestamps are numbers and binary
    members are bytes.

    Raises:
        CognitoError: any refusal; of pools with friendly messages, ``message`` is the sentence for people.
    """
    operation = registry.get(name)
    if not operation.heeds_signatures:
        return _execute(operation, payload, call)
    try:
        response = _execute(operation, payload, call)
    except Exception as error:
        audit_events.record(name, payload, call, error)
        raise
    audit_events.record(name, payload, call)
    return response


def refuse(name: str, call: Call, error: CognitoError) -> None:
    """Record that a door refused a call before there was a request to execute, such as one that is not JSON."""
    if registry.get(name).heeds_signatures:
        audit_events.record(name, None, call, error)


def _execute(operation: registry.Operation, payload: Any, call: Call) -> dict[str, Any]:
    name = operation.name
    if operation.is_signed and call.principal is None:
        authorization.check(name, {}, None)
    if operation.function is None:
        raise not_offered.refusal(operation)
    request: dict[str, Any] = {}
    try:
        request = operation.validate(payload)
        if operation.heeds_signatures and call.principal is not None:
            authorization.check(name, request, call.principal)
            if call.principal is not TRUSTED:
                lookups.refuse_other_region(request, call.region)
        if settings.throttling:
            rates.check(name, request, call)
        function, of_request = operation.function, _with_context(request, call)
        response = simultaneous.run(lambda: function(request, of_request))
    except CognitoError as error:
        _make_friendly(error, request, call)
        raise
    return {} if response is None else without_nulls(response)


def _with_context(request: Mapping[str, Any], call: Call) -> Call:
    """Return the call with what the request itself says about its origin."""
    metadata = request.get("ClientMetadata")
    # A server that signs the call speaks for a person at another address, with another browser.
    context = request.get("ContextData") if call.principal is not None else None
    if not metadata and not context:
        return call
    origin = call.origin
    if metadata:
        origin = replace(origin, metadata=metadata)
    if context:
        origin = replace(
            origin,
            ip_address=storable_address(context.get("IpAddress", "")) or origin.ip_address,
            user_agent=_user_agent_in(context.get("HttpHeaders", ())) or origin.user_agent,
        )
    return replace(call, origin=origin)


def _user_agent_in(headers: Iterable[Mapping[str, str]]) -> str:
    """Return the header that names the person's browser; empty if it is not among them."""
    for header in headers:
        if header.get("headerName", "").lower() == "user-agent":
            return header.get("headerValue", "")
    return ""


def _make_friendly(error: CognitoError, request: Mapping[str, Any], call: Call) -> None:
    if error.reason is None:
        return
    pool = lookups.pool_concerned(request)
    if pool is not None and pool.friendly_messages:
        with translation.override(call.origin.language or None):
            error.message = error.detail


def without_nulls(value: Any) -> Any:
    """Return a JSON-native value with every ``None`` member left out."""
    if isinstance(value, dict):
        return {
            key: without_nulls(item) if isinstance(item, (dict, list)) else item
            for key, item in value.items()
            if item is not None
        }
    if isinstance(value, list):
        return [without_nulls(item) if isinstance(item, (dict, list)) else item for item in value]
    return value
