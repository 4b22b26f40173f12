"""A person protects their account with an authenticator app, by boto3 and by pycognito."""

import time

import boto3
import pyotp
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from pycognito import Cognito
from pycognito.exceptions import SoftwareTokenMFAChallengeException

REGION, PASSWORD = "eu-west-1", "Passw0rd!"


def code(secret, step=0):
    """Return the app's code; a later step's where the present one was used."""
    return pyotp.TOTP(secret).at(int(time.time()) + 30 * step)


@pytest.fixture
def admin(site):
    return boto3.client(
        "cognito-idp",
        endpoint_url=site.endpoint,
        region_name=REGION,
        aws_access_key_id=site.key.id,
        aws_secret_access_key=site.key.secret,
    )


@pytest.fixture
def anybody(site):
    return boto3.client(
        "cognito-idp", endpoint_url=site.endpoint, region_name=REGION, config=Config(signature_version=UNSIGNED)
    )


@pytest.fixture
def app(admin):
    pool = admin.create_user_pool(PoolName="people")["UserPool"]
    admin.set_user_pool_mfa_config(
        UserPoolId=pool["Id"], MfaConfiguration="OPTIONAL", SoftwareTokenMfaConfiguration={"Enabled": True}
    )
    admin.admin_create_user(UserPoolId=pool["Id"], Username="jane", MessageAction="SUPPRESS")
    admin.admin_set_user_password(UserPoolId=pool["Id"], Username="jane", Password=PASSWORD, Permanent=True)
    return admin.create_user_pool_client(
        UserPoolId=pool["Id"],
        ClientName="web",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    )["UserPoolClient"]


def sign_in(anybody, app):
    return anybody.initiate_auth(
        ClientId=app["ClientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "jane", "PASSWORD": PASSWORD},
    )


def respond(anybody, app, answer, **responses):
    return anybody.respond_to_auth_challenge(
        ClientId=app["ClientId"],
        ChallengeName=answer["ChallengeName"],
        Session=answer["Session"],
        ChallengeResponses={"USERNAME": answer["ChallengeParameters"]["USER_ID_FOR_SRP"], **responses},
    )


def enrol(anybody, access_token):
    secret = anybody.associate_software_token(AccessToken=access_token)["SecretCode"]
    anybody.verify_software_token(AccessToken=access_token, UserCode=code(secret, -1), FriendlyDeviceName="phone")
    anybody.set_user_mfa_preference(
        AccessToken=access_token, SoftwareTokenMfaSettings={"Enabled": True, "PreferredMfa": True}
    )
    return secret


@pytest.mark.django_db(transaction=True)
class TestBoto3:
    def test_switches_the_app_on_and_signs_in_with_it(self, anybody, app):
        secret = enrol(anybody, sign_in(anybody, app)["AuthenticationResult"]["AccessToken"])

        answer = sign_in(anybody, app)
        assert answer["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
        assert answer["ChallengeParameters"]["FRIENDLY_DEVICE_NAME"] == "phone"
        tokens = respond(anybody, app, answer, SOFTWARE_TOKEN_MFA_CODE=code(secret))["AuthenticationResult"]

        user = anybody.get_user(AccessToken=tokens["AccessToken"])
        assert user["UserMFASettingList"] == ["SOFTWARE_TOKEN_MFA"]
        assert user["PreferredMfaSetting"] == "SOFTWARE_TOKEN_MFA"

    def test_sets_the_app_up_at_the_first_sign_in_where_everybody_needs_one(self, admin, anybody, app):
        admin.set_user_pool_mfa_config(
            UserPoolId=app["UserPoolId"], MfaConfiguration="ON", SoftwareTokenMfaConfiguration={"Enabled": True}
        )
        answer = sign_in(anybody, app)
        assert answer["ChallengeName"] == "MFA_SETUP"

        associated = anybody.associate_software_token(Session=answer["Session"])
        verified = anybody.verify_software_token(Session=associated["Session"], UserCode=code(associated["SecretCode"]))
        tokens = respond(anybody, app, {**answer, "Session": verified["Session"]})

        assert tokens["AuthenticationResult"]["AccessToken"]
        admin.admin_delete_software_token(UserPoolId=app["UserPoolId"], Username="jane")
        assert sign_in(anybody, app)["ChallengeName"] == "MFA_SETUP"


@pytest.mark.django_db(transaction=True)
class TestPycognito:
    def test_signs_in_by_srp_and_then_with_the_app(self, site, anybody, app):
        settings = {"endpoint_url": site.endpoint, "region_name": REGION, "config": Config(signature_version=UNSIGNED)}
        secret = enrol(anybody, sign_in(anybody, app)["AuthenticationResult"]["AccessToken"])
        person = Cognito(
            app["UserPoolId"],
            app["ClientId"],
            username="jane",
            user_pool_region=REGION,
            boto3_client_kwargs=settings,
        )
        # pycognito looks for the keys at AWS unless it is given them.
        person.verify_token = lambda token, id_name, token_use: setattr(person, id_name, token)

        with pytest.raises(SoftwareTokenMFAChallengeException):
            person.authenticate(PASSWORD)
        person.respond_to_software_token_mfa_challenge(code(secret))

        assert person.access_token
