"""Operations on the styles of login pages."""

import pytest

from cognito_auth.models import ManagedLoginAsset
from cognito_auth.services.branding import defaults, styles
from cognito_auth.services.branding.settings_document import MAX_BYTES
from tests.branding import ICO, JPEG, PNG, SETTINGS, SVG, WEBP, asset
from tests.factories import UserPoolClientFactory, UserPoolFactory, moment
from tests.refusals import refusal_of

NO_STYLE = ("ResourceNotFoundException", "Managed login branding does not exist.")
NO_ID = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def client(db):
    return UserPoolClientFactory()


@pytest.fixture
def create(cognito, client):
    def call(**given):
        named = {"UserPoolId": client.pool_id, "ClientId": client.pk}
        return cognito.create_managed_login_branding(**named, **given)["ManagedLoginBranding"]

    return call


@pytest.fixture
def change(cognito):
    def call(style, **given):
        named = {name: style[name] for name in ("UserPoolId", "ManagedLoginBrandingId")}
        return cognito.update_managed_login_branding(**named, **given)["ManagedLoginBranding"]

    return call


class TestCreate:
    def test_gives_back_what_was_given(self, create, cognito, client):
        created = create(Settings=SETTINGS, Assets=[asset()])

        assert created["Settings"] == SETTINGS
        assert created["UseCognitoProvidedValues"] is False
        (image,) = created["Assets"]
        assert image == {**asset(), "ResourceId": image["ResourceId"]}
        assert created["CreationDate"] == created["LastModifiedDate"]
        described = cognito.describe_managed_login_branding(
            UserPoolId=client.pool_id, ManagedLoginBrandingId=created["ManagedLoginBrandingId"]
        )
        by_client = cognito.describe_managed_login_branding_by_client(UserPoolId=client.pool_id, ClientId=client.pk)
        assert described["ManagedLoginBranding"] == by_client["ManagedLoginBranding"] == created

    def test_takes_the_default_style(self, create):
        created = create(UseCognitoProvidedValues=True)

        assert created["UseCognitoProvidedValues"] is True
        assert "Settings" not in created
        assert "Assets" not in created

    @pytest.mark.parametrize("given", [{"Settings": {}}, {"Assets": [asset()]}])
    def test_takes_either_the_default_or_settings(self, create, given):
        assert refusal_of(create, UseCognitoProvidedValues=True, **given)[0] == "InvalidParameterException"

    def test_makes_one_for_each_client(self, create):
        create()

        assert refusal_of(create)[0] == "ManagedLoginBrandingExistsException"

    def test_needs_a_client_of_the_pool(self, cognito):
        here, there = UserPoolFactory(), UserPoolClientFactory()
        call = cognito.create_managed_login_branding

        assert refusal_of(call, UserPoolId=here.pk, ClientId=there.pk)[0] == "ResourceNotFoundException"

    def test_keeps_the_limit_of_strict_pools(self, create, client, monkeypatch):
        monkeypatch.setattr(styles, "MAX_STYLES", 1)
        styles.create(UserPoolClientFactory(pool=client.pool), now=moment())
        client.pool.strict = True
        client.pool.save()

        assert refusal_of(create)[0] == "LimitExceededException"

    @pytest.mark.parametrize("settings", ["text", [], 1, True, {"components": []}, {"x": "y" * MAX_BYTES}])
    def test_refuses_what_is_no_settings_document(self, create, settings):
        assert refusal_of(create, Settings=settings)[0] == "InvalidParameterException"

    @pytest.mark.parametrize(
        ("path", "value"),
        [
            ("components.pageBackground.lightMode.color", "red"),
            ("components.pageBackground.lightMode.color", "#ffffff"),
            ("components.pageBackground.lightMode.color", 5),
            ("components.form.borderRadius", "8px"),
            ("components.form.borderRadius", -1),
            ("components.form.borderRadius", True),
            ("components.form.logo.enabled", "yes"),
            ("components.form.logo.location", {}),
            ("categories.global.colorSchemeMode", "PINK"),
            ("categories.auth.authMethodOrder", {}),
        ],
    )
    def test_refuses_members_of_another_type(self, create, path, value):
        settings = value
        for name in reversed(path.split(".")):
            settings = {name: settings}

        error, message = refusal_of(create, Settings=settings)

        assert error == "InvalidParameterException"
        assert path in message

    def test_takes_the_default_document_itself(self, create):
        assert create(Settings=defaults.document())["Settings"] == defaults.document()


class TestAssets:
    @pytest.mark.parametrize(
        ("extension", "content"), [("PNG", PNG), ("JPEG", JPEG), ("ICO", ICO), ("WEBP", WEBP), ("SVG", SVG)]
    )
    def test_are_of_the_kind_that_they_say(self, create, extension, content):
        (image,) = create(Assets=[asset(extension=extension, Bytes=content)])["Assets"]

        assert image["Extension"] == extension
        for other in {"PNG", "JPEG", "ICO", "WEBP", "SVG"} - {extension}:
            assert refusal_of(create, Assets=[asset(extension=other, Bytes=content)])[0] == "InvalidParameterException"

    def test_are_sanitised(self, create):
        hostile = SVG.replace(b"<rect", b"<script>alert(1)</script><rect onload='alert(1)'")

        (image,) = create(Assets=[asset(extension="SVG", Bytes=hostile)])["Assets"]

        assert b"alert" not in image["Bytes"]
        assert b"<rect" in image["Bytes"]

    @pytest.mark.parametrize(
        "given",
        [
            [asset(), asset(extension="JPEG", Bytes=JPEG)],
            [asset(Bytes=b"")],
            [asset(Bytes=PNG, ResourceId="a")],
            [{"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "PNG"}],
            [asset(ResourceId="nothing")],
            [asset("FAVICON_ICO")],
            [asset("FAVICON_SVG")],
            [asset(Bytes=b"GIF89a")],
            [asset(Bytes=b"<html>")],
        ],
    )
    def test_are_refused(self, create, given):
        assert refusal_of(create, Assets=given)[0] == "InvalidParameterException"
        assert not ManagedLoginAsset.objects.exists()

    def test_have_a_size(self, create):
        assert create(Assets=[asset(Bytes=PNG.ljust(1_000_000, b"x"))])

    @pytest.mark.parametrize("given", [[asset(Bytes=PNG.ljust(1_000_001, b"x"))], [asset()] * 41])
    def test_keep_the_limits(self, create, given):
        assert refusal_of(create, Assets=given)[0] == "InvalidParameterException"


class TestUpdate:
    def test_changes_what_is_given(self, create, change):
        style = create(Settings=SETTINGS, Assets=[asset(), asset(color_mode="DARK")])

        changed = change(
            style, Settings={"components": {"form": {"borderRadius": 3}}}, Assets=[asset(Bytes=PNG + b"2")]
        )

        assert changed["Settings"]["components"] == {**SETTINGS["components"], "form": {"borderRadius": 3}}
        assert changed["Settings"]["ofNewerConsoles"] == {"kept": [1, 2]}
        contents = {image["ColorMode"]: image["Bytes"] for image in changed["Assets"]}
        assert contents == {"LIGHT": PNG + b"2", "DARK": PNG}

    def test_gives_another_image_another_id(self, create, change):
        style = create(Assets=[asset(), asset(color_mode="DARK")])
        old = {image["ColorMode"]: image["ResourceId"] for image in style["Assets"]}

        changed = change(style, Assets=[asset(), asset(color_mode="DARK", ResourceId=old["DARK"])])

        new = {image["ColorMode"]: image["ResourceId"] for image in changed["Assets"]}
        assert new["DARK"] == old["DARK"]
        assert new["LIGHT"] != old["LIGHT"]

    def test_shows_an_image_elsewhere_too(self, create, change):
        style = create(Assets=[asset(), asset("PAGE_HEADER_LOGO", Bytes=PNG + b"2")])
        (logo, header) = (image["ResourceId"] for image in style["Assets"])

        # Both change places.
        given = [asset("PAGE_HEADER_LOGO", ResourceId=logo), asset(ResourceId=header)]
        changed = change(style, Assets=given)

        contents = {image["Category"]: image["Bytes"] for image in changed["Assets"]}
        assert contents == {"PAGE_HEADER_LOGO": PNG, "FORM_LOGO": PNG + b"2"}

    def test_takes_no_image_of_another_style(self, create, change):
        other = styles.create(UserPoolClientFactory(), now=moment())
        foreign = ManagedLoginAsset.objects.create(
            branding=other, category="FORM_LOGO", color_mode="DARK", extension="PNG", content=PNG
        )
        style = create()

        refused = refusal_of(change, style=style, Assets=[asset(ResourceId=str(foreign.pk))])

        assert refused == ("InvalidParameterException", f"The style has no asset {foreign.pk}.")

    def test_keeps_the_number_of_images(self, create, change):
        places = [
            asset(category, mode)
            for mode in ("LIGHT", "DARK", "DYNAMIC")
            for category in ("FORM_LOGO", "EMAIL_GRAPHIC", "SMS_GRAPHIC", "AUTH_APP_GRAPHIC", "PASSWORD_GRAPHIC",
                             "PASSKEY_GRAPHIC", "PAGE_HEADER_LOGO", "PAGE_HEADER_BACKGROUND", "PAGE_FOOTER_LOGO",
                             "PAGE_FOOTER_BACKGROUND", "PAGE_BACKGROUND", "FORM_BACKGROUND", "IDP_BUTTON_ICON")
        ]  # fmt: skip
        style = create(Assets=places)
        more = [asset("FAVICON_ICO", mode, "ICO", Bytes=ICO) for mode in ("LIGHT", "DARK")]

        assert refusal_of(change, style=style, Assets=more)[0] == "InvalidParameterException"
        assert len(change(style, Assets=more[:1])["Assets"]) == 40

    def test_goes_back_to_the_default(self, create, change):
        style = create(Settings=SETTINGS, Assets=[asset()])

        changed = change(style, UseCognitoProvidedValues=True)

        assert changed["UseCognitoProvidedValues"] is True
        assert "Settings" not in changed
        assert "Assets" not in changed
        assert change(style, Settings={})["UseCognitoProvidedValues"] is False

    def test_needs_both_names(self, cognito, create, client):
        style = create()
        call = cognito.update_managed_login_branding

        assert refusal_of(call, UserPoolId=client.pool_id)[0] == "InvalidParameterException"
        assert (
            refusal_of(call, ManagedLoginBrandingId=style["ManagedLoginBrandingId"])[0] == "InvalidParameterException"
        )


class TestDescribe:
    def test_joins_the_defaults(self, cognito, create, client):
        create(Settings=SETTINGS)

        described = cognito.describe_managed_login_branding_by_client(
            UserPoolId=client.pool_id, ClientId=client.pk, ReturnMergedResources=True
        )["ManagedLoginBranding"]["Settings"]

        button = described["components"]["primaryButton"]
        assert button["lightMode"]["defaults"] == {"backgroundColor": "aa0000ff", "textColor": "ffffffff"}
        assert described["categories"] == defaults.document()["categories"]
        assert described["ofNewerConsoles"] == SETTINGS["ofNewerConsoles"]

    def test_tells_that_a_client_has_none(self, cognito, client):
        call = cognito.describe_managed_login_branding_by_client

        assert refusal_of(call, UserPoolId=client.pool_id, ClientId=client.pk) == NO_STYLE


class TestEach:
    OPERATIONS = (
        "describe_managed_login_branding",
        "update_managed_login_branding",
        "delete_managed_login_branding",
    )

    @pytest.mark.parametrize("operation", OPERATIONS)
    def test_needs_a_style_of_the_pool(self, cognito, create, operation):
        style = create()
        call = getattr(cognito, operation)
        elsewhere = UserPoolFactory()

        for_nothing = {"UserPoolId": style["UserPoolId"], "ManagedLoginBrandingId": NO_ID}
        for_others = {"UserPoolId": elsewhere.pk, "ManagedLoginBrandingId": style["ManagedLoginBrandingId"]}
        assert refusal_of(call, **for_nothing) == NO_STYLE
        assert refusal_of(call, **for_others) == NO_STYLE

    def test_works_with_the_sdk(self, boto3_client, client):
        named = {"UserPoolId": client.pool_id, "ClientId": client.pk}
        large = asset("PAGE_BACKGROUND", Bytes=PNG.ljust(1_000_000, b"x"))

        created = boto3_client.create_managed_login_branding(**named, Settings=SETTINGS, Assets=[large])
        style = created["ManagedLoginBranding"]
        assert style["Settings"] == SETTINGS
        assert style["Assets"][0]["Bytes"] == large["Bytes"]
        style_id = {"UserPoolId": client.pool_id, "ManagedLoginBrandingId": style["ManagedLoginBrandingId"]}
        boto3_client.delete_managed_login_branding(**style_id)
        assert refusal_of(boto3_client.describe_managed_login_branding, **style_id) == NO_STYLE
