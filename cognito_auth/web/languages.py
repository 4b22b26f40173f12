"""Which language a page speaks: the one asked for, the one asked for before, the browser's."""

from django.http import HttpRequest
from django.utils import translation

from cognito_auth.web import cookies

# Cognito's names of languages that Django names otherwise. Source: AWS "Managed login localization".
_NAMES = {"zh-cn": "zh-hans", "zh-tw": "zh-hant"}


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
