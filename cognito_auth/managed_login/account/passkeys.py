"""``/<pool id>/account/passkeys``: the passkeys of a person; adding one is a page of its own."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse

from cognito_auth.managed_login.account.actions import act
from cognito_auth.managed_login.account.visits import FRESH_FOR, Visit, of_account
from cognito_auth.services.oauth.authorization_requests import PASSKEYS_PAGE
from cognito_auth.services.passkeys import configuration, credentials
from cognito_auth.web import addresses


@of_account("passkeys", fresh=FRESH_FOR)
def passkeys(visit: Visit) -> HttpResponse:
    """List the passkeys; delete one."""
    if not visit.is_post:
        return _show(visit)
    credential_id = visit.request.POST.get("passkey", "").replace("\x00", "")
    return act(visit, lambda: credentials.delete(visit.user, credential_id), done="removed", show=_show)


def _show(visit: Visit, **values: Any) -> HttpResponse:
    found = list(credentials.of(visit.user))
    can_add = configuration.is_enabled(visit.pool) and len(found) < credentials.limit_of(visit.pool)
    back = addresses.absolute(visit.request, visit.pool.pk, PASSKEYS_PAGE)
    query = urlencode({"client_id": visit.client.pk, "redirect_uri": back})
    return visit.show(
        "passkeys.html",
        passkeys=found,
        usable_at=configuration.relying_party_id(visit.pool),
        add=addresses.page(visit.request, visit.pool.pk, "passkeys/add", query) if can_add else "",
        **values,
    )
