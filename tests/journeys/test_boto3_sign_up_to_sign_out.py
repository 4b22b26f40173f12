"""A team makes a pool with boto3; a person signs up, confirms, signs in, calls an API, signs out."""

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from example_project.demo.journey import decode, get

REGION = "eu-west-1"
PASSWORD = "Passw0rd!"


def connect(site, **arguments):
    """Return a client that keeps no connection: the server could not end while one waits for more."""
    client = boto3.client("cognito-idp", endpoint_url=site.endpoint, region_name=REGION, **arguments)
    client.meta.events.register("before-send", lambda request, **_: request.headers.update(Connection="close"))
    return client


@pytest.fixture
def admin(site):
    return connect(site, aws_access_key_id=site.key.id, aws_secret_access_key=site.key.secret)


@pytest.fixture
def anybody(site):
    return connect(site, config=Config(signature_version=UNSIGNED))


@pytest.fixture
def app(admin):
    pool = admin.create_user_pool(PoolName="people", AutoVerifiedAttributes=["email"], AliasAttributes=["email"])[
        "UserPool"
    ]
    return admin.create_user_pool_client(
        UserPoolId=pool["Id"],
        ClientName="web",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]


def sign_up(site, anybody, app):
    anybody.sign_up(
        ClientId=app["ClientId"],
        Username="jane",
        Password=PASSWORD,
        UserAttributes=[{"Name": "email", "Value": "jane@example.com"}],
    )
    code = site.mailbox.wait(to="jane@example.com").code
    anybody.confirm_sign_up(ClientId=app["ClientId"], Username="jane", ConfirmationCode=code)


def sign_in(anybody, app):
    return anybody.initiate_auth(
        ClientId=app["ClientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "jane@example.com", "PASSWORD": PASSWORD},
    )["AuthenticationResult"]


def refusal(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]


@pytest.mark.django_db(transaction=True)
class TestJourney:
    def test_from_sign_up_to_being_refused(self, site, anybody, app):
        sign_up(site, anybody, app)
        tokens = sign_in(anybody, app)
        _header, claims = decode(tokens["IdToken"])
        user = anybody.get_user(AccessToken=tokens["AccessToken"])
        own_page = f"{site.base_url}/users/{claims['sub']}"

        assert claims["iss"] == f"{site.endpoint.rstrip('/')}/{app['UserPoolId']}"
        assert {"Name": "email_verified", "Value": "true"} in user["UserAttributes"]
        assert get(own_page, token=tokens["AccessToken"])[0] == 200
        assert get(own_page, token=tokens["IdToken"])[0] == 200
        assert get(own_page, token=None)[0] == 401

        anybody.global_sign_out(AccessToken=tokens["AccessToken"])

        assert get(own_page, token=tokens["AccessToken"])[0] == 401
        assert get(own_page, token=tokens["IdToken"])[0] == 401
        assert refusal(anybody.get_user, AccessToken=tokens["AccessToken"]) == {
            "Code": "NotAuthorizedException",
            "Message": "Access Token has been revoked",
        }

    def test_the_key_set_checks_the_tokens(self, site, anybody, app):
        sign_up(site, anybody, app)
        header, claims = decode(sign_in(anybody, app)["IdToken"])

        status, discovery = get(f"{claims['iss']}/.well-known/openid-configuration", token=None)
        _status, key_set = get(discovery["jwks_uri"], token=None)

        assert status == 200
        assert discovery["issuer"] == claims["iss"]
        assert header["kid"] in {key["kid"] for key in key_set["keys"]}

    def test_refreshing_ends_with_the_session(self, site, anybody, app):
        sign_up(site, anybody, app)
        tokens = sign_in(anybody, app)

        renewed = anybody.get_tokens_from_refresh_token(ClientId=app["ClientId"], RefreshToken=tokens["RefreshToken"])[
            "AuthenticationResult"
        ]
        anybody.revoke_token(ClientId=app["ClientId"], Token=tokens["RefreshToken"])

        assert decode(renewed["IdToken"])[1]["auth_time"] == decode(tokens["IdToken"])[1]["auth_time"]
        assert get(f"{site.base_url}/whoami", token=renewed["AccessToken"])[0] == 401

    def test_a_group_opens_a_view(self, site, admin, anybody, app):
        sign_up(site, anybody, app)
        before = sign_in(anybody, app)["AccessToken"]

        admin.create_group(UserPoolId=app["UserPoolId"], GroupName="premium")
        admin.admin_add_user_to_group(UserPoolId=app["UserPoolId"], Username="jane", GroupName="premium")
        after = sign_in(anybody, app)["AccessToken"]

        assert get(f"{site.base_url}/premium", token=before)[0] == 403
        assert get(f"{site.base_url}/premium", token=after)[0] == 200

    def test_administration_needs_the_right_secret(self, site, app):
        stranger = connect(site, aws_access_key_id=site.key.id, aws_secret_access_key="wrong")

        assert refusal(stranger.list_users, UserPoolId=app["UserPoolId"])["Code"] == "InvalidSignatureException"
