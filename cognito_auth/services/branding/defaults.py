"""The settings document that holds where a style says nothing.

Colours are ``RRGGBBAA``, lengths pixels. Text on its background has a contrast of at least 4.5 to 1 in
both colour modes (WCAG 2.2, 1.4.3). Source of the members: the API's own settings documents.
"""

import copy
from typing import Any


def _both(light: dict[str, Any], dark: dict[str, Any], **shared: Any) -> dict[str, Any]:
    return {**shared, "lightMode": light, "darkMode": dark}


def _button(background: str, text: str, border: str) -> dict[str, str]:
    return {"backgroundColor": background, "textColor": text, "borderColor": border}


def _bar() -> dict[str, Any]:
    return _both(
        {"background": {"color": "f8fafcff"}, "borderColor": "e2e8f0ff"},
        {"background": {"color": "111827ff"}, "borderColor": "334155ff"},
        backgroundImage={"enabled": False},
        logo={"enabled": False, "location": "START"},
    )


_CATEGORIES: dict[str, Any] = {
    "auth": {
        "authMethodOrder": [
            [{"display": "BUTTON", "type": "FEDERATED"}, {"display": "INPUT", "type": "USERNAME_PASSWORD"}]
        ],
        "federation": {"interfaceStyle": "BUTTON_LIST", "order": []},
    },
    "form": {
        "displayGraphics": True,
        "instructions": {"enabled": False},
        "languageSelector": {"enabled": False},
        "location": {"horizontal": "CENTER", "vertical": "CENTER"},
        "sessionTimerDisplay": "NONE",
    },
    "global": {
        "colorSchemeMode": "DYNAMIC",
        "pageFooter": {"enabled": False},
        "pageHeader": {"enabled": False},
        "spacingDensity": "REGULAR",
    },
    "signUp": {"acceptanceElements": [{"enforcement": "NONE", "textKey": "en"}]},
}

_COMPONENT_CLASSES: dict[str, Any] = {
    "buttons": {"borderRadius": 8},
    "divider": _both({"borderColor": "e2e8f0ff"}, {"borderColor": "334155ff"}),
    "dropDown": _both(
        {
            "defaults": {"itemBackgroundColor": "ffffffff"},
            "hover": {"itemBackgroundColor": "f1f5f9ff", "itemBorderColor": "64748bff", "itemTextColor": "0f172aff"},
            "match": {"itemBackgroundColor": "475569ff", "itemTextColor": "ffffffff"},
        },
        {
            "defaults": {"itemBackgroundColor": "1e293bff"},
            "hover": {"itemBackgroundColor": "0f172aff", "itemBorderColor": "94a3b8ff", "itemTextColor": "f1f5f9ff"},
            "match": {"itemBackgroundColor": "cbd5e1ff", "itemTextColor": "0f172aff"},
        },
        borderRadius=8,
    ),
    "focusState": _both({"borderColor": "1d4ed8ff"}, {"borderColor": "93c5fdff"}),
    "idpButtons": {"icons": {"enabled": True}},
    "input": _both(
        {"defaults": {"backgroundColor": "ffffffff", "borderColor": "64748bff"}, "placeholderColor": "64748bff"},
        {"defaults": {"backgroundColor": "0f172aff", "borderColor": "94a3b8ff"}, "placeholderColor": "94a3b8ff"},
        borderRadius=8,
    ),
    "inputDescription": _both({"textColor": "475569ff"}, {"textColor": "cbd5e1ff"}),
    "inputLabel": _both({"textColor": "0f172aff"}, {"textColor": "f1f5f9ff"}),
    "link": _both(
        {"defaults": {"textColor": "1d4ed8ff"}, "hover": {"textColor": "1e3a8aff"}},
        {"defaults": {"textColor": "93c5fdff"}, "hover": {"textColor": "bfdbfeff"}},
    ),
    "optionControls": _both(
        {
            "defaults": {"backgroundColor": "ffffffff", "borderColor": "64748bff"},
            "selected": {"backgroundColor": "1d4ed8ff", "foregroundColor": "ffffffff"},
        },
        {
            "defaults": {"backgroundColor": "0f172aff", "borderColor": "94a3b8ff"},
            "selected": {"backgroundColor": "93c5fdff", "foregroundColor": "0f172aff"},
        },
    ),
    "statusIndicator": _both(
        {
            "error": {"backgroundColor": "fef2f2ff", "borderColor": "b91c1cff", "indicatorColor": "b91c1cff"},
            "pending": {"indicatorColor": "64748bff"},
            "success": {"backgroundColor": "f0fdf4ff", "borderColor": "15803dff", "indicatorColor": "15803dff"},
            "warning": {"backgroundColor": "fffbebff", "borderColor": "b45309ff", "indicatorColor": "b45309ff"},
        },
        {
            "error": {"backgroundColor": "450a0aff", "borderColor": "fca5a5ff", "indicatorColor": "fca5a5ff"},
            "pending": {"indicatorColor": "94a3b8ff"},
            "success": {"backgroundColor": "052e16ff", "borderColor": "86efacff", "indicatorColor": "86efacff"},
            "warning": {"backgroundColor": "451a03ff", "borderColor": "fcd34dff", "indicatorColor": "fcd34dff"},
        },
    ),
}

_COMPONENTS: dict[str, Any] = {
    "alert": _both(
        {"error": {"backgroundColor": "fef2f2ff", "borderColor": "b91c1cff"}},
        {"error": {"backgroundColor": "450a0aff", "borderColor": "fca5a5ff"}},
        borderRadius=8,
    ),
    "favicon": {"enabledTypes": ["ICO", "SVG"]},
    "form": _both(
        {"backgroundColor": "ffffffff", "borderColor": "e2e8f0ff"},
        {"backgroundColor": "1e293bff", "borderColor": "334155ff"},
        backgroundImage={"enabled": False},
        borderRadius=12,
        logo={"enabled": False, "formInclusion": "IN", "location": "CENTER", "position": "TOP"},
    ),
    "idpButton": {
        "custom": {},
        "standard": _both(
            {
                "active": _button("e2e8f0ff", "0f172aff", "475569ff"),
                "defaults": _button("ffffffff", "0f172aff", "64748bff"),
                "hover": _button("f1f5f9ff", "0f172aff", "475569ff"),
            },
            {
                "active": _button("334155ff", "f1f5f9ff", "cbd5e1ff"),
                "defaults": _button("1e293bff", "f1f5f9ff", "94a3b8ff"),
                "hover": _button("0f172aff", "f1f5f9ff", "cbd5e1ff"),
            },
        ),
    },
    "pageBackground": _both({"color": "f1f5f9ff"}, {"color": "0f172aff"}, image={"enabled": True}),
    "pageFooter": _bar(),
    "pageHeader": _bar(),
    "pageText": _both(
        {"bodyColor": "334155ff", "descriptionColor": "475569ff", "headingColor": "0f172aff"},
        {"bodyColor": "e2e8f0ff", "descriptionColor": "cbd5e1ff", "headingColor": "f8fafcff"},
    ),
    "phoneNumberSelector": {"displayType": "TEXT"},
    "primaryButton": _both(
        {
            "active": {"backgroundColor": "1e3a8aff", "textColor": "ffffffff"},
            "defaults": {"backgroundColor": "1d4ed8ff", "textColor": "ffffffff"},
            "disabled": {"backgroundColor": "e2e8f0ff", "borderColor": "cbd5e1ff"},
            "hover": {"backgroundColor": "1e40afff", "textColor": "ffffffff"},
        },
        {
            "active": {"backgroundColor": "60a5faff", "textColor": "0f172aff"},
            "defaults": {"backgroundColor": "93c5fdff", "textColor": "0f172aff"},
            "disabled": {"backgroundColor": "334155ff", "borderColor": "475569ff"},
            "hover": {"backgroundColor": "bfdbfeff", "textColor": "0f172aff"},
        },
    ),
    "secondaryButton": _both(
        {
            "active": _button("dbeafeff", "1e3a8aff", "1e3a8aff"),
            "defaults": _button("ffffffff", "1d4ed8ff", "1d4ed8ff"),
            "hover": _button("eff6ffff", "1e3a8aff", "1e3a8aff"),
        },
        {
            "active": _button("334155ff", "bfdbfeff", "bfdbfeff"),
            "defaults": _button("1e293bff", "93c5fdff", "93c5fdff"),
            "hover": _button("0f172aff", "bfdbfeff", "bfdbfeff"),
        },
    ),
}

_DOCUMENT: dict[str, Any] = {
    "categories": _CATEGORIES,
    "componentClasses": _COMPONENT_CLASSES,
    "components": _COMPONENTS,
}


def document() -> dict[str, Any]:
    """Return the default settings, a copy that may be changed."""
    return copy.deepcopy(_DOCUMENT)
