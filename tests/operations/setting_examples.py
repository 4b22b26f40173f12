"""Example values for every leaf of the settings of pools and app clients, and what becomes of each.

A leaf is named by its path in the request: ``Policies.PasswordPolicy.MinimumLength``; ``[]`` stands for the
elements of a list, ``{}`` for the entries of a map. Values of ``[]`` leaves are those of one whole list.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from cognito_auth.operations import service_model

_LAMBDA = "arn:aws:lambda:eu-west-1:123456789012:function:hello"
_ROLE = "arn:aws:iam::123456789012:role/sms"
_KEY = "arn:aws:kms:eu-west-1:123456789012:key/1"


@dataclass(frozen=True)
class Kept:
    """A value that is given back as it was set.

    ``beside`` is what the request needs besides; ``shown`` is given back further, or instead. ``with_secret``:
    the app client has a secret.
    """

    value: Any
    beside: Mapping[str, Any] = field(default_factory=dict)
    shown: Mapping[str, Any] = field(default_factory=dict)
    with_secret: bool = False


@dataclass(frozen=True)
class Refused:
    """A value that is refused."""

    value: Any
    error: str
    message: str
    beside: Mapping[str, Any] = field(default_factory=dict)


Example = Kept | Refused
Table = Mapping[str, list[Example]]


def leaves(shape_name: str, path: str = "") -> Iterator[tuple[str, str]]:
    """Return path and shape of every leaf of a shape."""
    shape = service_model.shape(shape_name)
    if shape["type"] == "structure":
        for member, member_shape in shape["members"].items():
            yield from leaves(member_shape, f"{path}.{member}" if path else member)
    elif shape["type"] == "list":
        yield from leaves(shape["member"], f"{path}[]")
    elif shape["type"] == "map":
        yield f"{path}{{}}", shape_name
    else:
        yield path, shape_name


def leaves_of(operation: str) -> dict[str, str]:
    """Return the leaves of an operation's request, with their shapes."""
    return dict(leaves(service_model.load()["operations"][operation]["input"]))


def request_with(path: str, example: Example) -> dict[str, Any]:
    """Return a request that sets one leaf, and what it needs besides."""
    names = path.removesuffix("{}").removesuffix("[]").split(".")
    value = example.value
    for name in reversed(names):
        # An element of a list of structures stands alone in it.
        value = {name.removesuffix("[]"): [value] if name.endswith("[]") else value}
    return merged(example.beside, value)


def merged(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    """Return both, the members of structures together, the one element of two lists of structures too."""
    result = deepcopy(dict(first))
    for name, value in second.items():
        known = result.get(name)
        if isinstance(known, dict) and isinstance(value, Mapping):
            result[name] = merged(known, value)
        elif _is_one_structure(known) and _is_one_structure(value):
            result[name] = [merged(known[0], value[0])]
        else:
            result[name] = deepcopy(value)
    return result


def _is_one_structure(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict)


# User pools

_SMS = {"SmsConfiguration": {"SnsCallerArn": _ROLE}}
_EUMS = {"SmsConfiguration": {"EumsSms": {"CallerArn": _ROLE}}}
_TEMPLATE = {"VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_CODE"}}
_CLOSED_REGISTRATION = {"DcrConfiguration": {"EnableStatus": "Disabled"}}
_UNAVAILABLE = "FeatureUnavailableInTierException"
_INVALID = "InvalidParameterException"
_INVALID_OAUTH = "InvalidOAuthFlowException"


_CHARACTERS = ("Uppercase", "Lowercase", "Numbers", "Symbols")


def _kinds(*required: str) -> dict[str, Any]:
    """Return a password policy that requires these kinds of characters and no other."""
    return {"Policies": {"PasswordPolicy": {f"Require{kind}": kind in required for kind in _CHARACTERS}}}


_ALL_KINDS = _kinds(*_CHARACTERS)


def _days(shown: int) -> dict[str, Any]:
    """Return the life of temporary passwords in both its members."""
    return {
        "Policies": {"PasswordPolicy": {"TemporaryPasswordValidityDays": shown}},
        "AdminCreateUserConfig": {"UnusedAccountValidityDays": shown},
    }


def _versioned(name: str, *versions: str) -> dict[str, list[Example]]:
    path = f"LambdaConfig.{name}"
    return {
        f"{path}.LambdaVersion": [
            Kept(version, beside={"LambdaConfig": {name: {"LambdaArn": _LAMBDA}}}) for version in versions
        ],
        f"{path}.LambdaArn": [Kept(_LAMBDA, beside={"LambdaConfig": {name: {"LambdaVersion": versions[0]}}})],
    }


def _same_as_in_template(older: str, member: str, text: str) -> dict[str, list[Example]]:
    """Return examples of a member of the message template and of the one that it replaced."""
    return {
        older: [Kept(text, shown={"VerificationMessageTemplate": {member: text}})],
        f"VerificationMessageTemplate.{member}": [Kept(text, shown={older: text})],
    }


_POOL: Table = {
    "PoolName": [Kept("people +=,.@-", shown={"Name": "people +=,.@-"})],
    "Policies.PasswordPolicy.MinimumLength": [Kept(6, beside=_ALL_KINDS), Kept(99, beside=_ALL_KINDS)],
    # What a policy leaves out is not required.
    **{
        f"Policies.PasswordPolicy.Require{kind}": [
            Kept(True, shown=_kinds(kind)),
            Kept(True, beside=_ALL_KINDS),
            Kept(False, beside=_ALL_KINDS),
            Kept(False, shown=_kinds()),
        ]
        for kind in _CHARACTERS
    },
    "Policies.PasswordPolicy.PasswordHistorySize": [Kept(0, beside=_ALL_KINDS), Kept(24, beside=_ALL_KINDS)],
    "Policies.PasswordPolicy.TemporaryPasswordValidityDays": [
        Kept(1, beside=_ALL_KINDS, shown=_days(1)),
        Kept(365, beside=_ALL_KINDS, shown=_days(365)),
        Kept(0, beside=_ALL_KINDS, shown=_days(7)),
        Refused(
            1,
            _INVALID,
            "UnusedAccountValidityDays and TemporaryPasswordValidityDays must not differ.",
            beside={"AdminCreateUserConfig": {"UnusedAccountValidityDays": 2}},
        ),
    ],
    "Policies.SignInPolicy.AllowedFirstAuthFactors[]": [
        Kept(["PASSWORD"]),
        Kept(["EMAIL_OTP"]),
        Kept(["PASSWORD", "WEB_AUTHN", "EMAIL_OTP", "SMS_OTP"]),
        Refused(["WEB_AUTHN"], _INVALID, "AllowedFirstAuthFactors cannot contain WEB_AUTHN alone."),
        Refused(
            ["PASSWORD", "SOFTWARE_TOKEN"],
            _UNAVAILABLE,
            "SOFTWARE_TOKEN as a first factor (AllowedFirstAuthFactors) is not available.",
        ),
    ],
    "DeletionProtection": [Kept("ACTIVE"), Kept("INACTIVE")],
    **{
        f"LambdaConfig.{name}": [Kept(_LAMBDA)]
        for name in (
            "PreSignUp",
            "CustomMessage",
            "PostConfirmation",
            "PreAuthentication",
            "PostAuthentication",
            "DefineAuthChallenge",
            "CreateAuthChallenge",
            "VerifyAuthChallengeResponse",
            "UserMigration",
        )
    },
    "LambdaConfig.PreTokenGeneration": [
        Kept(_LAMBDA),
        Kept(
            _LAMBDA,
            beside={"LambdaConfig": {"PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": _LAMBDA}}},
        ),
        Refused(
            _LAMBDA,
            _INVALID,
            "PreTokenGeneration and the LambdaArn of PreTokenGenerationConfig must not differ.",
            beside={
                "LambdaConfig": {
                    "PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": f"{_LAMBDA}-another"}
                }
            },
        ),
    ],
    **_versioned("PreTokenGenerationConfig", "V1_0", "V2_0", "V3_0"),
    **_versioned("CustomSMSSender", "V1_0"),
    **_versioned("CustomEmailSender", "V1_0"),
    **_versioned("InboundFederation", "V1_0"),
    "LambdaConfig.KMSKeyID": [Kept(_KEY)],
    "AutoVerifiedAttributes[]": [Kept(["email"]), Kept(["phone_number", "email"])],
    **_same_as_in_template("SmsVerificationMessage", "SmsMessage", "Code {####}"),
    **_same_as_in_template("EmailVerificationMessage", "EmailMessage", "<b>Ça va?</b>\n{####}"),
    **_same_as_in_template("EmailVerificationSubject", "EmailSubject", "Your code 🙂"),
    "VerificationMessageTemplate.EmailMessageByLink": [Kept("Press {##here##}.")],
    "VerificationMessageTemplate.EmailSubjectByLink": [Kept("A link")],
    "VerificationMessageTemplate.DefaultEmailOption": [Kept("CONFIRM_WITH_LINK"), Kept("CONFIRM_WITH_CODE")],
    "SmsAuthenticationMessage": [Kept("{####} signs in")],
    "MfaConfiguration": [
        Kept("OFF"),
        Kept("ON", beside=_SMS),
        Kept("OPTIONAL", beside=_SMS),
        Refused(
            "ON",
            _INVALID,
            "At least one of [SmsMfaConfiguration] or [SoftwareTokenMfaConfiguration] must be provided.",
        ),
    ],
    "UserAttributeUpdateSettings.AttributesRequireVerificationBeforeUpdate[]": [
        Kept(["email", "phone_number"], beside={"AutoVerifiedAttributes": ["email", "phone_number"]}),
        Refused(
            ["email"],
            _INVALID,
            "AttributesRequireVerificationBeforeUpdate can only contain attributes that are in AutoVerifiedAttributes.",
        ),
    ],
    "DeviceConfiguration.ChallengeRequiredOnNewDevice": [
        Kept(given, shown={"DeviceConfiguration": {"DeviceOnlyRememberedOnUserPrompt": False}})
        for given in (True, False)
    ],
    "DeviceConfiguration.DeviceOnlyRememberedOnUserPrompt": [
        Kept(given, shown={"DeviceConfiguration": {"ChallengeRequiredOnNewDevice": False}}) for given in (True, False)
    ],
    "EmailConfiguration.SourceArn": [Kept("arn:aws:ses:eu-west-1:123456789012:identity/example.com")],
    "EmailConfiguration.ReplyToEmailAddress": [Kept("reply@example.com")],
    "EmailConfiguration.EmailSendingAccount": [Kept("COGNITO_DEFAULT"), Kept("DEVELOPER")],
    "EmailConfiguration.From": [Kept("Us <us@example.com>")],
    "EmailConfiguration.ConfigurationSet": [Kept("mail_set-1")],
    "SmsConfiguration.SnsCallerArn": [Kept(_ROLE)],
    "SmsConfiguration.ExternalId": [Kept("outside", beside=_SMS)],
    "SmsConfiguration.SnsRegion": [Kept("eu-west-1", beside=_SMS)],
    "SmsConfiguration.EumsSms.CallerArn": [Kept(_ROLE)],
    **{
        f"SmsConfiguration.EumsSms.{name}": [Kept(value, beside=_EUMS)]
        for name, value in {
            "ExternalId": "outside",
            "OriginationIdentity": "+14155550100",
            "ConfigurationSetName": "texts",
            "InEntityId": "1001",
            "InTemplateId": "1002",
            "Region": "eu-west-1",
        }.items()
    },
    "UserPoolTags{}": [
        Kept({"team": "red", "empty": ""}),
        Refused({"aws:team": "red"}, "UserPoolTaggingException", "Tag keys cannot begin with aws:"),
    ],
    "AdminCreateUserConfig.AllowAdminCreateUserOnly": [Kept(True), Kept(False)],
    "AdminCreateUserConfig.UnusedAccountValidityDays": [
        Kept(30, shown=_days(30)),
        Kept(0, shown=_days(7)),
    ],
    "AdminCreateUserConfig.InviteMessageTemplate.SMSMessage": [
        Kept("{username}: {####}"),
        Refused("{username}!", _INVALID, "SMSMessage of InviteMessageTemplate must contain {username} and {####}."),
    ],
    "AdminCreateUserConfig.InviteMessageTemplate.EmailMessage": [
        Kept("<p>{username}</p>\n<p>{####}</p>"),
        Refused("{####}!", _INVALID, "EmailMessage of InviteMessageTemplate must contain {username} and {####}."),
    ],
    "AdminCreateUserConfig.InviteMessageTemplate.EmailSubject": [Kept("Welcome")],
    "UserPoolAddOns.AdvancedSecurityMode": [
        Kept("OFF"),
        Kept("AUDIT", beside={"UserPoolTier": "PLUS"}),
        Kept("ENFORCED", beside={"UserPoolTier": "PLUS"}),
    ],
    "UserPoolAddOns.AdvancedSecurityAdditionalFlows.CustomAuthMode": [
        Kept(mode, beside={"UserPoolAddOns": {"AdvancedSecurityMode": "ENFORCED"}, "UserPoolTier": "PLUS"})
        for mode in ("AUDIT", "ENFORCED")
    ],
    "DcrConfiguration.EnableStatus": [
        Kept("Disabled"),
        Refused("Enabled", _UNAVAILABLE, "Dynamic client registration (DcrConfiguration) is not available."),
    ],
    "DcrConfiguration.OpenDcrEnabled": [
        Kept(False, beside=_CLOSED_REGISTRATION),
        Refused(True, _UNAVAILABLE, "Dynamic client registration (DcrConfiguration) is not available."),
    ],
    "DcrConfiguration.AuthenticatedGrantTypes[]": [
        Kept(["code", "implicit", "client_credentials"], beside=_CLOSED_REGISTRATION)
    ],
    "DcrConfiguration.OpenDcrGrantTypes[]": [
        Kept(["code", "implicit", "client_credentials"], beside=_CLOSED_REGISTRATION)
    ],
    "DcrConfiguration.AllowedScopes[]": [Kept(["openid"], beside=_CLOSED_REGISTRATION)],
    "AccountRecoverySetting.RecoveryMechanisms[].Priority": [
        Kept(priority, beside={"AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "verified_email"}]}})
        for priority in (1, 2)
    ],
    "AccountRecoverySetting.RecoveryMechanisms[].Name": [
        Kept(name, beside={"AccountRecoverySetting": {"RecoveryMechanisms": [{"Priority": 1}]}})
        for name in ("verified_email", "verified_phone_number", "admin_only")
    ],
    "UserPoolTier": [Kept("LITE"), Kept("ESSENTIALS"), Kept("PLUS")],
    "KeyConfiguration.KeyType": [
        Kept("AWS_OWNED_KEY"),
        Refused(
            "CUSTOMER_MANAGED_KEY",
            _UNAVAILABLE,
            "Encryption with an AWS KMS key (KeyConfiguration) is not available.",
        ),
    ],
    "KeyConfiguration.KmsKeyArn": [
        Refused(_KEY, _UNAVAILABLE, "Encryption with an AWS KMS key (KeyConfiguration) is not available.")
    ],
    "IssuerConfiguration.Type": [
        Kept("ORIGINAL"),
        Refused("UPDATED", _UNAVAILABLE, "A multi-Region issuer (IssuerConfiguration) is not available."),
    ],
    "AcrConfiguration{}": [
        Kept({"Level1": {"AcrValue": "urn:one"}, "Level4": {"AcrValue": "urn:four"}}),
        Refused(
            {"Level1": {"AcrValue": "urn:one"}, "Level2": {"AcrValue": "urn:one"}},
            _INVALID,
            "The AcrValue of each level must be unique.",
        ),
    ],
}

_AT_CREATION: Table = {
    "AliasAttributes[]": [
        Kept(["email", "phone_number", "preferred_username"]),
        Refused(
            ["email"],
            _INVALID,
            "Only one of the aliasAttributes or usernameAttributes can be set",
            beside={"UsernameAttributes": ["email"]},
        ),
    ],
    "UsernameAttributes[]": [Kept(["email"]), Kept(["phone_number", "email"])],
    "UsernameConfiguration.CaseSensitive": [Kept(True), Kept(False)],
}

# Given back among the attributes of the schema, by the name that it has there.
SCHEMA: Table = {
    "Schema[].Name": [Kept("colour", beside={"Schema": [{"AttributeDataType": "String"}]})],
    "Schema[].AttributeDataType": [
        Kept(kind, beside={"Schema": [{"Name": "colour"}]}) for kind in ("String", "Number", "DateTime", "Boolean")
    ],
    "Schema[].DeveloperOnlyAttribute": [
        Kept(given, beside={"Schema": [{"Name": "colour", "AttributeDataType": "String"}]}) for given in (True, False)
    ],
    "Schema[].Mutable": [
        Kept(given, beside={"Schema": [{"Name": "colour", "AttributeDataType": "String"}]}) for given in (True, False)
    ],
    "Schema[].Required": [
        Kept(True, beside={"Schema": [{"Name": "email", "AttributeDataType": "String"}]}),
        Kept(False, beside={"Schema": [{"Name": "colour", "AttributeDataType": "String"}]}),
        Refused(
            True,
            _INVALID,
            "Required custom attributes are not supported currently.",
            beside={"Schema": [{"Name": "colour", "AttributeDataType": "String"}]},
        ),
    ],
    **{
        f"Schema[].NumberAttributeConstraints.{bound}": [
            Kept(value, beside={"Schema": [{"Name": "size", "AttributeDataType": "Number"}]})
            for value in ("0", "-5", "12")
        ]
        for bound in ("MinValue", "MaxValue")
    },
    **{
        f"Schema[].StringAttributeConstraints.{bound}": [
            Kept(value, beside={"Schema": [{"Name": "size", "AttributeDataType": "String"}]})
            for value in ("0", "7", "2048")
        ]
        for bound in ("MinLength", "MaxLength")
    },
}

CREATE_USER_POOL: Table = {**_POOL, **_AT_CREATION}
UPDATE_USER_POOL: Table = _POOL


# Second factors of a pool

_APP = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}
_SMS_MFA = {"SmsMfaConfiguration": _SMS}
_EUMS_MFA = {"SmsMfaConfiguration": _EUMS}
_RELYING_PARTY = {"WebAuthnConfiguration": {"RelyingPartyId": "example.com"}}

SET_USER_POOL_MFA_CONFIG: Table = {
    "SmsMfaConfiguration.SmsAuthenticationMessage": [Kept("{####} signs in")],
    "SmsMfaConfiguration.SmsConfiguration.SnsCallerArn": [Kept(_ROLE)],
    "SmsMfaConfiguration.SmsConfiguration.ExternalId": [Kept("outside", beside=_SMS_MFA)],
    "SmsMfaConfiguration.SmsConfiguration.SnsRegion": [Kept("eu-west-1", beside=_SMS_MFA)],
    **{
        f"SmsMfaConfiguration.{path}": [
            Kept(example.value, beside=_EUMS_MFA) for example in found if isinstance(example, Kept)
        ]
        for path, found in _POOL.items()
        if path.startswith("SmsConfiguration.EumsSms.")
    },
    "SoftwareTokenMfaConfiguration.Enabled": [Kept(True)],
    "EmailMfaConfiguration.Message": [Kept("Your code: {####}")],
    "EmailMfaConfiguration.Subject": [Kept("Your code")],
    "MfaConfiguration": [
        Kept("OFF"),
        Kept("ON", beside=_APP),
        Kept("OPTIONAL", beside=_APP),
        Refused(
            "ON",
            _INVALID,
            "At least one of [SmsMfaConfiguration] or [SoftwareTokenMfaConfiguration] must be provided.",
        ),
    ],
    "WebAuthnConfiguration.RelyingPartyId": [Kept("example.com")],
    "WebAuthnConfiguration.UserVerification": [
        Kept(value, beside=_RELYING_PARTY) for value in ("required", "preferred")
    ],
    "WebAuthnConfiguration.FactorConfiguration": [
        Kept("SINGLE_FACTOR", beside=_RELYING_PARTY),
        Kept(
            "MULTI_FACTOR_WITH_USER_VERIFICATION",
            beside={"WebAuthnConfiguration": {"RelyingPartyId": "example.com", "UserVerification": "required"}},
        ),
    ],
}


# App clients

_OAUTH = {
    "AllowedOAuthFlowsUserPoolClient": True,
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthScopes": ["openid"],
    "CallbackURLs": ["https://example.com/in"],
}
_MACHINE = {**_OAUTH, "AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthScopes": ["shop/read"]}
_RANGE = "Invalid range for token validity."
_ANALYTICS_ARN = "arn:aws:mobiletargeting:eu-west-1:123456789012:apps/abc"

_CLIENT: Table = {
    "ClientName": [Kept("web +=,.@-")],
    "RefreshTokenValidity": [
        Kept(1),
        Kept(3650),
        Kept(0, shown={"RefreshTokenValidity": 30}),
        Kept(90, beside={"TokenValidityUnits": {"RefreshToken": "minutes"}}),
        Refused(3651, _INVALID, _RANGE),
        Refused(59, _INVALID, _RANGE, beside={"TokenValidityUnits": {"RefreshToken": "minutes"}}),
    ],
    **{
        f"{kind}TokenValidity": [
            Kept(1),
            Kept(24),
            Kept(5, beside={"TokenValidityUnits": {f"{kind}Token": "minutes"}}),
            Refused(25, _INVALID, _RANGE),
            Refused(299, _INVALID, _RANGE, beside={"TokenValidityUnits": {f"{kind}Token": "seconds"}}),
        ]
        for kind in ("Access", "Id")
    },
    **{
        f"TokenValidityUnits.{kind}Token": [
            Kept("seconds", beside={f"{kind}TokenValidity": 3600}),
            Kept("minutes", beside={f"{kind}TokenValidity": 60}),
            Kept("hours", beside={f"{kind}TokenValidity": 1}),
            Kept("days", beside={f"{kind}TokenValidity": 1}),
            # Alone it says in what the default is counted: what is shown is the default.
            Kept("hours") if kind != "Refresh" else Kept("days"),
        ]
        for kind in ("Access", "Id", "Refresh")
    },
    "ReadAttributes[]": [
        Kept(["email", "sub", "email_verified"]),
        Kept([]),
        Refused(["custom:none"], _INVALID, "Invalid read attributes specified while {doing} a client"),
    ],
    "WriteAttributes[]": [
        Kept(["email", "name"]),
        Kept([]),
        Refused(["email_verified"], _INVALID, "Invalid write attributes specified while {doing} a client"),
    ],
    "ExplicitAuthFlows[]": [
        Kept(["ADMIN_NO_SRP_AUTH", "CUSTOM_AUTH_FLOW_ONLY", "USER_PASSWORD_AUTH"]),
        Kept(
            [
                "ALLOW_ADMIN_USER_PASSWORD_AUTH",
                "ALLOW_CUSTOM_AUTH",
                "ALLOW_USER_PASSWORD_AUTH",
                "ALLOW_USER_SRP_AUTH",
                "ALLOW_REFRESH_TOKEN_AUTH",
                "ALLOW_USER_AUTH",
            ]
        ),
        Kept(["ALLOW_TOKEN_EXCHANGE_DELEGATION", "ALLOW_TOKEN_EXCHANGE_IMPERSONATION"]),
        Kept(["ALLOW_CLIENT_TOKEN_AUTH"], with_secret=True),
        Refused(
            ["ALLOW_CLIENT_TOKEN_AUTH"],
            _INVALID,
            "ALLOW_CLIENT_TOKEN_AUTH can only be used with a client secret.",
        ),
        Refused(
            ["ADMIN_NO_SRP_AUTH", "ALLOW_CUSTOM_AUTH"],
            _INVALID,
            "Legacy values of ExplicitAuthFlows cannot be used together with values that begin with ALLOW_.",
        ),
    ],
    "SupportedIdentityProviders[]": [
        Kept(["COGNITO"]),
        Kept(["COGNITO", "Google"]),
        Refused(["Nobody"], _INVALID, "The provider Nobody does not exist for User Pool {pool}."),
    ],
    "CallbackURLs[]": [
        Kept(["https://example.com/in", "http://localhost:3000/in", "myapp://in"], beside=_OAUTH),
    ],
    "LogoutURLs[]": [Kept(["https://example.com/out", "myapp://out"], beside=_OAUTH)],
    "DefaultRedirectURI": [
        Kept("https://example.com/in", beside=_OAUTH),
        Refused(
            "https://example.com/else",
            _INVALID,
            "DefaultRedirectURI must be in the list of CallbackURLs.",
            beside=_OAUTH,
        ),
    ],
    "AllowedOAuthFlows[]": [
        Kept(["code", "implicit"], beside=_OAUTH),
        Kept(["client_credentials"], beside=_MACHINE, with_secret=True),
        Refused(
            ["client_credentials"],
            _INVALID_OAUTH,
            "client_credentials flow can not be selected if client does not have a client secret.",
            beside=_MACHINE,
        ),
    ],
    "AllowedOAuthScopes[]": [
        Kept(["phone", "email", "openid", "profile", "aws.cognito.signin.user.admin", "shop/read"], beside=_OAUTH),
        Refused(["shop/none"], "ScopeDoesNotExistException", "Invalid scope requested: shop/none", beside=_OAUTH),
    ],
    "AllowedOAuthFlowsUserPoolClient": [
        Kept(True, beside=_OAUTH),
        Kept(False),
        Refused(
            True,
            _INVALID_OAUTH,
            "AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.",
        ),
    ],
    "AnalyticsConfiguration.ApplicationId": [Kept("d70b2ba36a8c4dc5a04a0451a31a1e12")],
    "AnalyticsConfiguration.ApplicationArn": [Kept(_ANALYTICS_ARN)],
    "AnalyticsConfiguration.RoleArn": [Kept(_ROLE)],
    "AnalyticsConfiguration.ExternalId": [Kept("outside")],
    "AnalyticsConfiguration.UserDataShared": [Kept(True), Kept(False)],
    "PreventUserExistenceErrors": [Kept("LEGACY"), Kept("ENABLED")],
    "EnableTokenRevocation": [Kept(True), Kept(False)],
    "EnablePropagateAdditionalUserContextData": [
        Kept(False),
        Kept(True, with_secret=True),
        Refused(
            True,
            _INVALID,
            "EnablePropagateAdditionalUserContextData can only be used with a client secret.",
        ),
    ],
    "AuthSessionValidity": [Kept(3), Kept(15)],
    "RefreshTokenRotation.Feature": [
        Kept("ENABLED", shown={"RefreshTokenRotation": {"RetryGracePeriodSeconds": 0}}),
        Kept("DISABLED", shown={"RefreshTokenRotation": {"RetryGracePeriodSeconds": 0}}),
        Refused(
            "ENABLED",
            _INVALID,
            "ALLOW_REFRESH_TOKEN_AUTH cannot be used when refresh token rotation is enabled.",
            beside={"ExplicitAuthFlows": ["ALLOW_REFRESH_TOKEN_AUTH"]},
        ),
    ],
    "RefreshTokenRotation.RetryGracePeriodSeconds": [
        Kept(seconds, beside={"RefreshTokenRotation": {"Feature": "ENABLED"}}) for seconds in (0, 60)
    ],
    "PublishSecretsInAWSSecretsManager": [
        Kept(False),
        Refused(
            True,
            _UNAVAILABLE,
            "AWS Secrets Manager (PublishSecretsInAWSSecretsManager) is not available.",
        ),
    ],
}

CREATE_USER_POOL_CLIENT: Table = {
    **_CLIENT,
    "GenerateSecret": [
        Kept(False),
        Refused(
            True,
            _INVALID,
            "GenerateSecret and ClientSecret cannot be used together.",
            beside={"ClientSecret": "s" * 24},
        ),
    ],
    "ClientSecret": [Kept("s" * 24), Kept("0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqr")],
}
UPDATE_USER_POOL_CLIENT: Table = _CLIENT
