"""Addresses and contents of admin pages."""

from urllib.parse import urlencode

from django.contrib.admin.utils import quote
from django.contrib.messages import get_messages
from django.urls import reverse


def url(model, page, *args, **query):
    """Return the address of a page of a model's admin."""
    address = reverse(f"admin:cognito_auth_{model}_{page}", args=[quote(arg) for arg in args])
    return f"{address}?{urlencode(query)}" if query else address


def listed(response):
    """Return what a list page lists."""
    return [str(row) for row in response.context["cl"].result_list]


def said(response):
    """Return the messages that the next page shows."""
    return [str(message) for message in get_messages(response.wsgi_request)]


def errors(response):
    """Return the errors of the form on the page by field."""
    form = response.context["adminform"].form if "adminform" in response.context else response.context["form"]
    return {name: list(problems) for name, problems in form.errors.items()}


def filled(response, **changes):
    """Return what a browser would send of the form on the page, with ``changes``; ``None`` leaves one out."""
    form = response.context["adminform"].form if "adminform" in response.context else response.context["form"]
    data = {}
    for bound in form:
        if bound.field.disabled:
            continue
        value = bound.field.prepare_value(bound.value()) if hasattr(bound.field, "prepare_value") else bound.value()
        if bound.field.__class__.__name__ == "BooleanField":
            if value:
                data[bound.html_name] = "on"
        elif bound.widget_type == "datetime":
            data[bound.html_name] = bound.field.widget.format_value(value) or ""
        elif isinstance(value, list | tuple) or getattr(bound.field.widget, "allow_multiple_selected", False):
            data[bound.html_name] = [str(getattr(item, "pk", item)) for item in value or []]
        else:
            data[bound.html_name] = "" if value is None else str(value)
    data.update(changes)
    return {name: value for name, value in data.items() if value is not None}
