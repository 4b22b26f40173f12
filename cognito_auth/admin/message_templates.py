"""Texts of messages per pool, event and language, with a preview while one writes and a test-send.

The preview is HTML that staff wrote and users' names fill, so it is shown in a frame without scripts,
forms or an origin, under a policy that loads nothing but pictures.
"""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cognito_auth.admin.pool_filter import InPoolFilter
from cognito_auth.admin.refusals import sentence_of
from cognito_auth.choices import DeliveryMedium, MessageEvent
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import MessageTemplate, UserPool
from cognito_auth.services.messages import preview

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_TEXT_FIELDS = ("subject", "text", "html", "sms")
_PLACEHOLDERS = gettext_lazy(
    "Placeholders: {####} the code or temporary password, {username} the name to sign in with,"
    " {link} the address to follow, {##text##} a link with that text. An empty part falls back to the"
    " built-in text."
)
_CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src https: data:"


class MessageTemplateForm(forms.ModelForm):  # type: ignore[type-arg]
    """One text."""

    class Meta:
        model = MessageTemplate
        fields = ("pool", "event", "language", *_TEXT_FIELDS)
        labels = {"pool": gettext_lazy("User pool")}
        widgets = {
            "text": forms.Textarea(attrs={"rows": 8, "class": "vLargeTextField"}),
            "html": forms.Textarea(attrs={"rows": 12, "class": "vLargeTextField cognito-code"}),
            "sms": forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField", "maxlength": 140}),
            "subject": AdminTextInputWidget(),
        }


class PreviewForm(forms.Form):
    """What the preview is made from: the form as it is, valid or not yet."""

    pool = forms.ModelChoiceField(queryset=UserPool.objects.all())
    event = forms.ChoiceField(choices=MessageEvent.choices)
    language = forms.CharField(required=False, max_length=16)
    subject = forms.CharField(required=False, max_length=140)
    text = forms.CharField(required=False, max_length=20000)
    html = forms.CharField(required=False, max_length=20000)
    sms = forms.CharField(required=False, max_length=140)
    to = forms.CharField(required=False, max_length=320)

    def template(self) -> MessageTemplate:
        """Return the text as it would be stored."""
        given = self.cleaned_data
        texts = {name: given[name] for name in _TEXT_FIELDS}
        return MessageTemplate(pool=given["pool"], event=given["event"], language=given["language"], **texts)


@admin.register(MessageTemplate)
class MessageTemplateAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Texts of the pools."""

    form = MessageTemplateForm
    list_display = ("event", "language_name", "pool", "subject")
    list_filter = (InPoolFilter, "event")
    list_select_related = ("pool",)
    ordering = ("pool_id", "event", "language")
    show_full_result_count = False
    change_form_template = "admin/cognito_auth/messagetemplate/change_form.html"
    fieldsets = (
        (None, {"fields": (("pool", "event", "language"),)}),
        (gettext_lazy("E-mail"), {"fields": ("subject", "text", "html"), "description": _PLACEHOLDERS}),
        (gettext_lazy("Text message"), {"fields": ("sms",)}),
    )

    class Media:
        js = ("cognito_auth/admin/message_preview.js",)

    @admin.display(description=gettext_lazy("language"), ordering="language")
    def language_name(self, template: MessageTemplate) -> str:
        """Show the language, or that the text is for all."""
        return template.language or _("every language")

    def get_urls(self) -> list[URLPattern]:
        """Add the preview and the test-send."""
        wrap = self.admin_site.admin_view
        urls: list[URLPattern] = [
            path("preview/", wrap(self.preview_view), name="cognito_auth_messagetemplate_preview"),
            path("send-test/", wrap(self.send_test_view), name="cognito_auth_messagetemplate_send_test"),
            *super().get_urls(),
        ]
        return urls

    def _posted(self, request: "HttpRequest") -> PreviewForm:
        if request.method != "POST" or not self._may_edit(request):
            raise PermissionDenied
        return PreviewForm(request.POST)

    def _may_edit(self, request: "HttpRequest") -> bool:
        return self.has_change_permission(request) or self.has_add_permission(request)

    def preview_view(self, request: "HttpRequest") -> "HttpResponse":
        """Answer with all parts of the message, filled with sample values, as JSON."""
        form = self._posted(request)
        if not form.is_valid():
            return JsonResponse({"problems": _problems(form)}, status=400)
        given = form.cleaned_data
        rendered = preview.render(
            given["pool"], MessageEvent(given["event"]), language=given["language"], template=form.template()
        )
        parts = {name: getattr(rendered, name) for name in _TEXT_FIELDS}
        return JsonResponse({**parts, "policy": _CSP})

    def send_test_view(self, request: "HttpRequest") -> "HttpResponse":
        """Send the message, filled with sample values, to an address that staff names."""
        form = self._posted(request)
        if not form.is_valid():
            return JsonResponse({"problems": _problems(form)}, status=400)
        given = form.cleaned_data
        if not given["to"]:
            return JsonResponse({"problems": [_("Enter an e-mail address or a phone number.")]}, status=400)
        try:
            medium = preview.send_test(
                given["pool"],
                MessageEvent(given["event"]),
                language=given["language"],
                to=given["to"],
                template=form.template(),
            )
        except CognitoError as error:
            return JsonResponse({"problems": [sentence_of(error)]}, status=400)
        sent = _("The e-mail was sent.") if medium == DeliveryMedium.EMAIL else _("The text message was sent.")
        return JsonResponse({"sent": sent})

    def render_change_form(self, request: "HttpRequest", context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Tell the page where its preview comes from."""
        if self._may_edit(request):
            name = f"{self.admin_site.name}:cognito_auth_messagetemplate_"
            context["preview_url"] = reverse(f"{name}preview")
            context["send_test_url"] = reverse(f"{name}send_test")
        return super().render_change_form(request, context, *args, **kwargs)


def _problems(form: forms.Form) -> list[str]:
    """Return what is wrong, each with the name of its field."""
    return [f"{name}: {error}" for name, errors in form.errors.items() for error in errors]
