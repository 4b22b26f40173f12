"""The look of pages as plain values."""

import re

import pytest

from cognito_auth.services.branding import appearance, defaults, styles
from cognito_auth.services.branding.assets import GivenAsset
from tests.branding import PNG, SETTINGS
from tests.factories import UserPoolClientFactory, moment

pytestmark = pytest.mark.django_db
NOW = moment()


@pytest.fixture
def client():
    return UserPoolClientFactory()


def _contrast(one, other):
    def luminance(color):
        parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


class TestStyleOf:
    def test_is_the_default_without_a_style(self, client):
        look = appearance.style_of(client)

        assert not look.has_style
        assert look.color_scheme == "light dark"
        assert look.light["--cognito-button-background"] == "#1d4ed8ff"
        assert look.images == {}
        assert not look.logo

    def test_has_what_the_style_changes(self, client):
        styles.create(client, settings=SETTINGS, now=NOW)

        look = appearance.style_of(client)

        assert look.has_style
        assert look.light["--cognito-button-background"] == "#aa0000ff"
        assert look.dark["--cognito-button-background"] == "#93c5fdff"
        assert look.light["--cognito-form-radius"] == "12px"

    def test_shows_images_that_are_switched_on(self, client):
        given = [
            GivenAsset("FORM_LOGO", "LIGHT", "PNG", PNG),
            GivenAsset("FORM_LOGO", "DARK", "PNG", PNG),
            GivenAsset("PAGE_BACKGROUND", "DYNAMIC", "PNG", PNG),
            GivenAsset("PAGE_HEADER_LOGO", "LIGHT", "PNG", PNG),
        ]
        settings = {"components": {"form": {"logo": {"enabled": True}}}}
        style = styles.create(client, settings=settings, assets=given, now=NOW)

        look = appearance.style_of(client)

        ids = {(asset.category, asset.color_mode): asset.pk for asset in style.assets.all()}
        base = f"http://testserver/{client.pool_id}/assets/"
        assert look.logo == appearance.Picture(
            f"{base}{ids['FORM_LOGO', 'LIGHT']}", f"{base}{ids['FORM_LOGO', 'DARK']}"
        )
        background = f"{base}{ids['PAGE_BACKGROUND', 'DYNAMIC']}"
        assert look.page_background == appearance.Picture(background, background)
        assert set(look.images) == {"FORM_LOGO", "PAGE_BACKGROUND"}

    def test_has_no_bars_and_the_form_in_the_middle_by_default(self, client):
        look = appearance.style_of(client)

        assert (look.header, look.footer) == (None, None)
        assert (look.form_across, look.form_down) == ("CENTER", "CENTER")

    def test_has_the_bars_that_are_switched_on(self, client):
        given = [
            GivenAsset("PAGE_HEADER_LOGO", "DYNAMIC", "PNG", PNG),
            GivenAsset("PAGE_FOOTER_LOGO", "DYNAMIC", "PNG", PNG),
        ]
        settings = {
            "categories": {"global": {"pageHeader": {"enabled": True}, "pageFooter": {"enabled": True}}},
            "components": {"pageHeader": {"logo": {"enabled": True, "location": "END"}}},
        }
        styles.create(client, settings=settings, assets=given, now=NOW)

        look = appearance.style_of(client)

        assert look.header.logo
        assert look.header.logo_place == "END"
        assert not look.header.background
        # Its own switch is off.
        assert not look.footer.logo

    @pytest.mark.parametrize("place", ["START", "CENTER", "END"])
    def test_puts_the_form(self, client, place):
        settings = {"categories": {"form": {"location": {"horizontal": place, "vertical": place}}}}
        styles.create(client, settings=settings, now=NOW)

        look = appearance.style_of(client)

        assert (look.form_across, look.form_down) == (place, place)

    @pytest.mark.parametrize("place", ["LEFT", "", None, [], {"a": 1}])
    def test_leaves_the_form_in_the_middle_where_it_does_not_know_the_place(self, client, place):
        style = styles.create(client, settings={}, now=NOW)
        style.settings = {"categories": {"form": {"location": {"horizontal": place}}}}
        style.save()

        assert appearance.style_of(client).form_across == "CENTER"

    def test_takes_two_queries(self, client, django_assert_num_queries):
        styles.create(
            client, assets=[GivenAsset("FAVICON_ICO", "DYNAMIC", "ICO", b"\0\0\1\0\1\0" + b"x" * 20)], now=NOW
        )

        with django_assert_num_queries(2):
            assert appearance.style_of(client).favicon

    def test_puts_nothing_of_a_stored_document_into_style_sheets(self, client):
        style = styles.create(client, settings={}, now=NOW)
        evil = "red}</style><script>alert(1)</script>"
        style.settings = {
            "components": {"pageBackground": {"lightMode": {"color": evil}}, "form": {"borderRadius": evil}},
            "categories": {"global": {"colorSchemeMode": evil}},
            "componentClasses": {"buttons": [evil]},
        }
        style.save()

        sheet = appearance.style_of(client).style_sheet()

        assert "<" not in sheet
        assert re.fullmatch(r"[-\w:;#{}@() ]+", sheet)

    @pytest.mark.parametrize(
        ("mode", "start", "has_both"),
        [("LIGHT", ":root{color-scheme:light;", False), ("DARK", ":root{color-scheme:dark;", False),
         ("DYNAMIC", ":root{color-scheme:light dark;", True)],
    )  # fmt: skip
    def test_writes_the_modes_that_are_shown(self, client, mode, start, has_both):
        styles.create(client, settings={"categories": {"global": {"colorSchemeMode": mode}}}, now=NOW)

        look = appearance.style_of(client)
        sheet = look.style_sheet()

        assert sheet.startswith(start)
        assert ("prefers-color-scheme" in sheet) is has_both
        shown = look.dark if mode == "DARK" else look.light
        assert f"--cognito-link:{shown['--cognito-link']}" in sheet


class TestDefaults:
    @pytest.mark.parametrize(
        ("text", "background"),
        [
            ("page-heading", "form-background"),
            ("page-text", "form-background"),
            ("page-text", "page-background"),
            ("page-text", "error-background"),
            ("page-text", "success-background"),
            ("page-description", "form-background"),
            ("input-label", "form-background"),
            ("input-description", "form-background"),
            ("input-placeholder", "input-background"),
            ("button-text", "button-background"),
            ("button-hover-text", "button-hover-background"),
            ("button-text", "button-active-background"),
            ("secondary-text", "secondary-background"),
            ("secondary-hover-text", "secondary-hover-background"),
            ("provider-text", "provider-background"),
            ("provider-hover-text", "provider-hover-background"),
            ("link", "form-background"),
            ("link-hover", "form-background"),
        ],
    )
    @pytest.mark.parametrize("mode", ["light", "dark"])
    def test_can_be_read(self, mode, text, background):
        colors = getattr(appearance.default_style(), mode)

        assert _contrast(colors[f"--cognito-{text}"], colors[f"--cognito-{background}"]) >= 4.5

    @pytest.mark.parametrize("mode", ["light", "dark"])
    def test_shows_fields_and_focus(self, mode):
        colors = getattr(appearance.default_style(), mode)

        assert _contrast(colors["--cognito-input-border"], colors["--cognito-form-background"]) >= 3
        assert _contrast(colors["--cognito-focus"], colors["--cognito-form-background"]) >= 3

    def test_are_a_copy(self):
        defaults.document()["components"].clear()

        assert defaults.document()["components"]
