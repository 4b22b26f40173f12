"""Operations on style sheet and logo of the classic pages."""

import pytest

from cognito_auth.models import UICustomization, UserPoolDomain
from cognito_auth.services import user_pool_clients
from tests.branding import JPEG, PNG, SVG, WEBP
from tests.concurrency import race
from tests.factories import UserPoolClientFactory, UserPoolFactory
from tests.refusals import refusal_of

CSS = ".banner-customizable { background-color: #123456; }"
OTHER_CSS = ".label-customizable { color: red; }"


@pytest.fixture
def client(db):
    return UserPoolClientFactory()


@pytest.fixture
def set_for(cognito, client):
    def call(**given):
        return cognito.set_ui_customization(UserPoolId=client.pool_id, **given)["UICustomization"]

    return call


@pytest.fixture
def get(cognito, client):
    def call(**given):
        return cognito.get_ui_customization(UserPoolId=client.pool_id, **given)["UICustomization"]

    return call


class TestSet:
    @pytest.mark.parametrize("given", [{}, {"ClientId": "ALL"}])
    def test_is_for_all_clients(self, set_for, get, client, given):
        customization = set_for(CSS=CSS, ImageFile=PNG, **given)

        assert customization["ClientId"] == "ALL"
        assert customization["CSS"] == CSS
        assert customization["CSSVersion"].isdecimal()
        assert customization["ImageUrl"].startswith(f"http://testserver/{client.pool_id}/assets/ALL/")
        assert get() == get(ClientId="ALL") == get(ClientId=client.pk) == customization

    def test_is_for_one_client(self, set_for, get, client):
        set_for(CSS=CSS)
        own = set_for(ClientId=client.pk, CSS=OTHER_CSS)

        assert own["ClientId"] == client.pk
        assert "ImageUrl" not in own
        assert get(ClientId=client.pk) == own
        assert get()["CSS"] == CSS

    def test_replaces_all(self, set_for, get):
        created = set_for(CSS=CSS, ImageFile=PNG)["CreationDate"]

        replaced = set_for(ImageFile=JPEG)

        assert replaced == get()
        assert "CSS" not in replaced
        assert replaced["ImageUrl"].endswith(".jpeg")
        assert replaced["CreationDate"] == created

    def test_takes_it_away(self, set_for, get, client):
        set_for(CSS=CSS)
        set_for(ClientId=client.pk, CSS=OTHER_CSS)

        assert set_for(ClientId=client.pk) == {"UserPoolId": client.pool_id, "ClientId": client.pk}
        assert get(ClientId=client.pk)["CSS"] == CSS
        set_for()
        assert get() == {}
        assert not UICustomization.objects.exists()

    @pytest.mark.parametrize("css", ["body { color: red }", "@import 'x';", ".logo-customizable { x: url(//evil) }"])
    def test_refuses_a_style_sheet(self, set_for, css):
        assert refusal_of(set_for, CSS=css)[0] == "InvalidParameterException"

    @pytest.mark.parametrize("image", [SVG, WEBP, b"GIF89a", PNG.ljust(102_401, b"x"), b"x" * 131_073])
    def test_refuses_an_image(self, set_for, image):
        assert refusal_of(set_for, ImageFile=image)[0] == "InvalidParameterException"

    def test_needs_a_domain_in_strict_pools(self, cognito):
        pool = UserPoolFactory(strict=True)
        call = cognito.set_ui_customization

        assert refusal_of(call, UserPoolId=pool.pk, CSS=CSS)[0] == "InvalidParameterException"
        UserPoolDomain.objects.create(domain="people", pool=pool)
        assert call(UserPoolId=pool.pk, CSS=CSS)

    def test_needs_a_client_of_the_pool(self, set_for, get):
        other = UserPoolClientFactory()

        assert refusal_of(set_for, ClientId=other.pk, CSS=CSS)[0] == "ResourceNotFoundException"
        assert refusal_of(get, ClientId=other.pk)[0] == "ResourceNotFoundException"

    def test_ends_with_its_client(self, set_for, client):
        set_for(ClientId=client.pk, CSS=CSS)

        user_pool_clients.delete(client)

        assert not UICustomization.objects.exists()

    def test_works_with_the_sdk(self, boto3_client, client):
        boto3_client.set_ui_customization(UserPoolId=client.pool_id, ClientId="ALL", CSS=CSS, ImageFile=PNG)

        found = boto3_client.get_ui_customization(UserPoolId=client.pool_id, ClientId=client.pk)
        assert found["UICustomization"]["CSS"] == CSS

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_is_set_by_several_at_once(self, set_for, client):
        race(*[lambda: set_for(CSS=CSS), lambda: set_for(ClientId=client.pk, CSS=CSS)] * 3)

        assert UICustomization.objects.count() == 2
