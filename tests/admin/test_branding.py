"""Styles, and style sheet and logo of the classic pages."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cognito_auth.models import ManagedLoginAsset, ManagedLoginBranding, UICustomization
from cognito_auth.services import ui_customization
from cognito_auth.services.branding import styles
from cognito_auth.services.branding.assets import GivenAsset
from cognito_auth.services.log_delivery import configuration
from tests.admin.pages import errors, filled, url
from tests.branding import PNG, SETTINGS, SVG
from tests.factories import UserPoolClientFactory, moment

NOW = moment()
CSS = ".label-customizable { color: red; }"


@pytest.fixture
def app(pool):
    return UserPoolClientFactory(pool=pool, name="<shop>")


@pytest.fixture
def style(app):
    given = [GivenAsset("FORM_LOGO", "LIGHT", "PNG", PNG)]
    return styles.create(app, settings={**SETTINGS, "x": "</pre><script>"}, assets=given, now=NOW)


class TestStyles:
    def test_are_shown_with_colours_and_images(self, browser, style):
        text = browser.get(url("managedloginbranding", "change", style.pk)).content.decode()

        assert 'fill="#aa0000ff"' in text
        assert f"/assets/{style.assets.get().pk}" in text
        assert "&lt;shop&gt;" in text
        assert "</pre><script>" not in text
        assert "&lt;shop&gt;" in browser.get(url("managedloginbranding", "changelist")).content.decode()

    def test_are_not_made_here(self, browser):
        assert browser.get(url("managedloginbranding", "add")).status_code == 403

    def test_are_deleted(self, browser, style):
        browser.post(url("managedloginbranding", "delete", style.pk), {"post": "yes"})

        assert not ManagedLoginBranding.objects.exists()
        assert not ManagedLoginAsset.objects.exists()

    def test_need_permission(self, staff_browser, style):
        assert staff_browser("view_user").get(url("managedloginbranding", "change", style.pk)).status_code == 403
        viewer = staff_browser("view_managedloginbranding")
        assert viewer.get(url("managedloginbranding", "change", style.pk)).status_code == 200
        assert viewer.post(url("managedloginbranding", "delete", style.pk), {"post": "yes"}).status_code == 403


class TestUICustomization:
    def _add(self, browser, **values):
        page = browser.get(url("uicustomization", "add"))
        return browser.post(url("uicustomization", "add"), filled(page, **values))

    def test_is_made_changed_and_deleted(self, browser, app):
        self._add(browser, pool=app.pool_id, client=app.pk, css=CSS, new_image=SimpleUploadedFile("a.png", PNG))
        row = UICustomization.objects.get()
        assert (row.client_id, row.css, bytes(row.image)) == (app.pk, CSS, PNG)
        change = url("uicustomization", "change", row.pk)
        page = browser.get(change)
        assert ui_customization.image_url(row) in page.content.decode()

        browser.post(change, filled(page, css=f"{CSS}\n{CSS}"))
        row.refresh_from_db()
        assert bytes(row.image) == PNG
        assert row.css.count("red") == 2
        browser.post(change, filled(browser.get(change), remove_image="on"))
        row.refresh_from_db()
        assert row.image is None
        browser.post(url("uicustomization", "delete", row.pk), {"post": "yes"})
        assert not UICustomization.objects.exists()

    @pytest.mark.parametrize(
        "values",
        [
            {},
            {"css": "body { color: red }"},
            {"css": CSS, "new_image": SimpleUploadedFile("a.png", SVG)},
            {"css": CSS, "new_image": SimpleUploadedFile("a.png", PNG.ljust(102_401, b"x"))},
        ],
    )
    def test_is_refused_in_the_form(self, browser, pool, values):
        assert errors(self._add(browser, pool=pool.pk, **values))
        assert not UICustomization.objects.exists()

    def test_is_refused_for_a_client_of_another_pool(self, browser, pool):
        assert errors(self._add(browser, pool=pool.pk, client=UserPoolClientFactory().pk, css=CSS))

    def test_is_shown_to_who_may_only_look(self, staff_browser, pool):
        row = ui_customization.set_for(pool, None, css=CSS, image=PNG, now=NOW)
        viewer = staff_browser("view_uicustomization")

        page = viewer.get(url("uicustomization", "change", row.pk))

        assert "label-customizable" in page.content.decode()
        assert viewer.post(url("uicustomization", "change", row.pk), {"css": ""}).status_code == 403


class TestUserPool:
    def test_shows_log_delivery(self, browser, pool):
        arn = "arn:aws:logs:eu-west-1:123456789012:log-group:people"
        given = {"LogLevel": "ERROR", "EventSource": "userNotification"}
        configuration.set_for(pool, [{**given, "CloudWatchLogsConfiguration": {"LogGroupArn": arn}}])

        assert arn in browser.get(url("userpool", "change", pool.pk)).content.decode()
