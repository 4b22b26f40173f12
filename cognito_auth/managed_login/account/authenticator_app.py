"""``/<pool id>/account/app``: setting up an authenticator app, and removing it."""

from typing import Any

from django.http import HttpResponse

from cognito_auth.exceptions import CognitoError
from cognito_auth.managed_login import fields, problems
from cognito_auth.managed_login.account.actions import act
from cognito_auth.managed_login.account.visits import FRESH_FOR, Visit, of_account
from cognito_auth.managed_login.challenges import code_of
from cognito_auth.managed_login.challenges.mfa_setup import app_fields, drawing_of, key_address
from cognito_auth.managed_login.fields import Field, posted
from cognito_auth.services import mfa
from cognito_auth.services.messages import delivery
from cognito_auth.services.mfa import preferences, software_token
from cognito_auth.services.mfa.preferences import FactorSetting


@of_account("app", fresh=FRESH_FOR)
def authenticator_app(visit: Visit) -> HttpResponse:
    """Show the app that is set up; begin with one, check its first code, or remove it."""
    if not visit.is_post:
        return _show(visit)
    action = visit.request.POST.get("action", "")
    if action == "remove":
        return act(visit, lambda: software_token.delete(visit.user, now=visit.now), done="no_app", show=_show)
    try:
        if action == "begin":
            return _show(visit, secret=software_token.associate(visit.user), fields=app_fields())
        return _verify(visit)
    except CognitoError as error:
        secret = software_token.waiting_for(visit.user)
        placed, alert = problems.place(error, fields.filled(app_fields(), visit.request, marks=False))
        return _show(visit, secret=secret, fields=placed, alert=alert, status=error.status)


def _verify(visit: Visit) -> HttpResponse:
    code = code_of(visit.request, "code").get("code", "")
    if not code:
        secret = software_token.waiting_for(visit.user)
        shown = fields.focused(fields.filled(app_fields(), visit.request))
        return _show(visit, secret=secret, fields=shown, status=400)
    name = posted(visit.request, "device", max_length=100)
    software_token.verify(visit.user, code, friendly_name=name, now=visit.now)
    wanted = FactorSetting(enabled=True, preferred=None if visit.user.preferred_mfa else True)
    preferences.change(visit.user, {mfa.SOFTWARE_TOKEN: wanted}, now=visit.now)
    return visit.done("app", section="recoveryCodes")


def _show(visit: Visit, *, secret: str = "", fields: list[Field] | None = None, **values: Any) -> HttpResponse:
    if secret:
        address = key_address(secret, issuer=visit.pool.name, account=delivery.sign_in_name(visit.user))
        groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
        values |= {"secret": groups, "key_address": address, "qr_code": drawing_of(address), "fields": fields or ()}
    app = software_token.verified_of(visit.user)
    return visit.show("app.html", app=app, is_required=visit.pool.mfa_configuration == "ON", **values)
