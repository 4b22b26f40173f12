"""Pages in the look of their app client."""

import re
from html import unescape

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import get_template

from cognito_auth.services import ui_customization
from cognito_auth.services.branding import styles
from cognito_auth.services.branding.assets import GivenAsset
from tests.branding import PNG, SVG
from tests.factories import moment

pytestmark = pytest.mark.django_db
NOW = moment()
PURPLE = {
    "components": {
        "primaryButton": {"lightMode": {"defaults": {"backgroundColor": "7c3aedff", "textColor": "ffffffff"}}},
        "form": {"logo": {"enabled": True}},
        "pageBackground": {"image": {"enabled": True}},
    }
}


def assets():
    return [
        GivenAsset("FORM_LOGO", "LIGHT", "SVG", SVG),
        GivenAsset("FORM_LOGO", "DARK", "PNG", PNG),
        GivenAsset("PAGE_BACKGROUND", "DYNAMIC", "PNG", PNG),
    ]


BARS = {
    "categories": {"global": {"pageHeader": {"enabled": True}, "pageFooter": {"enabled": True}}},
    "components": {
        "form": {"backgroundImage": {"enabled": True}},
        "pageHeader": {"logo": {"enabled": True, "location": "CENTER"}, "backgroundImage": {"enabled": True}},
    },
}


def bar_assets():
    return [
        GivenAsset("PAGE_HEADER_LOGO", "DYNAMIC", "SVG", SVG),
        GivenAsset("PAGE_HEADER_BACKGROUND", "DYNAMIC", "PNG", PNG),
        GivenAsset("PAGE_FOOTER_LOGO", "DYNAMIC", "PNG", PNG),
        GivenAsset("FORM_BACKGROUND", "DYNAMIC", "PNG", PNG),
    ]


class TestStyle:
    def test_colours_the_pages_of_its_client(self, opens, oauth_client):
        styles.create(oauth_client, settings=PURPLE, now=NOW)

        html = opens().html

        assert "--cognito-button-background:#7c3aedff" in html
        assert '<span class="initial" aria-hidden="true">P</span>' in html

    def test_shows_logo_and_background(self, opens, oauth_client, client):
        styles.create(oauth_client, settings=PURPLE, assets=assets(), now=NOW)

        page = opens()
        dark = re.search(r'srcset="([^"]+)"', page.html).group(1)
        light = re.search(r'<img class="logo-customizable"\s+src="([^"]+)"\s+alt="people"', page.html).group(1)
        background = re.search(r'body\{background-image:url\("([^"]+)"\)\}', page.html).group(1)

        for address in (dark, light, background):
            assert client.get(address.removeprefix("http://testserver")).status_code == 200
        assert "img-src 'self' data: http://testserver;" in page.response["Content-Security-Policy"]

    def test_shows_the_one_logo_of_its_one_mode(self, opens, oauth_client):
        document = {**PURPLE, "categories": {"global": {"colorSchemeMode": "DARK"}}}
        styles.create(oauth_client, settings=document, assets=assets(), now=NOW)

        html = opens().html

        assert "srcset" not in html
        assert '<meta name="color-scheme" content="dark">' in html

    def test_draws_bars_with_logos_and_images(self, opens, oauth_client, client):
        styles.create(oauth_client, settings=BARS, assets=bar_assets(), now=NOW)

        page = opens()

        header = re.search(r'<header class="bar above">(.*?)</header>', page.html, re.DOTALL).group(1)
        footer = re.search(r'<div class="bar below">(.*?)</div>', page.html, re.DOTALL).group(1)
        logo = re.search(r'<picture class="at-center">.*<img src="([^"]+)" alt="people">', header, re.DOTALL).group(1)
        assert "<img" not in footer
        assert 'class="initial"' not in page.html
        above = re.search(r'\.bar\.above\{background-image:url\("([^"]+)"\)\}', page.html).group(1)
        form = re.search(r'main\{background-image:url\("([^"]+)"\)\}', page.html).group(1)
        for address in (logo, above, form):
            assert client.get(address.removeprefix("http://testserver")).status_code == 200
        assert "img-src 'self' data: http://testserver;" in page.response["Content-Security-Policy"]

    def test_draws_no_bars_that_are_switched_off(self, opens, oauth_client):
        document = {**BARS, "categories": {}}
        styles.create(oauth_client, settings=document, assets=bar_assets(), now=NOW)

        html = opens().html

        assert 'class="bar' not in html
        assert ".bar.above{background-image" not in html

    @pytest.mark.parametrize(("place", "drawn"), [("START", "flex-start"), ("END", "flex-end"), ("CENTER", None)])
    def test_puts_the_form(self, opens, oauth_client, place, drawn):
        document = {"categories": {"form": {"location": {"horizontal": place, "vertical": place}}}}
        styles.create(oauth_client, settings=document, now=NOW)

        found = re.search(r":root\{--form-across:([^;]+);", opens().html)

        assert (found and found.group(1)) == drawn

    def test_holds_on_every_page_of_the_client(self, opens, oauth_client):
        styles.create(oauth_client, settings=PURPLE, now=NOW)

        for page in ("signup", "forgotPassword", "resendcode", "emailCode"):
            assert "--cognito-button-background:#7c3aedff" in opens(page).html


class TestClassic:
    def test_style_sheet_and_logo_are_taken_without_a_style(self, opens, pool):
        css = ".submitButton-customizable {background-color: #123456;}"
        ui_customization.set_for(pool, None, css=css, image=PNG, now=NOW)

        html = opens().html

        assert css in html
        assert html.index(css) > html.index(".button.primary")
        assert re.search(r'<img class="logo-customizable"\s+src="http://testserver/[^"]+/assets/ALL/', html)

    def test_is_left_aside_where_there_is_a_style(self, opens, pool, oauth_client):
        ui_customization.set_for(pool, None, css=".label-customizable {color: red;}", image=b"", now=NOW)
        styles.create(oauth_client, settings=PURPLE, now=NOW)

        assert "color: red" not in opens().html


class TestPage:
    def test_escapes_the_name_of_the_pool(self, opens, pool):
        pool.name = '<img src=x onerror="alert(1)">'
        pool.save()

        page = opens()

        assert "<img src=x" not in page.html
        assert pool.name in unescape(page.html)

    def test_finds_its_scripts(self, opens):
        for address in re.findall(r'src="/static/([^"]+)"', opens().html):
            assert finders.find(address)

    def test_has_elements_that_a_project_can_override(self):
        for name in ("brand", "field", "button", "alert", "provider_buttons", "languages", "sign", "resend"):
            assert get_template(f"cognito_auth/managed_login/elements/{name}.html")
