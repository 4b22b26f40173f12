"""PostConfirmation: an account was confirmed, or a forgotten password was replaced.

As on AWS the confirmation stays when the handler raises. With
``COGNITO_AUTH["TRANSACTIONAL_POST_CONFIRMATION"]`` it is undone instead, except in strict pools: callers
call :func:`within` inside their transaction and :func:`after` behind it, and one of the two acts.
Source: AWS "Post confirmation Lambda trigger".
"""

from cognito_auth.choices import TriggerKind
from cognito_auth.conf import settings
from cognito_auth.models import AbstractCognitoUser, UserPool, UserPoolClient
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.triggers import calling, event, responses

KIND = TriggerKind.POST_CONFIRMATION
CONFIRM_SIGN_UP = "PostConfirmation_ConfirmSignUp"
CONFIRM_FORGOT_PASSWORD = "PostConfirmation_ConfirmForgotPassword"


def is_configured(pool: UserPool) -> bool:
    """Tell whether there is a handler."""
    return calling.handler_of(KIND, pool.pk) is not None


def undoes(pool: UserPool) -> bool:
    """Tell whether a failing handler undoes the confirmation."""
    return settings.transactional_post_confirmation and not pool.strict


def within(
    source: str, user: AbstractCognitoUser, *, client: UserPoolClient | None, origin: RequestOrigin | None
) -> None:
    """Call the handler inside the transaction that confirms, where its failure is to undo that.

    Raises:
        TriggerError: it refused or failed.
    """
    if undoes(user.pool):
        _run(source, user, client, origin)


def after(
    source: str, user: AbstractCognitoUser, *, client: UserPoolClient | None, origin: RequestOrigin | None
) -> None:
    """Call the handler after the confirmation is committed, unless :func:`within` did.

    Raises:
        TriggerError: it refused or failed; the user is confirmed.
    """
    if not undoes(user.pool):
        _run(source, user, client, origin)


def _run(source: str, user: AbstractCognitoUser, client: UserPoolClient | None, origin: RequestOrigin | None) -> None:
    handler = calling.handler_of(KIND, user.pool_id)
    if handler is None:
        return
    occasion = event.about(user, client, metadata=origin.metadata if origin else None)
    responses.ask(handler, event.build(source, occasion, request={}, response={}), {}, strict=user.pool.strict)
