"""The page that shows a new secret once."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.utils import quote
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def page(
    model_admin: "admin.ModelAdmin[Any]", request: "HttpRequest", obj: Any, values: Sequence[tuple[Any, str]]
) -> "HttpResponse":
    """Answer with ``values`` (label, text) to copy; neither the browser nor a proxy keeps the page."""
    opts = model_admin.opts
    name = f"{model_admin.admin_site.name}:{opts.app_label}_{opts.model_name}_change"
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Copy the secret now"),
        "subtitle": str(obj),
        "opts": opts,
        "original": obj,
        "values": values,
        "change_url": reverse(name, args=[quote(obj.pk)]),
        "media": model_admin.media,
    }
    response = TemplateResponse(request, "admin/cognito_auth/secret_shown.html", context)
    response["Cache-Control"] = "no-store"
    return response
