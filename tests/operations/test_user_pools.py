"""Pools through the API."""

import pytest

from cognito_auth.models import UserPool
from cognito_auth.services.attributes.standard import STANDARD
from tests import aws
from tests.factories import UserPoolFactory
from tests.refusals import refusal_of

pytestmark = pytest.mark.django_db

_SNS = {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x", "SnsRegion": "eu-west-1"}
_LAMBDA = "arn:aws:lambda:eu-west-1:123456789012:function:hello"
EVERYTHING = {
    "Policies": {
        "PasswordPolicy": {
            "MinimumLength": 12,
            "RequireUppercase": False,
            "RequireLowercase": True,
            "RequireNumbers": False,
            "RequireSymbols": False,
            "PasswordHistorySize": 24,
            "TemporaryPasswordValidityDays": 3,
        },
        "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]},
    },
    "DeletionProtection": "ACTIVE",
    "LambdaConfig": {
        "PreSignUp": _LAMBDA,
        "PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": _LAMBDA},
    },
    "AutoVerifiedAttributes": ["email", "phone_number"],
    "VerificationMessageTemplate": {
        "SmsMessage": "Code {####}",
        "EmailMessage": "Your code: {####}",
        "EmailSubject": "Code",
        "EmailMessageByLink": "Click {##here##}",
        "EmailSubjectByLink": "Link",
        "DefaultEmailOption": "CONFIRM_WITH_LINK",
    },
    "SmsAuthenticationMessage": "MFA {####}",
    "MfaConfiguration": "OFF",
    "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["email"]},
    "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": True, "DeviceOnlyRememberedOnUserPrompt": False},
    "EmailConfiguration": {
        "SourceArn": "arn:aws:ses:eu-west-1:123456789012:identity/example.com",
        "ReplyToEmailAddress": "reply@example.com",
        "EmailSendingAccount": "DEVELOPER",
        "From": "Us <us@example.com>",
        "ConfigurationSet": "set",
    },
    "SmsConfiguration": _SNS,
    "UserPoolTags": {"team": "red"},
    "AdminCreateUserConfig": {
        "AllowAdminCreateUserOnly": True,
        "UnusedAccountValidityDays": 3,
        "InviteMessageTemplate": {
            "SMSMessage": "{username} {####}",
            "EmailMessage": "Hi {username}: {####}",
            "EmailSubject": "Welcome",
        },
    },
    "UserPoolAddOns": {
        "AdvancedSecurityMode": "AUDIT",
        "AdvancedSecurityAdditionalFlows": {"CustomAuthMode": "AUDIT"},
    },
    "AccountRecoverySetting": {"RecoveryMechanisms": [{"Priority": 1, "Name": "verified_email"}]},
    "UserPoolTier": "PLUS",
    "DcrConfiguration": {"EnableStatus": "Disabled", "OpenDcrEnabled": False},
    "KeyConfiguration": {"KeyType": "AWS_OWNED_KEY"},
    "IssuerConfiguration": {"Type": "ORIGINAL"},
    "AcrConfiguration": {"Level1": {"AcrValue": "urn:one"}},
}
DEFAULTS = {
    "Policies": {
        "PasswordPolicy": {
            "MinimumLength": 8,
            "RequireUppercase": True,
            "RequireLowercase": True,
            "RequireNumbers": True,
            "RequireSymbols": True,
            "TemporaryPasswordValidityDays": 7,
        },
        "SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]},
    },
    "DeletionProtection": "INACTIVE",
    "LambdaConfig": {},
    "VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE"},
    "MfaConfiguration": "OFF",
    "EstimatedNumberOfUsers": 0,
    "EmailConfiguration": {"EmailSendingAccount": "COGNITO_DEFAULT"},
    "UserPoolTags": {},
    "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False, "UnusedAccountValidityDays": 7},
    "UsernameConfiguration": {"CaseSensitive": False},
    "UserPoolTier": "ESSENTIALS",
}
_IDENTITY = ("Id", "Name", "Arn", "CreationDate", "LastModifiedDate", "SchemaAttributes")


def settings_of(cognito, pool_id):
    described = cognito.describe_user_pool(UserPoolId=pool_id)["UserPool"]
    return {name: value for name, value in described.items() if name not in _IDENTITY}


class TestCreateUserPool:
    def test_works_with_a_name_alone(self, boto3_client):
        pool = boto3_client.create_user_pool(PoolName="people")["UserPool"]

        assert pool["Name"] == "people"
        assert pool["Id"].startswith("eu-west-1_")
        assert pool["Arn"] == f"arn:aws:cognito-idp:eu-west-1:000000000000:userpool/{pool['Id']}"
        assert {name: value for name, value in pool.items() if name not in _IDENTITY} == DEFAULTS
        assert [item["Name"] for item in pool["SchemaAttributes"]] == list(STANDARD)
        assert pool == boto3_client.describe_user_pool(UserPoolId=pool["Id"])["UserPool"]

    def test_makes_signing_keys(self, cognito):
        pool = UserPool.objects.get(pk=cognito.create_user_pool(PoolName="people")["UserPool"]["Id"])

        assert pool.id_signing_key_id
        assert pool.access_signing_key_id

    def test_gives_back_everything_that_was_set(self, boto3_client):
        pool_id = boto3_client.create_user_pool(
            PoolName="people",
            AliasAttributes=["email", "preferred_username"],
            UsernameConfiguration={"CaseSensitive": True},
            **EVERYTHING,
        )["UserPool"]["Id"]

        assert settings_of(boto3_client, pool_id) == {
            **EVERYTHING,
            "AliasAttributes": ["email", "preferred_username"],
            "UsernameConfiguration": {"CaseSensitive": True},
            "SmsVerificationMessage": "Code {####}",
            "EmailVerificationMessage": "Your code: {####}",
            "EmailVerificationSubject": "Code",
            "EstimatedNumberOfUsers": 0,
        }

    def test_puts_the_older_message_members_into_the_template(self, cognito):
        pool = cognito.create_user_pool(
            PoolName="people",
            SmsVerificationMessage="Old {####}",
            EmailVerificationMessage="Old {####}",
            VerificationMessageTemplate={"EmailMessage": "New {####}"},
        )["UserPool"]

        assert pool["VerificationMessageTemplate"] == {
            "DefaultEmailOption": "CONFIRM_WITH_CODE",
            "SmsMessage": "Old {####}",
            "EmailMessage": "New {####}",
        }
        assert pool["EmailVerificationMessage"] == "New {####}"

    def test_takes_the_older_member_for_temporary_passwords(self, cognito):
        pool = cognito.create_user_pool(PoolName="p", AdminCreateUserConfig={"UnusedAccountValidityDays": 2})[
            "UserPool"
        ]

        assert pool["Policies"]["PasswordPolicy"]["TemporaryPasswordValidityDays"] == 2

    def test_is_in_the_plus_tier_with_threat_protection(self, cognito):
        pool = cognito.create_user_pool(PoolName="p", UserPoolAddOns={"AdvancedSecurityMode": "ENFORCED"})["UserPool"]

        assert pool["UserPoolTier"] == "PLUS"

    def test_has_awss_defaults_when_strict(self, cognito, settings):
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "STRICT": True}

        pool = cognito.create_user_pool(PoolName="people")["UserPool"]

        assert UserPool.objects.get(pk=pool["Id"]).strict
        assert pool["UsernameConfiguration"] == {"CaseSensitive": True}

    def test_takes_a_schema(self, boto3_client):
        pool = boto3_client.create_user_pool(
            PoolName="people",
            Schema=[
                {"Name": "email", "Required": True, "Mutable": False},
                {
                    "Name": "name",
                    "AttributeDataType": "String",
                    "StringAttributeConstraints": {"MinLength": "2", "MaxLength": "40"},
                },
                {"Name": "team", "AttributeDataType": "String"},
                {
                    "Name": "level",
                    "AttributeDataType": "Number",
                    "Mutable": False,
                    "NumberAttributeConstraints": {"MinValue": "-1", "MaxValue": "1.50"},
                },
                {"Name": "score", "AttributeDataType": "Boolean", "DeveloperOnlyAttribute": True},
            ],
        )["UserPool"]

        schema = {item.pop("Name"): item for item in pool["SchemaAttributes"]}
        assert list(schema) == [*STANDARD, "custom:team", "custom:level", "dev:custom:score"]
        assert schema["email"] == {
            "AttributeDataType": "String",
            "DeveloperOnlyAttribute": False,
            "Mutable": False,
            "Required": True,
            "StringAttributeConstraints": {"MinLength": "0", "MaxLength": "2048"},
        }
        assert schema["name"]["StringAttributeConstraints"] == {"MinLength": "2", "MaxLength": "40"}
        assert schema["custom:team"]["StringAttributeConstraints"] == {}
        assert schema["custom:level"]["NumberAttributeConstraints"] == {"MinValue": "-1", "MaxValue": "1.5"}
        assert schema["custom:level"]["Mutable"] is False
        assert schema["dev:custom:score"]["DeveloperOnlyAttribute"] is True
        assert schema["updated_at"]["NumberAttributeConstraints"] == {"MinValue": "0"}
        assert schema["sub"]["Required"] is True

    @pytest.mark.parametrize(
        ("definition", "message"),
        [
            (
                {"Name": "a", "AttributeDataType": "String", "Required": True},
                "Required custom attributes are not supported currently.",
            ),
            ({"Name": "a"}, "Invalid AttributeDataType input, consider using the provided AttributeDataType enum."),
            ({"AttributeDataType": "String"}, "Missing required parameter Name"),
            (
                {"Name": "a", "AttributeDataType": "Banana"},
                "Validation error detected: Value 'Banana' failed to satisfy constraint: Member must satisfy enum value"
                " set: [Boolean, Number, String, DateTime]",
            ),
            (
                {"Name": "email", "AttributeDataType": "Number"},
                "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute"
                " email",
            ),
            (
                {"Name": "email", "DeveloperOnlyAttribute": True},
                "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute"
                " email",
            ),
            (
                {"Name": "a", "AttributeDataType": "Number", "StringAttributeConstraints": {}},
                "Invalid StringAttributeConstraints for schema attribute a",
            ),
            (
                {"Name": "a", "AttributeDataType": "String", "StringAttributeConstraints": {"MinLength": "x"}},
                "Invalid StringAttributeConstraints for schema attribute a",
            ),
            (
                {"Name": "a", "AttributeDataType": "Number", "NumberAttributeConstraints": {"MaxValue": "NaN"}},
                "Invalid NumberAttributeConstraints for schema attribute a",
            ),
            (
                {"Name": "a", "AttributeDataType": "Number", "NumberAttributeConstraints": {"MaxValue": "1e99"}},
                "Invalid NumberAttributeConstraints for schema attribute a",
            ),
            (
                {"Name": "a", "AttributeDataType": "String", "StringAttributeConstraints": {"MaxLength": "2049"}},
                "user.custom:a: String attributes cannot have a length of more than 2048",
            ),
        ],
    )
    def test_refuses_wrong_schemas(self, cognito, definition, message):
        assert refusal_of(cognito.create_user_pool, PoolName="p", Schema=[definition]) == (
            "InvalidParameterException",
            message,
        )
        assert not UserPool.objects.exists()

    def test_passes_over_the_bounds_of_other_types(self, cognito):
        both = {
            "StringAttributeConstraints": {"MinLength": "1", "MaxLength": "9"},
            "NumberAttributeConstraints": {"MinValue": "2", "MaxValue": "8"},
        }
        types = {"text": "String", "level": "Number", "member": "Boolean"}

        pool = cognito.create_user_pool(
            PoolName="p", Schema=[{"Name": name, "AttributeDataType": kind, **both} for name, kind in types.items()]
        )["UserPool"]

        text, level, member = pool["SchemaAttributes"][-3:]
        assert text["StringAttributeConstraints"] == both["StringAttributeConstraints"]
        assert level["NumberAttributeConstraints"] == both["NumberAttributeConstraints"]
        assert "NumberAttributeConstraints" not in text
        assert "StringAttributeConstraints" not in level
        assert not both.keys() & member.keys()

    @pytest.mark.parametrize("is_second_for_developers", [True, False])
    def test_refuses_one_name_twice(self, cognito, is_second_for_developers):
        schema = [
            {"Name": "banana", "AttributeDataType": "String", "DeveloperOnlyAttribute": True},
            {"Name": "banana", "AttributeDataType": "String", "DeveloperOnlyAttribute": is_second_for_developers},
        ]

        assert refusal_of(cognito.create_user_pool, PoolName="p", Schema=schema) == (
            "InvalidParameterException",
            "custom:banana: Existing attribute already has name dev:custom:banana.",
        )

    @pytest.mark.parametrize(
        "members",
        [
            {"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "SOFTWARE_TOKEN"]}}},
            {
                "KeyConfiguration": {
                    "KeyType": "CUSTOMER_MANAGED_KEY",
                    "KmsKeyArn": "arn:aws:kms:eu-west-1:123456789012:key/x",
                }
            },
            {"DcrConfiguration": {}},
            {"IssuerConfiguration": {"Type": "UPDATED"}},
        ],
    )
    def test_refuses_what_would_not_be_done(self, cognito, members):
        code, _message = refusal_of(cognito.create_user_pool, PoolName="p", **members)

        assert code == "FeatureUnavailableInTierException"

    @pytest.mark.parametrize(
        "members",
        [
            {"UsernameAttributes": ["email"], "AliasAttributes": ["email"]},
            {
                "AutoVerifiedAttributes": ["email"],
                "UserAttributeUpdateSettings": {"AttributesRequireVerificationBeforeUpdate": ["phone_number"]},
            },
            {
                "AccountRecoverySetting": {
                    "RecoveryMechanisms": [
                        {"Priority": 1, "Name": "admin_only"},
                        {"Priority": 2, "Name": "verified_email"},
                    ]
                }
            },
            {
                "AccountRecoverySetting": {
                    "RecoveryMechanisms": [
                        {"Priority": 1, "Name": "verified_phone_number"},
                        {"Priority": 1, "Name": "verified_email"},
                    ]
                }
            },
            {"AdminCreateUserConfig": {"InviteMessageTemplate": {"EmailMessage": "Welcome, {username}"}}},
            {
                "AdminCreateUserConfig": {"UnusedAccountValidityDays": 3},
                "Policies": {"PasswordPolicy": {"TemporaryPasswordValidityDays": 4}},
            },
        ],
    )
    def test_refuses_contradictions(self, cognito, members):
        code, _message = refusal_of(cognito.create_user_pool, PoolName="p", **members)

        assert code == "InvalidParameterException"

    def test_takes_own_texts_without_an_own_sender_in_strict_pools_too(self, cognito, settings):
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "STRICT": True}
        texts = {"EmailMessage": "{username}: {####}", "EmailSubject": "Welcome"}

        pool = cognito.create_user_pool(
            PoolName="p", VerificationMessageTemplate=texts, AdminCreateUserConfig={"InviteMessageTemplate": texts}
        )["UserPool"]

        assert pool["EmailConfiguration"] == {"EmailSendingAccount": "COGNITO_DEFAULT"}
        assert pool["EmailVerificationMessage"] == "{username}: {####}"
        assert pool["AdminCreateUserConfig"]["InviteMessageTemplate"] == texts

    @pytest.mark.parametrize("tags", [{"aws:x": "1"}, {str(number): "" for number in range(51)}])
    def test_refuses_tags_as_aws_does(self, cognito, tags):
        assert refusal_of(cognito.create_user_pool, PoolName="p", UserPoolTags=tags)[0] == "UserPoolTaggingException"

    @pytest.mark.parametrize(
        "members",
        [
            {"AutoVerifiedAttributes": ["phone_number"]},
            {"EmailConfiguration": {"EmailSendingAccount": "DEVELOPER"}},
            {"UserPoolTier": "LITE", "UserPoolAddOns": {"AdvancedSecurityMode": "AUDIT"}},
            {"UserPoolTier": "LITE", "Policies": {"PasswordPolicy": {"PasswordHistorySize": 1}}},
            {
                "UserPoolTier": "LITE",
                "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}},
            },
            {
                "UserPoolTier": "LITE",
                "LambdaConfig": {"PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": _LAMBDA}},
            },
        ],
    )
    def test_refuses_what_needs_aws_in_strict_pools_only(self, cognito, settings, members):
        assert cognito.create_user_pool(PoolName="kind", **members)
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "STRICT": True}

        code, _message = refusal_of(cognito.create_user_pool, PoolName="strict", **members)

        assert code in {"InvalidParameterException", "FeatureUnavailableInTierException"}


class TestUpdateUserPool:
    def test_sets_everything(self, boto3_client):
        pool = UserPoolFactory()

        boto3_client.update_user_pool(UserPoolId=pool.pk, PoolName="renamed", **EVERYTHING)

        described = boto3_client.describe_user_pool(UserPoolId=pool.pk)["UserPool"]
        assert described["Name"] == "renamed"
        assert {name: described[name] for name in EVERYTHING} == EVERYTHING
        assert described["LastModifiedDate"] > described["CreationDate"]

    def test_gives_omitted_members_their_defaults_but_keeps_what_real_pools_keep(self, boto3_client):
        pool = UserPoolFactory()
        boto3_client.update_user_pool(UserPoolId=pool.pk, PoolName="renamed", **EVERYTHING)

        boto3_client.update_user_pool(UserPoolId=pool.pk)

        assert settings_of(boto3_client, pool.pk) == {
            **DEFAULTS,
            "UserPoolTier": "PLUS",
            "Policies": EVERYTHING["Policies"],
            "UserPoolTags": EVERYTHING["UserPoolTags"],
            "AdminCreateUserConfig": {"AllowAdminCreateUserOnly": False, "UnusedAccountValidityDays": 3},
        }
        assert UserPool.objects.get(pk=pool.pk).name == "renamed"

    def test_keeps_mfa_that_is_on(self, cognito):
        pool = UserPoolFactory(software_token_mfa_enabled=True, mfa_configuration="ON")

        cognito.update_user_pool(UserPoolId=pool.pk)

        assert UserPool.objects.get(pk=pool.pk).mfa_configuration == "ON"

    def test_replaces_one_policy_and_keeps_the_other(self, cognito):
        pool = UserPoolFactory(allowed_first_auth_factors=["EMAIL_OTP"], password_require_symbols=False)

        cognito.update_user_pool(
            UserPoolId=pool.pk, Policies={"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]}}
        )
        assert not UserPool.objects.get(pk=pool.pk).password_require_symbols

        cognito.update_user_pool(UserPoolId=pool.pk, Policies={"PasswordPolicy": {"RequireSymbols": True}})
        updated = UserPool.objects.get(pk=pool.pk)
        assert (updated.allowed_first_auth_factors, updated.password_require_symbols) == (["PASSWORD"], True)

    def test_keeps_verification_before_a_change_as_far_as_it_can_verify(self, cognito):
        both = ["email", "phone_number"]
        pool = UserPoolFactory(auto_verified_attributes=both, verify_before_update_attributes=both)

        cognito.update_user_pool(UserPoolId=pool.pk, AutoVerifiedAttributes=["email"])
        assert UserPool.objects.get(pk=pool.pk).verify_before_update_attributes == ["email"]

        none = {"AttributesRequireVerificationBeforeUpdate": []}
        cognito.update_user_pool(UserPoolId=pool.pk, AutoVerifiedAttributes=["email"], UserAttributeUpdateSettings=none)
        assert UserPool.objects.get(pk=pool.pk).verify_before_update_attributes == []

    def test_remembers_devices_with_an_empty_structure(self, cognito):
        pool = UserPoolFactory()

        cognito.update_user_pool(UserPoolId=pool.pk, DeviceConfiguration={})

        assert settings_of(cognito, pool.pk)["DeviceConfiguration"] == {
            "ChallengeRequiredOnNewDevice": False,
            "DeviceOnlyRememberedOnUserPrompt": False,
        }

    def test_keeps_the_tier_of_features_that_stay_on_in_strict_pools_only(self, cognito):
        kind, strict = UserPoolFactory(), UserPoolFactory(strict=True)
        history = {"Policies": {"PasswordPolicy": {"PasswordHistorySize": 5}}}
        cognito.update_user_pool(UserPoolId=strict.pk, **history)

        refusal = refusal_of(cognito.update_user_pool, UserPoolId=strict.pk, UserPoolTier="LITE", **history)

        assert refusal == (
            "TierChangeNotAllowedException",
            "The tier cannot be changed to LITE: Password history in the LITE tier is not available.",
        )
        cognito.update_user_pool(UserPoolId=strict.pk, UserPoolTier="LITE", Policies={"PasswordPolicy": {}})
        cognito.update_user_pool(UserPoolId=kind.pk, UserPoolTier="LITE", **history)

    def test_leaves_sign_in_names_and_schema(self, cognito):
        pool = UserPoolFactory(username_attributes=["email"], case_sensitive=True, strict=True, schema_version=5)

        cognito.update_user_pool(UserPoolId=pool.pk)

        updated = UserPool.objects.get(pk=pool.pk)
        assert (updated.username_attributes, updated.case_sensitive) == (["email"], True)
        assert (updated.strict, updated.schema_version) == (True, 5)

    def test_keeps_the_sms_role_of_strict_pools(self, cognito):
        pool = UserPoolFactory(strict=True, sms_configuration=_SNS)

        cognito.update_user_pool(UserPoolId=pool.pk)

        assert UserPool.objects.get(pk=pool.pk).sms_configuration == _SNS

    def test_changes_nothing_when_refused(self, cognito):
        pool = UserPoolFactory()

        assert refusal_of(cognito.update_user_pool, UserPoolId=pool.pk, PoolName="x", MfaConfiguration="ON")[0] == (
            "InvalidParameterException"
        )
        assert UserPool.objects.get(pk=pool.pk).name == "people"

    def test_refuses_an_unknown_pool(self, cognito):
        assert refusal_of(cognito.update_user_pool, UserPoolId="eu-west-1_nothing00") == (
            "ResourceNotFoundException",
            "User pool eu-west-1_nothing00 does not exist.",
        )


class TestDescribeUserPool:
    def test_refuses_an_unknown_pool(self, boto3_client):
        assert refusal_of(boto3_client.describe_user_pool, UserPoolId="eu-west-1_nothing00") == (
            "ResourceNotFoundException",
            "User pool eu-west-1_nothing00 does not exist.",
        )

    @pytest.mark.parametrize("strict", [True, False])
    def test_finds_strict_pools_in_their_own_region_only(self, boto3_client, strict):
        pool = UserPoolFactory(id="eu-west-1_AbC123xyZ", strict=strict)
        elsewhere = aws.client(region_name="us-east-1")

        assert boto3_client.describe_user_pool(UserPoolId=pool.pk)["UserPool"]["Id"] == pool.pk
        if strict:
            assert refusal_of(elsewhere.describe_user_pool, UserPoolId=pool.pk) == (
                "ResourceNotFoundException",
                "User pool eu-west-1_AbC123xyZ does not exist.",
            )
        else:
            assert elsewhere.describe_user_pool(UserPoolId=pool.pk)["UserPool"]["Id"] == pool.pk


class TestDeleteUserPool:
    def test_deletes(self, boto3_client):
        pool = UserPoolFactory()

        boto3_client.delete_user_pool(UserPoolId=pool.pk)

        assert not UserPool.objects.exists()

    def test_respects_deletion_protection(self, cognito):
        pool = UserPoolFactory(deletion_protection=True)

        assert refusal_of(cognito.delete_user_pool, UserPoolId=pool.pk) == (
            "InvalidParameterException",
            "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be"
            " inactivated first.",
        )


class TestListUserPools:
    def test_pages_through_all_pools(self, boto3_client):
        ids = sorted(pool.pk for pool in UserPoolFactory.create_batch(5))

        pages = list(
            boto3_client.get_paginator("list_user_pools").paginate(MaxResults=2, PaginationConfig={"PageSize": 2})
        )

        listed = [pool for page in pages for pool in page["UserPools"]]
        assert sorted(pool["Id"] for pool in listed) == ids
        assert len(pages) == 3
        assert set(listed[0]) == {"Id", "Name", "LambdaConfig", "CreationDate", "LastModifiedDate"}

    def test_refuses_made_up_tokens(self, cognito):
        assert refusal_of(cognito.list_user_pools, MaxResults=1, NextToken="x")[0] == "InvalidParameterException"
