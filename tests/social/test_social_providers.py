"""Sign-in with Google, Facebook, Amazon and Apple, against stand-ins of their endpoints."""

import pytest
import requests
from allauth.socialaccount.providers.amazon.views import AmazonOAuth2Adapter
from allauth.socialaccount.providers.apple.views import AppleOAuth2Adapter
from allauth.socialaccount.providers.google import views as google_views
from cryptography.hazmat.primitives.asymmetric import rsa
from django.utils import timezone

from cognito_auth.models import IdentityProvider, User
from cognito_auth.services.identity_providers import details, records
from cognito_auth.social import egress
from tests import identity_providers
from tests.factories import UserPoolClientFactory
from tests.social.conftest import REDIRECT_URI, Browser, query_of
from tests.social.stand_ins import StandIn

DETAILS = {
    "Google": {"client_id": "shop", "client_secret": "correct horse", "authorize_scopes": "profile email openid"},
    "Facebook": {"client_id": "shop", "client_secret": "correct horse", "authorize_scopes": "public_profile, email"},
    "LoginWithAmazon": {"client_id": "shop", "client_secret": "correct horse", "authorize_scopes": "profile"},
    "SignInWithApple": {
        "client_id": "shop",
        "team_id": "TEAM123456",
        "key_id": "KEY1234567",
        "authorize_scopes": "email name",
    },
}
MAPPINGS = {
    "Google": {"email": "email", "email_verified": "email_verified", "given_name": "given_name"},
    "Facebook": {"email": "email", "given_name": "first_name", "family_name": "last_name", "gender": "gender"},
    "LoginWithAmazon": {"email": "email", "name": "name"},
    "SignInWithApple": {
        "email": "email",
        "email_verified": "email_verified",
        "given_name": "firstName",
        "family_name": "lastName",
    },
}


@pytest.fixture
def stand_in(monkeypatch):
    server = StandIn()
    server.apple_key = identity_providers.private_key().public_key()
    at = server.origin
    monkeypatch.setattr(egress, "session_for", lambda _provider: egress.Session(local_hosts=["127.0.0.1"]))
    for owner, changes in (
        (google_views.GoogleOAuth2Adapter, {"authorize_url": "/google/authorize", "access_token_url": "/google/token"}),
        (google_views, {"CERTS_URL": "/google/certs"}),
        (details, {"FACEBOOK": "/facebook", "GRAPH_API": "/facebook"}),
        (
            AmazonOAuth2Adapter,
            {"authorize_url": "/amazon/ap/oa", "access_token_url": "/amazon/token", "profile_url": "/amazon/profile"},
        ),
        (
            AppleOAuth2Adapter,
            {"authorize_url": "/apple/authorize", "access_token_url": "/apple/token", "public_key_url": "/apple/keys"},
        ),
    ):
        for name, path in changes.items():
            monkeypatch.setattr(owner, name, f"{at}{path}")
    monkeypatch.setitem(details._ADDED["Google"], "attributes_url", f"{at}/google/people?personFields=")
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def app(pool, stand_in):
    """Return a client whose people sign in with a provider of this type."""

    def make(name, **changes):
        given = {**DETAILS[name], **changes}
        if name == "SignInWithApple":
            given["private_key"] = identity_providers.private_key_pem()
        records.create(pool, name, name, provider_details=given, mapping=MAPPINGS[name], now=timezone.now())
        return UserPoolClientFactory(
            pool=pool,
            oauth_enabled=True,
            allowed_oauth_flows=["code"],
            allowed_oauth_scopes=["openid", "email", "profile"],
            callback_urls=[REDIRECT_URI],
            supported_identity_providers=[name],
        )

    return make


def sign_in(browser, client, name):
    address = browser.begin(client, identity_provider=name)
    answer = requests.get(address, allow_redirects=False, timeout=10)
    if answer.is_redirect:
        return browser.back(answer.headers["Location"])
    form = answer.json()
    # A post from Apple's page: without the cookies of ours.
    posted = Browser().ours.post(form["action"].removeprefix("http://testserver"), form["fields"])
    assert posted.status_code == 303, posted
    return browser.ours.get(posted["Location"])


class TestSignIn:
    @pytest.mark.parametrize(
        ("name", "username", "attributes"),
        [
            ("Google", "google_112233", {"email": "jane@example.com", "email_verified": True, "given_name": "Jane"}),
            ("Facebook", "facebook_77", {"email": "jane@example.com", "email_verified": False, "family_name": "Roe"}),
            (
                "LoginWithAmazon",
                "loginwithamazon_amzn1.account.k2li23kl2lk2",
                {"email": "jane@example.com", "email_verified": False, "name": "Jane Roe"},
            ),
            (
                "SignInWithApple",
                "signinwithapple_001.abc",
                {"email": "jane@privaterelay.appleid.com", "email_verified": True, "given_name": "Jane"},
            ),
        ],
    )
    def test_makes_the_account_that_the_provider_knows(self, app, browser, name, username, attributes):
        client = app(name)

        answer = sign_in(browser, client, name)

        assert "code" in query_of(answer["Location"]), answer["Location"]
        user = User.objects.get(username=username)
        assert {key: getattr(user, key) for key in attributes} == attributes

    def test_speaks_the_graph_version_of_the_provider_and_asks_for_the_mapped_fields(self, app, browser, stand_in):
        sign_in(browser, app("Facebook", api_version="v22.0"), "Facebook")

        assert stand_in.graph_versions == ["v22.0"] * 3
        assert User.objects.get(username="facebook_77").gender == "female"

    def test_asks_googles_people_api_for_the_fields_that_are_mapped(self, app, browser, pool):
        client = app("Google")
        mapped = {
            "birthdate": "birthdays",
            "gender": "genders",
            "phone_number": "phoneNumbers",
            "nickname": "nicknames",
            "given_name": "given_name",
        }
        IdentityProvider.objects.update(attribute_mapping=mapped)

        sign_in(browser, client, "Google")

        user = User.objects.get(username="google_112233")
        assert (user.birthdate, user.gender, user.phone_number) == ("1990-03-02", "female", "+12065550100")
        assert (user.nickname, user.given_name, user.phone_number_verified) == ("", "Jane", False)

    @pytest.mark.parametrize("name", ["Google", "SignInWithApple"])
    @pytest.mark.parametrize(
        "changes",
        [
            {"key": rsa.generate_private_key(65537, 2048)},
            {"claims": {"nonce": "of another sign-in"}},
            {"claims": {"aud": "another app"}},
            {"claims": {"iss": "https://evil.example.com"}},
            {"claims": {"exp": 1}},
        ],
        ids=["key", "nonce", "aud", "iss", "exp"],
    )
    def test_refuses_a_token_that_is_not_for_this_sign_in(self, app, browser, stand_in, name, changes):
        client = app(name)
        stand_in.changes = changes

        answer = sign_in(browser, client, name)

        assert query_of(answer["Location"])["error"] == "invalid_request"
        assert not User.objects.exists()
