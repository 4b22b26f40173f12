"""The look of a client's login pages as plain values: CSS variables, and addresses of images.

Pages use these variables and the members of :class:`Appearance`, and nothing else of a style, so that a page needs
to know no settings document:

===============================================  ====================================================
``--cognito-page-background``                    behind everything
``--cognito-page-heading -text -description``    text on the page and in the form
``--cognito-form-background -border -radius``    the box in the middle
``--cognito-button-background -text``            the main button; also ``-hover-background``,
                                                 ``-hover-text``, ``-active-background``, ``-radius``
``--cognito-secondary-background -text -border`` other buttons; also ``-hover-background``, ``-hover-text``
``--cognito-provider-background -text -border``  buttons of identity providers; also ``-hover-…``
``--cognito-input-background -border -radius``   fields; also ``-label``, ``-description``, ``-placeholder``
``--cognito-link``, ``--cognito-link-hover``     links
``--cognito-focus``                              the ring around what has the focus
``--cognito-error-background -border``           what went wrong; ``-error-radius``
``--cognito-success-background -border``         what went well
``--cognito-divider``                            lines
``--cognito-header-background -border``          the bar above; likewise ``-footer-…``
===============================================  ====================================================

Values are colours ``#rrggbbaa`` and lengths ``8px``, made anew from checked parts: nothing of a stored document
reaches a style sheet as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cognito_auth.models import ManagedLoginAsset, ManagedLoginBranding, UserPoolClient
from cognito_auth.services.branding import assets, defaults, settings_document

_PREFIX = "--cognito-"
# Variable → path of the colour; "*" stands for lightMode or darkMode.
_COLORS: Mapping[str, str] = {
    "page-background": "components.pageBackground.*.color",
    "page-heading": "components.pageText.*.headingColor",
    "page-text": "components.pageText.*.bodyColor",
    "page-description": "components.pageText.*.descriptionColor",
    "form-background": "components.form.*.backgroundColor",
    "form-border": "components.form.*.borderColor",
    "button-background": "components.primaryButton.*.defaults.backgroundColor",
    "button-text": "components.primaryButton.*.defaults.textColor",
    "button-hover-background": "components.primaryButton.*.hover.backgroundColor",
    "button-hover-text": "components.primaryButton.*.hover.textColor",
    "button-active-background": "components.primaryButton.*.active.backgroundColor",
    "secondary-background": "components.secondaryButton.*.defaults.backgroundColor",
    "secondary-text": "components.secondaryButton.*.defaults.textColor",
    "secondary-border": "components.secondaryButton.*.defaults.borderColor",
    "secondary-hover-background": "components.secondaryButton.*.hover.backgroundColor",
    "secondary-hover-text": "components.secondaryButton.*.hover.textColor",
    "provider-background": "components.idpButton.standard.*.defaults.backgroundColor",
    "provider-text": "components.idpButton.standard.*.defaults.textColor",
    "provider-border": "components.idpButton.standard.*.defaults.borderColor",
    "provider-hover-background": "components.idpButton.standard.*.hover.backgroundColor",
    "provider-hover-text": "components.idpButton.standard.*.hover.textColor",
    "input-background": "componentClasses.input.*.defaults.backgroundColor",
    "input-border": "componentClasses.input.*.defaults.borderColor",
    "input-placeholder": "componentClasses.input.*.placeholderColor",
    "input-label": "componentClasses.inputLabel.*.textColor",
    "input-description": "componentClasses.inputDescription.*.textColor",
    "link": "componentClasses.link.*.defaults.textColor",
    "link-hover": "componentClasses.link.*.hover.textColor",
    "focus": "componentClasses.focusState.*.borderColor",
    "error-background": "components.alert.*.error.backgroundColor",
    "error-border": "components.alert.*.error.borderColor",
    "success-background": "componentClasses.statusIndicator.*.success.backgroundColor",
    "success-border": "componentClasses.statusIndicator.*.success.borderColor",
    "divider": "componentClasses.divider.*.borderColor",
    "header-background": "components.pageHeader.*.background.color",
    "header-border": "components.pageHeader.*.borderColor",
    "footer-background": "components.pageFooter.*.background.color",
    "footer-border": "components.pageFooter.*.borderColor",
}
_LENGTHS: Mapping[str, str] = {
    "form-radius": "components.form.borderRadius",
    "button-radius": "componentClasses.buttons.borderRadius",
    "input-radius": "componentClasses.input.borderRadius",
    "error-radius": "components.alert.borderRadius",
}
# Category → the switch that shows it; categories without one are shown as soon as there is an image.
_SWITCHES: Mapping[str, str] = {
    "FORM_LOGO": "components.form.logo.enabled",
    "FORM_BACKGROUND": "components.form.backgroundImage.enabled",
    "PAGE_BACKGROUND": "components.pageBackground.image.enabled",
    "PAGE_HEADER_LOGO": "components.pageHeader.logo.enabled",
    "PAGE_HEADER_BACKGROUND": "components.pageHeader.backgroundImage.enabled",
    "PAGE_FOOTER_LOGO": "components.pageFooter.logo.enabled",
    "PAGE_FOOTER_BACKGROUND": "components.pageFooter.backgroundImage.enabled",
}
_MODES: Mapping[str, str] = {"light": "lightMode", "dark": "darkMode"}
_PLACES = frozenset({"START", "CENTER", "END"})


@dataclass(frozen=True, slots=True)
class Picture:
    """Addresses of an image in both colour modes; empty where there is none."""

    light: str = ""
    dark: str = ""

    def __bool__(self) -> bool:
        return bool(self.light or self.dark)


@dataclass(frozen=True, slots=True)
class Bar:
    """The bar above a page, or below it.

    Attributes:
        logo: addresses of its logo, empty without one.
        logo_place: ``START``, ``CENTER`` or ``END``.
        background: addresses of the image behind it.
    """

    logo: Picture
    logo_place: str
    background: Picture


@dataclass(frozen=True, slots=True)
class Appearance:
    """How the pages of a client look.

    Attributes:
        has_style: whether the client has a style; without one the defaults are shown.
        color_scheme: ``light``, ``dark``, or ``light dark`` where the browser decides, as CSS has it.
        light: CSS variables of the light mode, by name.
        dark: those of the dark mode that differ by mode.
        images: category (``FORM_LOGO`` …) → picture; only those that are switched on.
        header: the bar above, if it is switched on.
        footer: the bar below, if it is switched on.
        form_across: where the form is in the reading direction: ``START``, ``CENTER`` or ``END``.
        form_down: where it is from top to bottom, likewise.
        settings: the whole settings document, defaults included.
    """

    has_style: bool
    color_scheme: str
    light: Mapping[str, str]
    dark: Mapping[str, str]
    images: Mapping[str, Picture]
    header: Bar | None
    footer: Bar | None
    form_across: str
    form_down: str
    settings: Mapping[str, Any] = field(repr=False)

    @property
    def logo(self) -> Picture:
        """The logo of the form."""
        return self.images.get("FORM_LOGO", Picture())

    @property
    def favicon(self) -> Picture:
        """The icon of the browser's tab; a drawing rather than an ICO."""
        return self.images.get("FAVICON_SVG") or self.images.get("FAVICON_ICO") or Picture()

    @property
    def page_background(self) -> Picture:
        """The image behind everything."""
        return self.images.get("PAGE_BACKGROUND", Picture())

    @property
    def form_background(self) -> Picture:
        """The image behind the form."""
        return self.images.get("FORM_BACKGROUND", Picture())

    def style_sheet(self) -> str:
        """Return the variables as a style sheet, for a ``style`` element as it is."""
        first = self.dark if self.color_scheme == "dark" else {}
        root = _block({**self.light, **first})
        sheet = f":root{{color-scheme:{self.color_scheme};{root}}}"
        if self.color_scheme == "light dark":
            sheet += f"@media (prefers-color-scheme:dark){{:root{{{_block(self.dark)}}}}}"
        return sheet


def style_of(client: UserPoolClient) -> Appearance:
    """Return how the pages of ``client`` look; two queries, none of them reads an image.

    Raises:
        ImproperlyConfigured: no base URL is set, and the style has images.
    """
    style = ManagedLoginBranding.objects.filter(client=client).first()
    return default_style() if style is None else appearance_of(style)


def default_style() -> Appearance:
    """Return the look of a client without a style."""
    return _appearance(defaults.document(), {}, has_style=False)


def appearance_of(style: ManagedLoginBranding) -> Appearance:
    """Return the look of a style."""
    document = settings_document.merged(defaults.document(), style.settings)
    rows = ManagedLoginAsset.objects.filter(branding=style).values_list("category", "color_mode", "id")
    urls = {(category, mode): assets.url_of(style.pool_id, asset_id) for category, mode, asset_id in rows}
    return _appearance(document, urls, has_style=True)


def _appearance(document: Mapping[str, Any], urls: Mapping[tuple[str, str], str], *, has_style: bool) -> Appearance:
    scheme = _at(document, "categories.global.colorSchemeMode")
    lengths = {f"{_PREFIX}{name}": _length(document, path) for name, path in _LENGTHS.items()}
    images = _images(document, urls)
    return Appearance(
        has_style=has_style,
        color_scheme={"LIGHT": "light", "DARK": "dark"}.get(str(scheme), "light dark"),
        light={**_colors(document, "light"), **lengths},
        dark=_colors(document, "dark"),
        images=images,
        header=_bar(document, images, "pageHeader", "PAGE_HEADER"),
        footer=_bar(document, images, "pageFooter", "PAGE_FOOTER"),
        form_across=_place(document, "categories.form.location.horizontal"),
        form_down=_place(document, "categories.form.location.vertical"),
        settings=document,
    )


def _bar(document: Mapping[str, Any], images: Mapping[str, Picture], name: str, category: str) -> Bar | None:
    if _at(document, f"categories.global.{name}.enabled") is not True:
        return None
    return Bar(
        logo=images.get(f"{category}_LOGO", Picture()),
        logo_place=_place(document, f"components.{name}.logo.location"),
        background=images.get(f"{category}_BACKGROUND", Picture()),
    )


def _place(document: Mapping[str, Any], path: str) -> str:
    place = _at(document, path)
    return str(place if isinstance(place, str) and place in _PLACES else _at(defaults.document(), path))


def _colors(document: Mapping[str, Any], mode: str) -> dict[str, str]:
    colors = {}
    for name, path in _COLORS.items():
        exact = path.replace("*", _MODES[mode])
        value = _at(document, exact)
        if not settings_document.is_color(value):
            value = _at(defaults.document(), exact)
        colors[f"{_PREFIX}{name}"] = f"#{value.lower()}"
    return colors


def _length(document: Mapping[str, Any], path: str) -> str:
    value = _at(document, path)
    if isinstance(value, bool) or not isinstance(value, int | float):
        value = _at(defaults.document(), path)
    return f"{value:g}px"


def _images(document: Mapping[str, Any], urls: Mapping[tuple[str, str], str]) -> dict[str, Picture]:
    pictures = {}
    for category in {category for category, _mode in urls}:
        switch = _SWITCHES.get(category)
        if switch is not None and _at(document, switch) is not True:
            continue
        either = urls.get((category, "DYNAMIC"), "")
        picture = Picture(urls.get((category, "LIGHT"), either), urls.get((category, "DARK"), either))
        pictures[category] = picture
    return pictures


def _at(document: Any, path: str) -> Any:
    for name in path.split("."):
        document = document.get(name) if isinstance(document, Mapping) else None
    return document


def _block(variables: Mapping[str, str]) -> str:
    return ";".join(f"{name}:{value}" for name, value in variables.items())
