"""``/<pool id>/account/sessions``: where a person is signed in, and ending it.

=============  ===============================================================================
the form says  what happens
=============  ===============================================================================
a session      it ends, and the browser's that it came from, or what came from it
``others``     all end but this browser's
``here``       this browser's ends
=============  ===============================================================================
"""

from typing import Any

from django.http import HttpResponse

from cognito_auth.managed_login.account.actions import act
from cognito_auth.managed_login.account.visits import Visit, of_account
from cognito_auth.models import BrowserSession, TokenFamily
from cognito_auth.services import sessions as service
from cognito_auth.services import sign_out, user_agents
from cognito_auth.web import cookies, pages

_MOST_SHOWN = 100
_SIGNED_OUT = "cognito_auth/managed_login/signed_out.html"


@of_account("sessions")
def sessions(visit: Visit) -> HttpResponse:
    """List the sessions; end one, the others, or this one."""
    if not visit.is_post:
        return _show(visit)
    action = visit.request.POST.get("action", "")
    session_id = visit.request.POST.get("session", "")
    if action == "here" or session_id == service.id_of_browser(visit.session.pk):
        return _leave(visit)
    if action == "others":
        return act(visit, lambda: _end_others(visit), done="signed_out_else", show=_show)
    return act(visit, lambda: _end(visit, session_id), done="signed_out", show=_show)


def _end_others(visit: Visit) -> None:
    sign_out.everywhere_else(visit.session, client_id=visit.client.pk, origin=visit.origin, now=visit.now)


def _end(visit: Visit, session_id: str) -> None:
    family_id = service.family_id_in(session_id)
    came_from_here = (
        family_id is not None and TokenFamily.objects.filter(pk=family_id, browser_session=visit.session.pk).exists()
    )
    # Who ends an app's session that came from this browser stays here.
    service.end(visit.user, session_id, with_linked=not came_from_here, origin=visit.origin, now=visit.now)


def _leave(visit: Visit) -> HttpResponse:
    sign_out.of_browser(visit.session, origin=visit.origin, now=visit.now)
    response = pages.render(visit.request, _SIGNED_OUT, {"pool": visit.pool, "client": visit.client})
    cookies.delete(visit.request, response, visit.pool.pk, cookies.SESSION)
    return response


def _show(visit: Visit, **values: Any) -> HttpResponse:
    browsers = service.browsers(visit.user, now=visit.now).select_related("client")[:_MOST_SHOWN]
    families = service.alive(visit.user, now=visit.now).select_related("client")
    newest = families.order_by("-authenticated_at", "origin_jti")[:_MOST_SHOWN]
    return visit.show(
        "sessions.html",
        browsers=[_browser(visit, row) for row in browsers],
        families=[_family(visit, row) for row in newest],
        # Of strict pools that do not track sessions, none can be ended alone.
        can_end_one=not visit.pool.strict or service.is_tracked(visit.pool),
        **values,
    )


def _browser(visit: Visit, row: BrowserSession) -> dict[str, Any]:
    return {
        "id": service.id_of_browser(row.pk),
        "is_here": row.pk == visit.session.pk,
        "what": user_agents.describe(row.user_agent),
        "app": "" if row.client is None else row.client.name,
        "ip_address": row.ip_address,
        "at": row.authenticated_at,
    }


def _family(visit: Visit, row: TokenFamily) -> dict[str, Any]:
    return {
        "id": service.id_of(row.pk),
        "what": user_agents.describe(row.user_agent),
        "app": row.client.name,
        "ip_address": row.ip_address,
        "at": row.authenticated_at,
        "used_at": row.refreshed_at,
    }
