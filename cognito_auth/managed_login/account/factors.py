"""``/<pool id>/account/factors``: which second factors are asked for, and which one first."""

from typing import Any

from django.http import HttpResponse

from cognito_auth.managed_login.account.actions import act
from cognito_auth.managed_login.account.visits import FRESH_FOR, Visit, of_account
from cognito_auth.services import mfa
from cognito_auth.services.mfa import preferences, software_token
from cognito_auth.services.mfa.preferences import FactorSetting


@of_account("factors", fresh=FRESH_FOR)
def factors(visit: Visit) -> HttpResponse:
    """Switch a factor on or off, or prefer one."""
    if not visit.is_post:
        return _show(visit)
    action, factor = visit.request.POST.get("action", ""), visit.request.POST.get("factor", "")
    if action == "prefer" and not factor:
        # None is preferred: the person is asked each time.
        settings = {name: FactorSetting(True, preferred=False) for name in preferences.enabled_factors(visit.user)}
    elif factor not in mfa.FACTORS:
        return _show(visit, status=400)
    elif action == "prefer":
        settings = {factor: FactorSetting(enabled=True, preferred=True)}
    else:
        settings = {factor: FactorSetting(enabled=action == "on")}
    return act(visit, lambda: preferences.change(visit.user, settings, now=visit.now), done="saved", show=_show)


def _show(visit: Visit, **values: Any) -> HttpResponse:
    user = visit.user
    enabled = preferences.enabled_factors(user)
    rows = [
        {
            "factor": factor,
            "is_enabled": factor in enabled,
            "is_preferred": user.preferred_mfa == factor,
            "address": getattr(user, mfa.ATTRIBUTES[factor]) if factor in mfa.ATTRIBUTES else "",
            "is_ready": (
                bool(getattr(user, mfa.ATTRIBUTES[factor]))
                if factor in mfa.ATTRIBUTES
                else software_token.verified_of(user) is not None
            ),
            "set_up": visit.address(_SET_UP[factor]),
        }
        for factor, field in mfa.FACTORS.items()
        if getattr(visit.pool, field)
    ]
    return visit.show(
        "factors.html",
        rows=rows,
        has_choice=len(enabled) > 1,
        is_required=visit.pool.mfa_configuration == "ON",
        has_preference=bool(user.preferred_mfa),
        **values,
    )


_SET_UP = {mfa.SOFTWARE_TOKEN: "app", mfa.SMS: "phone", mfa.EMAIL: "email"}
