"""The form of an identity provider: one class for each type, with the details that the type has.

Secrets go in but never come out: their fields are empty, and left empty they keep what is stored.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget, AdminTextInputWidget
from django.utils.translation import gettext_lazy as _

from cognito_auth.admin.json_fields import LinesField
from cognito_auth.choices import IdentityProviderType
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import IdentityProvider
from cognito_auth.services.identity_providers import details

ACR_LEVELS = ("Level1", "Level2", "Level3", "Level4")
# Proper names: they are not translated.
TYPE_NAMES: Mapping[str, str] = {
    IdentityProviderType.OIDC: "OpenID Connect",
    IdentityProviderType.SAML: "SAML",
    IdentityProviderType.GOOGLE: "Google",
    IdentityProviderType.FACEBOOK: "Facebook",
    IdentityProviderType.SIGN_IN_WITH_APPLE: "Sign in with Apple",
    IdentityProviderType.LOGIN_WITH_AMAZON: "Login with Amazon",
}
_EMPTY_ROWS = 4
_MAX_ROWS = 100
_LABELS: Mapping[str, Any] = {
    "client_id": _("Client id"),
    "client_secret": _("Client secret"),
    "authorize_scopes": _("Scopes"),
    "api_version": _("Version of the Graph API"),
    "team_id": _("Team id"),
    "key_id": _("Key id"),
    "private_key": _("Private key (.p8)"),
    "oidc_issuer": _("Issuer"),
    "attributes_request_method": _("Method of the userinfo request"),
    "authorize_url": _("Authorization endpoint"),
    "token_url": _("Token endpoint"),
    "jwks_uri": _("Key set (JWKS)"),
    "attributes_url": _("Userinfo endpoint"),
    "MetadataURL": _("Address of the metadata"),
    "MetadataFile": _("Metadata document (XML)"),
    "IDPSignout": _("Signs out at the provider too"),
    "IDPInit": _("Takes sign-ins that begin at the provider"),
    "EncryptedResponses": _("Assertions are encrypted"),
    "RequestSigningAlgorithm": _("Requests are signed"),
}
_HELP: Mapping[str, Any] = {
    "authorize_scopes": _("Divided by spaces; for Facebook by commas."),
    "api_version": _("Such as v17.0; empty: the usual one."),
    "oidc_issuer": _("The address before /.well-known/openid-configuration, with https://."),
    "authorize_url": _("Only for issuers that cannot be discovered; then all of these addresses."),
    "MetadataURL": _("Either this or the document. It is read when somebody signs in."),
    "private_key": _("The text of the file that Apple gave."),
}
_SCOPES: Mapping[str, str] = {
    IdentityProviderType.GOOGLE: "profile email openid",
    IdentityProviderType.FACEBOOK: "public_profile, email",
    IdentityProviderType.LOGIN_WITH_AMAZON: "profile postal_code",
    IdentityProviderType.SIGN_IN_WITH_APPLE: "email name",
    IdentityProviderType.OIDC: "openid email",
}
_FLAGS = frozenset({"IDPSignout", "IDPInit", "EncryptedResponses"})
_LONG = frozenset({"MetadataFile", "private_key"})
_ADDRESSES = frozenset({"oidc_issuer", "authorize_url", "token_url", "jwks_uri", "attributes_url", "MetadataURL"})
_NOT_SET = ("", _("not set"))
_CHOICES: Mapping[str, list[tuple[str, Any]]] = {
    "attributes_request_method": [("GET", "GET"), ("POST", "POST")],
    "RequestSigningAlgorithm": [("", _("no")), ("rsa-sha256", "RSA-SHA256")],
    **{flag: [_NOT_SET, ("true", _("yes")), ("false", _("no"))] for flag in _FLAGS},
}


class MappingTable(forms.Widget):
    """Rows of an attribute and a claim, with a few empty ones for more."""

    template_name = "admin/cognito_auth/identityprovider/mapping.html"

    def get_context(self, name: str, value: Any, attrs: "Mapping[str, Any] | None") -> dict[str, Any]:
        """Add the rows."""
        context: dict[str, Any] = super().get_context(name, None, attrs)  # type: ignore[arg-type]
        rows = list((value or {}).items())
        context["rows"] = [*rows, *[("", "")] * max(0, min(_EMPTY_ROWS, _MAX_ROWS - len(rows)))]
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:
        """Return the rows that are not empty."""
        attributes, claims = data.getlist(f"{name}-attribute"), data.getlist(f"{name}-claim")
        rows = ((first.strip(), second.strip()) for first, second in zip(attributes, claims, strict=False))
        return {first: second for first, second in rows if first or second}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        """Tell whether the table was not on the page at all."""
        return f"{name}-attribute" not in data


class MappingField(forms.Field):
    """``{attribute: claim}``; what is right is decided by the service."""

    widget = MappingTable

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, **kwargs})

    def clean(self, value: Any) -> dict[str, str]:
        """Return the rows."""
        return dict(value or {})

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare the rows."""
        return dict(initial or {}) != dict(data or {})


def detail_fields(provider_type: str) -> list[str]:
    """Return the fields of the form that are details of the type."""
    return [f"detail_{key}" for key in details.keys_of(provider_type)]


def acr_fields(provider_type: str) -> list[str]:
    """Return the fields of the form for levels of authentication, which OIDC providers have."""
    return [f"acr_{level}" for level in ACR_LEVELS] if provider_type == IdentityProviderType.OIDC else []


class _Form(forms.ModelForm):  # type: ignore[type-arg]
    """What all types have."""

    provider_type: str
    attribute_mapping = MappingField(
        label=_("Attributes"),
        help_text=_(
            "Attributes of the user pool and the claims they are filled from at each sign-in. Empty a row to remove it."
        ),
    )
    identifier_lines = LinesField(
        label=_("Identifiers"),
        help_text=_("Further names, one a line, such as the domains of the people’s e-mail addresses."),
    )

    class Meta:
        model = IdentityProvider
        fields = ("pool", "name", "linking", "attribute_mapping")
        help_texts = {"name": _("3 to 32 characters, no spaces and underscores. It cannot be changed later.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        provider = self.instance
        if "name" in self.fields and self.provider_type in details.SOCIAL_TYPES:
            self.fields["name"].required = False
        if provider.pk is None:
            return
        stored = details.secrets_of(provider)
        for name in detail_fields(self.provider_type):
            key, field = name.removeprefix("detail_"), self.fields.get(name)
            if field is None:
                continue
            field.initial = "" if key in details.SECRETS else provider.details.get(key, "")
            if key in stored:
                field.required = False
                field.help_text = _("One is stored. Leave this empty to keep it.")
        for name in acr_fields(self.provider_type):
            if name in self.fields:
                self.fields[name].initial = provider.acr_mapping.get(name.removeprefix("acr_"), "")
        if "identifier_lines" in self.fields:
            self.fields["identifier_lines"].initial = [row.identifier for row in provider.identifiers.all()]

    def clean(self) -> dict[str, Any]:
        """Name social providers by their type."""
        cleaned: dict[str, Any] = super().clean() or {}
        if self.provider_type in details.SOCIAL_TYPES:
            cleaned["name"] = self.instance.name = self.provider_type
        return cleaned

    def provider_details(self) -> dict[str, str]:
        """Return the details by the API's keys."""
        return self._given("detail_", detail_fields(self.provider_type))

    def acr_mapping(self) -> dict[str, str]:
        """Return the provider's value of each level that has one."""
        return self._given("acr_", acr_fields(self.provider_type))

    def _given(self, prefix: str, names: list[str]) -> dict[str, str]:
        return {name.removeprefix(prefix): self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}

    def field_of_refusal(self, error: CognitoError) -> str | None:
        """Return the field that a refusal of the details names first."""
        problem = str(error.values.get("problem", ""))
        found = [name for name in detail_fields(self.provider_type) if name.removeprefix("detail_") in problem.split()]
        return found[0] if found and found[0] in self.fields else None


def _detail_field(provider_type: str, key: str) -> forms.Field:
    is_required = key in details.required_keys_of(provider_type)
    common: dict[str, Any] = {"label": _LABELS[key], "required": is_required, "help_text": _HELP.get(key, "")}
    if key in _CHOICES:
        return forms.ChoiceField(choices=_CHOICES[key], **common)
    widget: forms.Widget = AdminTextInputWidget(attrs={"autocomplete": "off"})
    if key in _LONG:
        widget = AdminTextareaWidget(attrs={"rows": 6, "autocomplete": "off", "spellcheck": "false"})
    elif key in details.SECRETS:
        widget = forms.PasswordInput(attrs={"autocomplete": "new-password", "class": "vTextField"})
    elif key in _ADDRESSES:
        widget = AdminTextInputWidget(attrs={"class": "vLargeTextField", "autocomplete": "off", "inputmode": "url"})
    if key == "authorize_scopes":
        common["initial"] = _SCOPES[provider_type]
    return forms.CharField(widget=widget, **common)


@lru_cache
def class_for(provider_type: str) -> type[_Form]:
    """Return the form of providers of one type."""
    fields: dict[str, Any] = {"provider_type": provider_type, "__module__": __name__}
    for key in details.keys_of(provider_type):
        fields[f"detail_{key}"] = _detail_field(provider_type, key)
    for name in acr_fields(provider_type):
        fields[name] = forms.CharField(label=name.removeprefix("acr_"), required=False, max_length=64)
    return type(f"{provider_type}Form", (_Form,), fields)
