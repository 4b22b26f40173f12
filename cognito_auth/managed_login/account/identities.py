"""``/<pool id>/account/identities``: accounts elsewhere that sign in to this one.

Linking another begins at ``/<pool id>/oauth2/linkrequest``, which is another door's.
"""

from typing import Any

from django.http import HttpResponse

from cognito_auth.managed_login import providers
from cognito_auth.managed_login.account.actions import act
from cognito_auth.managed_login.account.visits import FRESH_FOR, Visit, of_account
from cognito_auth.services import linked_identities
from cognito_auth.web import addresses

_MAX_DIGITS = 18


@of_account("identities", fresh=FRESH_FOR)
def identities(visit: Visit) -> HttpResponse:
    """List the accounts; unlink one."""
    if not visit.is_post:
        return _show(visit)
    text = visit.request.POST.get("identity", "")
    # Of none there is the id zero.
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS else 0
    return act(visit, lambda: linked_identities.unlink_own(visit.user, number), done="unlinked", show=_show)


def _show(visit: Visit, **values: Any) -> HttpResponse:
    found = linked_identities.of(visit.user)
    rows = [
        {
            "id": identity.pk,
            "provider": providers.shown_name(identity.provider_name, identity.provider_type),
            "kind": identity.provider_type,
            "value": identity.attribute_value,
            "at": identity.created_at,
            "is_enabled": identity.is_enabled,
            "can_unlink": linked_identities.may_unlink(visit.user, identity),
        }
        for identity in found
    ]
    can_link = len(found) < linked_identities.MAX_IDENTITIES
    return visit.show(
        "identities.html",
        identities=rows,
        providers=providers.offers(visit.client) if can_link else (),
        link=addresses.page(visit.request, visit.pool.pk, "oauth2/linkrequest"),
        **values,
    )
