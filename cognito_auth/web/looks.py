"""How a page looks: the style of its app client, else the style sheet and logo of the classic pages.

Source: AWS "Apply branding to managed login pages", "Customizing hosted UI (classic) branding".
"""

from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from cognito_auth.models import UserPool, UserPoolClient
from cognito_auth.services import ui_customization
from cognito_auth.services.branding import appearance
from cognito_auth.services.branding.appearance import Picture


@dataclass(frozen=True, slots=True)
class Look:
    """What a page's frame needs.

    Attributes:
        style_sheet: CSS variables, made from checked parts.
        own_style_sheet: what comes after the sheet of the pages: background image, or the classic style sheet.
        color_scheme: as CSS has it.
        logo: addresses of the logo, empty without one.
        favicon: address of the tab's icon.
        has_images: whether anything is loaded from where assets are served.
    """

    style_sheet: SafeString
    own_style_sheet: SafeString
    color_scheme: str
    logo: Picture
    favicon: str
    has_images: bool


def of(pool: UserPool | None, client: UserPoolClient | None = None) -> Look:
    """Return the look of a page for a client, of all pages of a pool, or of a page of no pool."""
    style = appearance.default_style() if client is None else appearance.style_of(client)
    logo, own = style.logo, _background(style)
    if pool is not None and not style.has_style:
        classic = ui_customization.of(pool, client)
        if classic is not None:
            # Checked when it was stored: classes of the pages only, and nothing that ends the style sheet.
            own = classic.css
            logo = Picture(ui_customization.image_url(classic))
    if style.color_scheme != "light dark":
        # One mode only: the picture of that mode, whatever the device prefers.
        logo = Picture((logo.dark if style.color_scheme == "dark" else "") or logo.light or logo.dark)
    favicon = style.favicon.light or style.favicon.dark
    return Look(
        style_sheet=mark_safe(style.style_sheet()),  # noqa: S308  colours and lengths, made anew from checked parts
        own_style_sheet=mark_safe(own),  # noqa: S308  see above
        color_scheme=style.color_scheme,
        logo=logo,
        favicon=favicon,
        has_images=bool(logo or favicon or style.page_background),
    )


def _background(style: appearance.Appearance) -> str:
    """Return the rules for the image behind everything; its address is made of our base URL and a UUID."""
    picture = style.page_background
    if not picture:
        return ""
    light, dark = picture.light or picture.dark, picture.dark or picture.light
    if style.color_scheme == "dark":
        light = dark
    sheet = f'body{{background-image:url("{light}")}}'
    if style.color_scheme == "light dark" and dark != light:
        sheet += f'@media (prefers-color-scheme:dark){{body{{background-image:url("{dark}")}}}}'
    return sheet
