"""Buttons that do one thing and lead back to their section."""

from collections.abc import Callable

from django.http import HttpResponse

from cognito_auth.exceptions import CognitoError, ResourceNotFoundException
from cognito_auth.managed_login import problems
from cognito_auth.managed_login.account.visits import Visit

Show = Callable[..., HttpResponse]


def act(visit: Visit, action: Callable[[], object], *, done: str, show: Show) -> HttpResponse:
    """Do it and say so; a refusal is said on the page that ``show(visit, alert=…, status=…)`` returns.

    What is to go and is gone already is no refusal: the person pressed twice, or in two windows.
    """
    try:
        action()
    except ResourceNotFoundException:
        pass
    except CognitoError as error:
        return show(visit, alert=problems.sentence(error), status=error.status)
    return visit.done(done)
