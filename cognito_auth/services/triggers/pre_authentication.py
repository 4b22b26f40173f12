"""PreAuthentication: somebody wants to sign in and has not proved anything yet; may refuse.

Called for people who do not exist too where the client hides that, with ``userNotFound``.
Source: AWS "Pre authentication Lambda trigger".
"""

from collections.abc import Mapping

from cognito_auth.choices import TriggerKind
from cognito_auth.models import UserPool
from cognito_auth.services.triggers import calling, event, responses
from cognito_auth.services.triggers.event import Occasion

KIND = TriggerKind.PRE_AUTHENTICATION
SOURCE = "PreAuthentication_Authentication"


def is_configured(pool: UserPool) -> bool:
    """Tell whether there is a handler."""
    return calling.handler_of(KIND, pool.pk) is not None


def run(occasion: Occasion, *, validation_data: Mapping[str, str]) -> None:
    """Ask the handler whether the sign-in may go on.

    Raises:
        TriggerError: it refused or failed.
    """
    handler = calling.handler_of(KIND, occasion.pool.pk)
    if handler is None:
        return
    request = {
        "validationData": dict(validation_data) if validation_data else None,
        "userNotFound": occasion.user is None,
    }
    happening = event.build(SOURCE, occasion, request=request, response={})
    responses.ask(handler, happening, {}, strict=occasion.pool.strict)
