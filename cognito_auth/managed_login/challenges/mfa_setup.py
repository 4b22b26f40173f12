"""MFA_SETUP: people without a second factor set one up.

===================  ===========================================================================
the page shows       while
===================  ===========================================================================
the ways             several can be set up and none was chosen
a QR code            an authenticator app is being set up; its secret waits in the step
a field              an address for codes is asked for; its page then asks for the code
===================  ===========================================================================
"""

import datetime
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

import segno
from django.http import HttpRequest
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from cognito_auth.managed_login import fields
from cognito_auth.managed_login.challenges import ChallengePage, code_of, respond
from cognito_auth.managed_login.fields import Field, posted
from cognito_auth.managed_login.steps import Step
from cognito_auth.services import mfa
from cognito_auth.services.attributes import schema
from cognito_auth.services.oauth.authorization_requests import AuthorizationRequest
from cognito_auth.services.request_origin import RequestOrigin
from cognito_auth.services.sign_in import engine, software_token_setup

_FACTORS = "MFAS_CAN_SETUP"
_KEYS = {mfa.EMAIL: "EMAIL", mfa.SMS: "PHONE_NUMBER"}
_CHOSEN, _SECRET = "factor", "secret"


class MfaSetupPage(ChallengePage):
    """Sets up an authenticator app, or asks for an address that codes will go to."""

    challenge = mfa.SETUP
    path = "mfa/setup"
    template = "cognito_auth/managed_login/mfa_setup.html"
    shows = (_FACTORS,)

    def arrive(
        self, asked: AuthorizationRequest, step: Step, *, origin: RequestOrigin, now: datetime.datetime
    ) -> Step | engine.Result:
        """Go straight to the only way there is."""
        factors = _factors_in(step)
        return _begin(step, factors[0], origin=origin, now=now) if len(factors) == 1 else step

    def fields(self, asked: AuthorizationRequest, step: Step) -> list[Field]:
        """Return the field for the app's code or for the address."""
        factor = step.kept.get(_CHOSEN)
        if factor == mfa.SOFTWARE_TOKEN:
            return app_fields()
        item = schema.of(asked.pool).get(mfa.ATTRIBUTES[factor]) if factor in mfa.ATTRIBUTES else None
        if item is None:
            return []
        return [replace(fields.attribute(item, is_required=True), has_focus=True)]

    def values(self, asked: AuthorizationRequest, step: Step) -> Mapping[str, Any]:
        """Return the ways, and for an app its secret as text and as QR code."""
        secret = step.kept.get(_SECRET, "")
        shown: dict[str, Any] = {"factors": _factors_in(step), "factor": step.kept.get(_CHOSEN, "")}
        if secret:
            address = key_address(secret, issuer=asked.pool.name, account=step.username)
            groups = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
            shown |= {"secret": groups, "key_address": address, "qr_code": drawing_of(address)}
        return shown

    def submit(
        self,
        request: HttpRequest,
        asked: AuthorizationRequest,
        step: Step,
        *,
        origin: RequestOrigin,
        now: datetime.datetime,
    ) -> Step | engine.Result | None:
        """Take the choice, the app's code, or the address."""
        factor = step.kept.get(_CHOSEN)
        chosen = posted(request, "answer", max_length=64)
        if chosen in _factors_in(step):
            return _begin(step, chosen, origin=origin, now=now)
        if factor == mfa.SOFTWARE_TOKEN:
            return self._verify(request, asked, step, origin=origin, now=now)
        address = posted(request, mfa.ATTRIBUTES[factor]) if factor in mfa.ATTRIBUTES else ""
        return respond(asked, step, {_KEYS[str(factor)]: address}, origin=origin, now=now) if address else None

    def _verify(
        self,
        request: HttpRequest,
        asked: AuthorizationRequest,
        step: Step,
        *,
        origin: RequestOrigin,
        now: datetime.datetime,
    ) -> engine.Result | None:
        code = code_of(request, "code").get("code")
        if not code:
            return None
        name = posted(request, "device", max_length=100)
        session = software_token_setup.verify(step.session, code, friendly_name=name, origin=origin, now=now)
        return respond(asked, replace(step, session=session), {}, origin=origin, now=now)


def _factors_in(step: Step) -> list[str]:
    factors: list[str] = json.loads(step.parameters.get(_FACTORS, "[]"))
    return factors


def _begin(step: Step, factor: str, *, origin: RequestOrigin, now: datetime.datetime) -> Step:
    """Return the step in which ``factor`` is set up; an app gets its secret here."""
    if factor != mfa.SOFTWARE_TOKEN:
        return replace(step, kept={_CHOSEN: factor})
    secret, session = software_token_setup.associate(step.session, origin=origin, now=now)
    return replace(step, session=session, kept={_CHOSEN: factor, _SECRET: secret})


def app_fields() -> list[Field]:
    """Return the fields for the code that a new app shows, and for the name of the device that it is on."""
    device = Field(
        "device",
        _("Device name"),
        max_length=100,
        is_required=False,
        hint=_("Tells you later which device has the app."),
    )
    return [fields.code(label=_("Code from the app")), device]


def key_address(secret: str, *, issuer: str, account: str) -> str:
    """Return the ``otpauth`` address that authenticator apps read. Source: Google's "Key Uri Format"."""
    label = quote(f"{issuer}:{account}", safe="")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer}, quote_via=quote)}"


def drawing_of(text: str) -> str:
    """Return a QR code as an SVG element, without colours of its own but black on nothing."""
    drawing = segno.make(text, error="m", micro=False).svg_inline(
        border=2, omitsize=True, svgclass=None, lineclass=None
    )
    return mark_safe(drawing)  # noqa: S308  made of squares by us
