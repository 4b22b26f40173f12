"""InboundFederation: an identity provider told of a person, at each federated sign-in.

Federated sign-in calls :func:`run` with what the provider sent, before it makes or updates the user.
Source: AWS "Inbound federation Lambda trigger".
"""

from collections.abc import Mapping
from typing import Any

from cognito_auth.choices import TriggerKind
from cognito_auth.services.triggers import calling, event, responses
from cognito_auth.services.triggers.event import Occasion

KIND = TriggerKind.INBOUND_FEDERATION
SOURCE = "InboundFederation_ExternalProvider"


def run(
    occasion: Occasion,
    mapped: Mapping[str, str],
    *,
    provider_name: str,
    provider_type: str,
    provider_attributes: Mapping[str, Any],
) -> dict[str, str]:
    """Return the attributes to store: those of the handler, or ``mapped`` where it gives none.

    ``provider_attributes`` has ``tokenResponse``, ``idToken`` and ``userInfo``, or ``samlResponse``.

    Raises:
        TriggerError: it refused or failed.
    """
    handler = calling.handler_of(KIND, occasion.pool.pk)
    if handler is None:
        return dict(mapped)
    request = {
        "providerName": provider_name,
        "providerType": provider_type,
        "attributes": dict(provider_attributes),
    }
    happening = event.build(SOURCE, occasion, request=request, response={"userAttributesToMap": {}}, attributes=mapped)
    checks = {"userAttributesToMap": responses.is_text_map}
    answer = responses.ask(handler, happening, checks, strict=occasion.pool.strict)
    return answer["userAttributesToMap"] or dict(mapped)
