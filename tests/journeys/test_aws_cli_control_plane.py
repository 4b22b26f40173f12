"""An administrator sets up everything from files of JSON, filled from the AWS CLI's own skeletons."""

import json

import pytest

from tests.identity_providers import OIDC

_ROLE = "arn:aws:iam::123456789012:role/logs"
_URL = "https://shop.example.com"


@pytest.fixture
def from_file(aws, tmp_path):
    """Run a command whose input is its skeleton, filled with ``members``."""

    def run(command, **members):
        skeleton = aws(command, "--generate-cli-skeleton", "input")
        assert set(members) <= set(skeleton), "the CLI does not know the member"
        path = tmp_path / f"{command}.json"
        path.write_text(json.dumps({name: members[name] for name in skeleton if name in members}))
        answer = aws(command, "--cli-input-json", f"file://{path}")
        assert isinstance(answer, dict), answer
        return answer

    return run


@pytest.mark.django_db(transaction=True)
class TestJourney:
    @pytest.mark.parametrize("site", ["under a prefix"], indirect=True)
    def test_makes_one_of_each_noun(self, aws, from_file):
        pool = from_file(
            "create-user-pool",
            PoolName="people",
            Policies={"PasswordPolicy": {"MinimumLength": 12}},
            AutoVerifiedAttributes=["email"],
            UserPoolTags={"team": "red"},
            UserPoolAddOns={"AdvancedSecurityMode": "AUDIT"},
        )["UserPool"]
        named = {"UserPoolId": pool["Id"]}
        from_file("tag-resource", ResourceArn=pool["Arn"], Tags={"stage": "test"})
        from_file(
            "set-user-pool-mfa-config",
            **named,
            SoftwareTokenMfaConfiguration={"Enabled": True},
            MfaConfiguration="OPTIONAL",
        )
        from_file(
            "add-custom-attributes", **named, CustomAttributes=[{"Name": "colour", "AttributeDataType": "String"}]
        )
        server = from_file(
            "create-resource-server",
            **named,
            Identifier="shop",
            Name="Shop",
            Scopes=[{"ScopeName": "read", "ScopeDescription": "Read"}],
        )["ResourceServer"]
        provider = from_file(
            "create-identity-provider",
            **named,
            ProviderName="Partner",
            ProviderType="OIDC",
            ProviderDetails=OIDC,
            AttributeMapping={"email": "email"},
        )["IdentityProvider"]
        client = from_file(
            "create-user-pool-client",
            **named,
            ClientName="web",
            SupportedIdentityProviders=["COGNITO", provider["ProviderName"]],
            AllowedOAuthFlowsUserPoolClient=True,
            AllowedOAuthFlows=["code"],
            AllowedOAuthScopes=["openid", f"{server['Identifier']}/read"],
            CallbackURLs=[f"{_URL}/in"],
        )["UserPoolClient"]
        of_client = {**named, "ClientId": client["ClientId"]}
        from_file("create-user-pool-domain", **named, Domain="people-of-the-shop")
        from_file("create-group", **named, GroupName="readers", Precedence=3)
        user = from_file(
            "admin-create-user",
            **named,
            Username="jane",
            UserAttributes=[{"Name": "custom:colour", "Value": "red"}],
            MessageAction="SUPPRESS",
        )["User"]
        from_file("admin-add-user-to-group", **named, Username=user["Username"], GroupName="readers")
        style = from_file("create-managed-login-branding", **of_client, UseCognitoProvidedValues=True)[
            "ManagedLoginBranding"
        ]
        terms = from_file(
            "create-terms",
            **of_client,
            TermsName="terms-of-use",
            TermsSource="LINK",
            Enforcement="NONE",
            Links={"cognito:default": f"{_URL}/terms"},
        )["Terms"]
        from_file("set-ui-customization", **named, CSS=".label-customizable {font-weight: 400;}")
        risks = from_file(
            "set-risk-configuration",
            **named,
            CompromisedCredentialsRiskConfiguration={"Actions": {"EventAction": "BLOCK"}},
        )["RiskConfiguration"]
        logs = from_file(
            "set-log-delivery-configuration",
            **named,
            LogConfigurations=[
                {
                    "LogLevel": "ERROR",
                    "EventSource": "userNotification",
                    "CloudWatchLogsConfiguration": {
                        "LogGroupArn": "arn:aws:logs:eu-west-1:123456789012:log-group:people"
                    },
                }
            ],
        )["LogDeliveryConfiguration"]
        job = from_file("create-user-import-job", **named, JobName="first", CloudWatchLogsRoleArn=_ROLE)[
            "UserImportJob"
        ]

        described = from_file("describe-user-pool", **named)["UserPool"]
        assert described["UserPoolTags"] == {"team": "red", "stage": "test"}
        assert described["Domain"] == "people-of-the-shop"
        assert from_file("describe-user-pool-client", **of_client)["UserPoolClient"] == client
        assert from_file("list-users-in-group", **named, GroupName="readers")["Users"][0]["Username"] == "jane"
        assert (
            from_file("describe-user-import-job", **named, JobId=job["JobId"])["UserImportJob"]["Status"] == "Created"
        )
        assert from_file(
            "describe-managed-login-branding", **named, ManagedLoginBrandingId=style["ManagedLoginBrandingId"]
        )["ManagedLoginBranding"]["UseCognitoProvidedValues"]
        assert from_file("describe-terms", **named, TermsId=terms["TermsId"])["Terms"]["Links"] == terms["Links"]
        assert from_file("describe-risk-configuration", **named)["RiskConfiguration"] == risks
        assert from_file("get-log-delivery-configuration", **named)["LogDeliveryConfiguration"] == logs

    @pytest.mark.parametrize("site", ["under a prefix"], indirect=True)
    def test_is_told_what_is_wrong_with_a_file(self, aws, tmp_path):
        path = tmp_path / "pool.json"
        path.write_text(json.dumps({"PoolName": "people", "MfaConfiguration": "PERHAPS"}))

        refusal = aws("create-user-pool", "--cli-input-json", f"file://{path}")

        assert "(InvalidParameterException)" in refusal
        assert "Member must satisfy enum value set: [OFF, ON, OPTIONAL]" in refusal
