"""The calls of Terraform's AWS provider, in its order and with what it leaves out, by boto3.

The provider is written in Go, whose SDK leaves out what is false or 0; tags it changes by operations of their own.
"""

import pytest

_FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:hello"
WANTED = {
    "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "verified_email", "Priority": 1}]},
    "AdminCreateUserConfig": {},
    "AutoVerifiedAttributes": ["email"],
    "DeletionProtection": "INACTIVE",
    "DeviceConfiguration": {},
    "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
    "LambdaConfig": {"PreSignUp": _FUNCTION},
    "Policies": {"PasswordPolicy": {"MinimumLength": 12, "RequireUppercase": True}},
    "UserPoolAddOns": {"AdvancedSecurityMode": "OFF"},
    "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE"},
}
# What the state of the resource is compared with: absent in Go's request is false.
READ = {
    **WANTED,
    "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False, "UnusedAccountValidityDays": 7},
    "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": False, "DeviceOnlyRememberedOnUserPrompt": False},
    "Policies": {
        "PasswordPolicy": {
            "MinimumLength": 12,
            "RequireUppercase": True,
            "RequireLowercase": False,
            "RequireNumbers": False,
            "RequireSymbols": False,
            "TemporaryPasswordValidityDays": 7,
        },
        "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]},
    },
}
MFA = {"MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": {"Enabled": True}}
CLIENT = {
    "ClientName": "web",
    "AccessTokenValidity": 30,
    "IdTokenValidity": 30,
    "RefreshTokenValidity": 7,
    "TokenValidityUnits": {"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "days"},
    "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    "PreventUserExistenceErrors": "ENABLED",
    "SupportedIdentityProviders": ["COGNITO"],
    "EnableTokenRevocation": True,
    "AuthSessionValidity": 5,
}


def differences(wanted, found):
    """Return the members in which what is there is not what was wanted."""
    return {name: found.get(name) for name in wanted if found.get(name) != wanted[name]}


@pytest.mark.django_db
class TestJourney:
    def test_finds_no_difference_until_something_is_changed(self, boto3_client):
        pool = boto3_client.create_user_pool(PoolName="people", UserPoolTags={"team": "red"}, **WANTED)["UserPool"]
        named = {"UserPoolId": pool["Id"]}
        boto3_client.set_user_pool_mfa_config(**named, **MFA)

        def read():
            described = boto3_client.describe_user_pool(**named)["UserPool"]
            factors = boto3_client.get_user_pool_mfa_config(**named)
            return {**described, **{name: factors[name] for name in MFA}}

        assert differences({**READ, **MFA, "UserPoolTags": {"team": "red"}}, read()) == {}

        # A change of the tags and of the pool at the same time.
        boto3_client.tag_resource(ResourceArn=pool["Arn"], Tags={"team": "blue"})
        boto3_client.update_user_pool(
            **named, **{**WANTED, "DeletionProtection": "ACTIVE"}, MfaConfiguration=MFA["MfaConfiguration"]
        )

        changed = {**READ, **MFA, "UserPoolTags": {"team": "blue"}, "DeletionProtection": "ACTIVE"}
        assert differences(changed, read()) == {}

        client = boto3_client.create_user_pool_client(**named, **CLIENT)["UserPoolClient"]
        of_client = {**named, "ClientId": client["ClientId"]}
        assert differences(CLIENT, boto3_client.describe_user_pool_client(**of_client)["UserPoolClient"]) == {}
        shorter = {**CLIENT, "AccessTokenValidity": 15}
        boto3_client.update_user_pool_client(**of_client, **shorter)
        assert differences(shorter, boto3_client.describe_user_pool_client(**of_client)["UserPoolClient"]) == {}

        boto3_client.delete_user_pool_client(**of_client)
        boto3_client.update_user_pool(**named, **WANTED, MfaConfiguration=MFA["MfaConfiguration"])
        boto3_client.delete_user_pool(**named)
        with pytest.raises(boto3_client.exceptions.ResourceNotFoundException):
            boto3_client.describe_user_pool(**named)
