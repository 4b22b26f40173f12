"""Domains of the pools: prefixes and custom domains."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cognito_auth.admin.pool_filter import InPoolFilter
from cognito_auth.admin.refusals import RefusalsInForm
from cognito_auth.models import UserPoolDomain
from cognito_auth.services import user_pool_domains

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

_VERSIONS = [
    (user_pool_domains.MANAGED_LOGIN, gettext_lazy("managed login, with styles")),
    (user_pool_domains.CLASSIC, gettext_lazy("classic, with a style sheet")),
]
_SETTINGS = ("managed_login_version", "certificate_arn")


class UserPoolDomainForm(forms.ModelForm):  # type: ignore[type-arg]
    """A domain."""

    managed_login_version = forms.TypedChoiceField(
        label=gettext_lazy("Pages"), choices=_VERSIONS, coerce=int, initial=user_pool_domains.CLASSIC
    )

    class Meta:
        model = UserPoolDomain
        fields = ("pool", "domain", *_SETTINGS)
        help_texts = {
            "domain": gettext_lazy("A prefix such as people, or a host of your own such as login.example.com."),
            "certificate_arn": gettext_lazy("For custom domains of strict pools; it is kept and given back."),
        }


@admin.register(UserPoolDomain)
class UserPoolDomainAdmin(RefusalsInForm):
    """Domains of the pools."""

    form = UserPoolDomainForm
    list_display = ("domain", "pool", "is_custom", "managed_login_version", "created_at")
    list_filter = (InPoolFilter,)
    list_select_related = ("pool",)
    search_fields = ("domain__startswith",)
    search_help_text = gettext_lazy("Beginning of the domain.")
    ordering = ("pool_id", "is_custom")
    show_full_result_count = False
    readonly_fields = ("is_custom", "leads_to", "created_at")

    def get_fields(self, request: "HttpRequest", obj: Any = None) -> Any:
        """Show of a prefix what a prefix has."""
        if obj is None:
            return ("pool", "domain", *_SETTINGS)
        settings = _SETTINGS if obj.is_custom else ("managed_login_version",)
        return ("pool", "domain", "is_custom", *settings, "leads_to", "created_at")

    def get_readonly_fields(self, request: "HttpRequest", obj: Any = None) -> tuple[str, ...]:
        """Keep the name and whose it is."""
        return self.readonly_fields if obj is None else ("pool", "domain", *self.readonly_fields)

    @admin.display(description=gettext_lazy("DNS"))
    def leads_to(self, domain: UserPoolDomain) -> str:
        """Say to which host the DNS of a custom domain has to lead."""
        host = user_pool_domains.site_host()
        if not domain.is_custom or not host:
            return "—"
        return _("%(domain)s must lead to %(host)s.") % {"domain": domain.domain, "host": host}

    def save_model(self, request: "HttpRequest", obj: UserPoolDomain, form: Any, change: bool) -> None:
        """Make or change it through the service."""
        fields = {name: form.cleaned_data[name] for name in _SETTINGS if name in form.cleaned_data}
        if change:
            changed = {name: value for name, value in fields.items() if name in form.changed_data}
            user_pool_domains.update(UserPoolDomain.objects.select_related("pool").get(pk=obj.pk), changed)
            return
        created = user_pool_domains.create(obj.pool, form.cleaned_data["domain"], **fields, now=timezone.now())
        obj.__dict__.update(created.__dict__)

    def delete_model(self, request: "HttpRequest", obj: UserPoolDomain) -> None:
        """Delete through the service."""
        user_pool_domains.delete(obj)

    def delete_queryset(self, request: "HttpRequest", queryset: "QuerySet[UserPoolDomain]") -> None:
        """Delete each through the service."""
        for domain in queryset:
            user_pool_domains.delete(domain)
