"""``/<pool id>/account/devices``: the devices that apps have confirmed for a person."""

from typing import Any

from django.http import HttpResponse

from cognito_auth.managed_login.account.actions import act
from cognito_auth.managed_login.account.visits import Visit, of_account
from cognito_auth.models import Device
from cognito_auth.services import devices as service

_MOST_SHOWN = 100


@of_account("devices")
def devices(visit: Visit) -> HttpResponse:
    """List the devices; forget one."""
    if not visit.is_post:
        return _show(visit)
    key = visit.request.POST.get("device", "").replace("\x00", "")
    return act(visit, lambda: service.forget(visit.user, key), done="forgotten", show=_show)


def _show(visit: Visit, **values: Any) -> HttpResponse:
    found = Device.objects.filter(user=visit.user.pk).order_by("-last_authenticated_at", "key")
    return visit.show("devices.html", devices=found[:_MOST_SHOWN], **values)
