"""PostAuthentication: a sign-in has passed everything and is about to get tokens; a refusal gives none.

Source: AWS "Post authentication Lambda trigger".
"""

from cognito_auth.choices import TriggerKind
from cognito_auth.services.triggers import calling, event, responses
from cognito_auth.services.triggers.event import Occasion

KIND = TriggerKind.POST_AUTHENTICATION
SOURCE = "PostAuthentication_Authentication"


def run(occasion: Occasion, *, new_device_used: bool = False) -> None:
    """Tell the handler.

    Raises:
        TriggerError: it refused or failed.
    """
    handler = calling.handler_of(KIND, occasion.pool.pk)
    if handler is None:
        return
    happening = event.build(SOURCE, occasion, request={"newDeviceUsed": new_device_used}, response={})
    responses.ask(handler, happening, {}, strict=occasion.pool.strict)
