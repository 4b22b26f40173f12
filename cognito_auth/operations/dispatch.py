"""Carrying out one call: check the request, check the caller, run the operation, tidy the response.

Every door that offers the API calls :func:`execute` and nothing else. No transaction is opened here:
what services record about a refusal must outlive it.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.utils import translation

from cognito_auth.conf import settings
from cognito_auth.exceptions import CognitoError
from cognito_auth.operations import authorization, lookups, not_offered, rates, registry
from cognito_auth.operations.call import Call


def execute(name: str, payload: Any, call: Call) -> dict[str, Any]:
    """Carry out the operation ``name`` and return its response, without absent members.

    ``payload`` is the request as decoded from JSON. In the response timestamps are numbers and binary
    members are bytes.

    Raises:
        CognitoError: any refusal; of pools with friendly messages, ``message`` is the sentence for people.
    """
    operation = registry.get(name)
    if operation.is_signed and call.principal is None:
        authorization.check(name, {}, None)
    if operation.function is None:
        raise not_offered.refusal(operation)
    request: dict[str, Any] = {}
    try:
        request = operation.validate(payload)
        if operation.is_signed:
            authorization.check(name, request, call.principal)
        if settings.throttling:
            rates.check(name, request, call)
        response = operation.function(request, _with_context(request, call))
    except CognitoError as error:
        _make_friendly(error, request, call)
        raise
    return {} if response is None else without_nulls(response)


def _with_context(request: Mapping[str, Any], call: Call) -> Call:
    """Return the call with what the request itself says about its origin."""
    metadata = request.get("ClientMetadata")
    # A server that signs the call speaks for a person at another address.
    context = request.get("ContextData") if call.principal is not None else None
    if not metadata and not context:
        return call
    origin = call.origin
    if metadata:
        origin = replace(origin, metadata=metadata)
    if context and _is_ip_address(context.get("IpAddress", "")):
        origin = replace(origin, ip_address=context["IpAddress"])
    return replace(call, origin=origin)


def _is_ip_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


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
