"""Which language a page speaks: the one asked for, the one asked for before, the browser's."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils import translation

from cognito_auth.web import cookies, queries

# Cognito's names of languages that Django names otherwise. Source: AWS "Managed login localization".
_NAMES = {"zh-cn": "zh-hans", "zh-tw": "zh-hant"}


# The languages of our own texts; a project shows those of them that are in its LANGUAGES.
_TRANSLATED = frozenset({"en", "de", "es", "fr", "ja", "pt-br"})


@dataclass(frozen=True, slots=True)
class Choice:
    """A language that a page can be had in: its name in itself, and where."""

    code: str
    name: str
    address: str
    is_current: bool


def choices(request: HttpRequest) -> list[Choice]:
    """Return the languages of this page, by name; nothing if there is just one."""
    current = translation.get_language() or ""
    query = request.META.get("QUERY_STRING", "")
    codes = [code for code, _name in settings.LANGUAGES if code in _TRANSLATED]
    found = [
        Choice(
            code=code,
            name=_name_of(code),
            address=f"{request.path}?{queries.changed(query, lang=code)}",
            is_current=code in (current, current.partition("-")[0]),
        )
        for code in codes
    ]
    return sorted(found, key=lambda choice: choice.name.casefold()) if len(found) > 1 else []


def _name_of(code: str) -> str:
    name: str = translation.get_language_info(code)["name_local"]
    return name[:1].upper() + name[1:]


def asked_for(request: HttpRequest) -> str | None:
    """Return the language in ``lang``, if there is such a one."""
    return _known(request.GET.get("lang", ""))


def of(request: HttpRequest) -> str:
    """Return the language for this request."""
    return (
        asked_for(request)
        or _known(request.COOKIES.get(cookies.LANGUAGE, ""))
        or translation.get_language_from_request(request)
    )


def _known(text: str) -> str | None:
    if not text or len(text) > 16:
        return None
    name = text.lower().replace("_", "-")
    try:
        return translation.get_supported_language_variant(_NAMES.get(name, name))
    except LookupError:
        return None
