"""How a page looks: the style of its app client, else the style sheet and logo of the classic pages.

Source: AWS "Apply branding to managed login pages", "Customizing hosted UI (classic) branding".
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.safestring import SafeString, mark_safe

from cognito_auth.models import UserPool, UserPoolClient
from cognito_auth.services import ui_customization
from cognito_auth.services.branding import appearance
from cognito_auth.services.branding.appearance import Appearance, Bar, Picture

_ASIDE = "clamp(0px, 7vw - 40px, 120px)"
_ACROSS: Mapping[str, Mapping[str, str]] = {
    "START": {"--form-across": "flex-start", "--form-aside": f"{_ASIDE} 0"},
    "END": {"--form-across": "flex-end", "--form-aside": f"0 {_ASIDE}"},
}
_DOWN: Mapping[str, Mapping[str, str]] = {"START": {"--form-down": "0 auto"}, "END": {"--form-down": "auto 0"}}


@dataclass(frozen=True, slots=True)
class Look:
    """What a page's frame needs.

    Attributes:
        style_sheet: CSS variables, made from checked parts.
        own_style_sheet: what comes after the sheet of the pages: images and the place of the form, or the classic
            style sheet.
        color_scheme: as CSS has it.
        logo: addresses of the logo, empty without one.
        header: the bar above, or ``None``; ``footer``: the one below.
        favicon: address of the tab's icon.
        has_images: whether anything is loaded from where assets are served.
    """

    style_sheet: SafeString
    own_style_sheet: SafeString
    color_scheme: str
    logo: Picture
    header: Bar | None
    footer: Bar | None
    favicon: str
    has_images: bool


def of(pool: UserPool | None, client: UserPoolClient | None = None) -> Look:
    """Return the look of a page for a client, of all pages of a pool, or of a page of no pool."""
    style = appearance.default_style() if client is None else appearance.style_of(client)
    logo, own = style.logo, _images(style) + _place_of_form(style)
    if pool is not None and not style.has_style:
        classic = ui_customization.of(pool, client)
        if classic is not None:
            # Checked when it was stored: classes of the pages only, and nothing that ends the style sheet.
            own = classic.css
            logo = Picture(ui_customization.image_url(classic))
    favicon = style.favicon.light or style.favicon.dark
    bars = [bar for bar in (style.header, style.footer) if bar is not None]
    pictures = [style.page_background, style.form_background, *(bar.logo for bar in bars)]
    return Look(
        style_sheet=mark_safe(style.style_sheet()),  # noqa: S308  colours and lengths, made anew from checked parts
        own_style_sheet=mark_safe(own),  # noqa: S308  see above
        color_scheme=style.color_scheme,
        logo=_shown(style, logo),
        header=_shown_bar(style, style.header),
        footer=_shown_bar(style, style.footer),
        favicon=favicon,
        has_images=bool(logo or favicon or any(pictures) or any(bar.background for bar in bars)),
    )


def _shown(style: Appearance, logo: Picture) -> Picture:
    """Return the addresses that a page offers; of one mode only the picture of that, whatever the device prefers."""
    if style.color_scheme == "light dark":
        return logo
    return Picture((logo.dark if style.color_scheme == "dark" else "") or logo.light or logo.dark)


def _shown_bar(style: Appearance, bar: Bar | None) -> Bar | None:
    return None if bar is None else replace(bar, logo=_shown(style, bar.logo))


def _images(style: Appearance) -> str:
    """Return the rules for images behind something."""
    found = [("body", style.page_background), ("main", style.form_background)]
    found += [(".bar.above", style.header.background)] if style.header is not None else []
    found += [(".bar.below", style.footer.background)] if style.footer is not None else []
    return "".join(_image(style, selector, picture) for selector, picture in found if picture)


def _image(style: Appearance, selector: str, picture: Picture) -> str:
    """Return the rules for one image; its address is made of our base URL and a UUID."""
    light, dark = picture.light or picture.dark, picture.dark or picture.light
    if style.color_scheme == "dark":
        light = dark
    sheet = f'{selector}{{background-image:url("{light}")}}'
    if style.color_scheme == "light dark" and dark != light:
        sheet += f'@media (prefers-color-scheme:dark){{{selector}{{background-image:url("{dark}")}}}}'
    return sheet


def _place_of_form(style: Appearance) -> str:
    """Return where the sheet of the pages puts the form, other than into the middle."""
    variables = {**_ACROSS.get(style.form_across, {}), **_DOWN.get(style.form_down, {})}
    return f":root{{{';'.join(f'{name}:{value}' for name, value in variables.items())}}}" if variables else ""
