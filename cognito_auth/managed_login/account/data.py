"""``/<pool id>/account/data``: all that is stored of a person, as a file of JSON."""

import json

from django.http import HttpResponse

from cognito_auth.managed_login.account.visits import FRESH_FOR, Visit, of_account
from cognito_auth.services import account_data


@of_account("data", fresh=FRESH_FOR)
def data(visit: Visit) -> HttpResponse:
    """Say what is in the file, and send it."""
    if not visit.is_post:
        return visit.show("data.html")
    text = json.dumps(account_data.of(visit.user, now=visit.now), ensure_ascii=False, indent=2)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="account-{visit.user.sub}.json"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
