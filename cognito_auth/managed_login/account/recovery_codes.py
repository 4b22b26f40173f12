"""``/<pool id>/account/recoveryCodes``: how many are left, and new ones, shown this once."""

from typing import Any

from django.http import HttpResponse

from cognito_auth.exceptions import CognitoError
from cognito_auth.managed_login import problems
from cognito_auth.managed_login.account.visits import FRESH_FOR, Visit, of_account
from cognito_auth.services.mfa import recovery_codes as service


@of_account("recoveryCodes", fresh=FRESH_FOR)
def recovery_codes(visit: Visit) -> HttpResponse:
    """Say how many codes are left; make new ones in place of the old."""
    if not visit.is_post:
        return _show(visit)
    try:
        codes = service.generate(visit.user, now=visit.now)
    except CognitoError as error:
        return _show(visit, alert=problems.sentence(error), status=error.status)
    # In this very answer, which nothing keeps: a redirect would have to keep them.
    return _show(visit, codes=codes)


def _show(visit: Visit, **values: Any) -> HttpResponse:
    remaining = service.remaining(visit.user)
    return visit.show("recovery_codes.html", remaining=remaining, number=service.NUMBER, **values)
