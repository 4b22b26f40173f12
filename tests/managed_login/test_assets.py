"""The door of images."""

from urllib.parse import urlsplit

import pytest

from cognito_auth.services import ui_customization
from cognito_auth.services.branding import assets, styles
from cognito_auth.services.branding.assets import GivenAsset
from tests.branding import ICO, JPEG, PNG, SVG, WEBP
from tests.factories import UserPoolClientFactory, UserPoolFactory, moment

pytestmark = pytest.mark.django_db
NOW = moment()
KINDS = {
    "PNG": (PNG, "image/png"),
    "JPEG": (JPEG, "image/jpeg"),
    "ICO": (ICO, "image/x-icon"),
    "WEBP": (WEBP, "image/webp"),
    "SVG": (SVG, "image/svg+xml"),
}


def _path(url):
    return urlsplit(url).path


@pytest.fixture
def image_of():
    """Store an image of a kind and return its row."""

    def make(extension="PNG"):
        given = GivenAsset("FORM_LOGO", "LIGHT", extension, KINDS[extension][0])
        return styles.create(UserPoolClientFactory(), assets=[given], now=NOW).assets.get()

    return make


@pytest.fixture
def logo_url():
    """The address of a pool's logo."""
    pool = UserPoolFactory()
    return _path(ui_customization.image_url(ui_customization.set_for(pool, None, css="", image=PNG, now=NOW)))


def _url_of(image):
    return _path(assets.url_of(image.branding.pool_id, image.pk))


class TestAsset:
    @pytest.mark.parametrize("extension", KINDS)
    def test_is_served_with_care(self, client, image_of, extension):
        image = image_of(extension)

        response = client.get(_url_of(image))

        assert response.status_code == 200
        assert response.content == bytes(image.content)
        assert response["Content-Type"] == KINDS[extension][1]
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in response

    def test_is_not_sent_again(self, client, image_of):
        url = _url_of(image_of())
        etag = client.get(url)["ETag"]

        response = client.get(url, headers={"If-None-Match": etag})

        assert response.status_code == 304
        assert response.content == b""
        assert client.get(url, headers={"If-None-Match": '"other"'}).status_code == 200

    def test_answers_to_head(self, client, image_of):
        response = client.head(_url_of(image_of()))

        assert response.status_code == 200
        assert response.content == b""
        assert response["Content-Type"] == "image/png"

    def test_is_not_written(self, client, image_of):
        assert client.post(_url_of(image_of())).status_code == 405

    def test_is_of_its_pool_only(self, client, image_of):
        image = image_of()
        other = UserPoolFactory()

        assert client.get(_path(assets.url_of(other.pk, image.pk))).status_code == 404
        assert client.get(_path(assets.url_of("eu-west-1_nothing00", image.pk))).status_code == 404

    @pytest.mark.parametrize("name", ["00000000-0000-4000-8000-000000000000", "-" * 36, "a" * 36, "x", "../x", ""])
    def test_has_to_exist(self, client, image_of, name):
        image = image_of()

        assert client.get(f"/{image.branding.pool_id}/assets/{name}").status_code == 404


class TestLogo:
    def test_is_served(self, client, logo_url):
        response = client.get(logo_url)

        assert response.content == PNG
        assert response["Content-Type"] == "image/png"
        assert response["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in response["Content-Security-Policy"]
        assert client.get(logo_url, headers={"If-None-Match": response["ETag"]}).status_code == 304

    def test_of_a_client_is_its_own(self, client):
        app = UserPoolClientFactory()
        own = ui_customization.set_for(app.pool, app, css="", image=JPEG, now=NOW)
        url = _path(ui_customization.image_url(own))

        assert client.get(url).content == JPEG
        assert client.get(url.replace(app.pk, "ALL")).status_code == 404
        assert client.get(url.replace(app.pool_id, UserPoolFactory().pk)).status_code == 404

    def test_has_another_address_once_it_is_another(self, client, logo_url):
        pool_id = logo_url.split("/")[1]
        row = ui_customization.of(UserPoolFactory._meta.model.objects.get(pk=pool_id))
        changed = ui_customization.set_for(row.pool, None, css="", image=PNG + b"2", now=NOW)

        assert client.get(logo_url).status_code == 404
        assert client.get(_path(ui_customization.image_url(changed))).content == PNG + b"2"
