"""From our rows to the API's shapes; each function is named after its shape.

The only place, beside the operations themselves, where the API's member names are spelled.
"""

import datetime
import uuid
from collections.abc import Collection
from typing import TypedDict

from cognito_auth import choices, reasons
from cognito_auth.conf import settings
from cognito_auth.models import (
    AbstractCognitoUser,
    AuthEvent,
    BrowserSession,
    Device,
    IdentityProvider,
    Passkey,
    ResourceServer,
    RiskConfiguration,
    Terms,
    TokenFamily,
    UserImportJob,
    UserPool,
    UserPoolClient,
    UserPoolClientSecret,
    UserPoolDomain,
    UserPoolGroup,
)
from cognito_auth.operations.shapes import (
    AttributeType,
    AuthenticationResultType,
    AuthEventType,
    ChallengeResponseType,
    ClientSecretDescriptorType,
    CodeDeliveryDetailsType,
    DeviceType,
    DomainDescriptionType,
    EmailConfigurationType,
    EventRiskType,
    GroupType,
    IdentityProviderType,
    MFAOptionType,
    PasswordPolicyType,
    ProviderDescription,
    ResourceServerType,
    RiskConfigurationType,
    SchemaAttributeType,
    SessionDescriptionType,
    TermsDescriptionType,
    TermsType,
    TokenValidityUnitsType,
    UserImportJobType,
    UserPoolClientDescription,
    UserPoolClientType,
    UserPoolDescriptionType,
    UserPoolType,
    UserType,
    VerificationMessageTemplateType,
    WebAuthnCredentialDescription,
)
from cognito_auth.services import (
    linked_identities,
    sessions,
    user_agents,
    user_pool_clients,
    user_pool_domains,
    user_pools,
)
from cognito_auth.services.attributes import schema, values
from cognito_auth.services.attributes.attribute import Attribute
from cognito_auth.services.attributes.formats import number_text
from cognito_auth.services.identity_providers import details, records
from cognito_auth.services.messages.delivery import CodeDeliveryDetails
from cognito_auth.services.mfa import preferences
from cognito_auth.services.tokens.issue import IssuedTokens
from cognito_auth.services.user_import import upload_links


def epoch(moment: datetime.datetime) -> float:
    """Return a moment as seconds since 1970, to the millisecond as the API gives them."""
    return round(moment.timestamp(), 3)


# Users


def attribute_list(user: AbstractCognitoUser, names: Collection[str] | None = None) -> list[AttributeType]:
    """Return the attributes that ``user`` has, ``sub`` first, ``identities`` last; ``names`` limits them."""
    attributes = values.to_wire(user, names)
    if names is None or "identities" in names:
        identities = linked_identities.of(user)
        if identities:
            attributes["identities"] = linked_identities.as_attribute(identities)
    return [{"Name": name, "Value": value} for name, value in attributes.items()]


def user_type(user: AbstractCognitoUser, names: Collection[str] | None = None) -> UserType:
    """Return a user as lists and AdminCreateUser show them; ``names`` limits the attributes."""
    return {
        "Username": user.username,
        "Attributes": attribute_list(user, names),
        "UserCreateDate": epoch(user.created_at),
        "UserLastModifiedDate": epoch(user.last_modified_at),
        "Enabled": user.is_active,
        "UserStatus": user.status,
    }


class MfaMembers(TypedDict, total=False):
    """What GetUser and AdminGetUser tell of second factors; absent where there are none."""

    UserMFASettingList: list[str]
    PreferredMfaSetting: str
    MFAOptions: list[MFAOptionType]


def mfa_members(user: AbstractCognitoUser) -> MfaMembers:
    """Return the second factors a person has switched on; ``MFAOptions`` is the older form for SMS."""
    members: MfaMembers = {}
    factors = preferences.enabled_factors(user)
    if factors:
        members["UserMFASettingList"] = factors
    if user.preferred_mfa:
        members["PreferredMfaSetting"] = user.preferred_mfa
    if user.sms_mfa_enabled:
        members["MFAOptions"] = [{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}]
    return members


def code_delivery_details(details: CodeDeliveryDetails) -> CodeDeliveryDetailsType:
    """Return where a code went; the destination is masked already."""
    return {
        "Destination": details.destination,
        "DeliveryMedium": details.medium.value,
        "AttributeName": details.attribute,
    }


def web_authn_credential_description(passkey: Passkey) -> WebAuthnCredentialDescription:
    """Return a passkey as its owner sees it."""
    shape: WebAuthnCredentialDescription = {
        "CredentialId": passkey.credential_id,
        "FriendlyCredentialName": passkey.friendly_name,
        "RelyingPartyId": passkey.relying_party_id,
        "AuthenticatorTransports": passkey.transports,
        "CreatedAt": epoch(passkey.created_at),
    }
    if passkey.attachment:
        shape["AuthenticatorAttachment"] = passkey.attachment
    return shape


def device_type(device: Device, *, owner: AbstractCognitoUser | None = None) -> DeviceType:
    """Return a device; administrators, who name its ``owner``, see more of it."""
    attributes = {
        "device_status": "valid",
        "device_name": device.name,
        "last_ip_used": device.last_ip_address or "",
    }
    if owner is not None:
        name, pool = f"{owner.username}.{owner.pool_id}", owner.pool
        arn = f"arn:aws:cognito-idp:{pool.region}:{settings.account_id}:owner/{name}/device/{device.key}"
        attributes |= {
            "dev:device_arn": arn,
            "dev:device_owner": name,
            "dev:device_remembered_status": "remembered" if device.is_remembered else "not_remembered",
            # Source: AWS API_AdminGetDevice, the example.
            "dev:device_sdk": "aws-sdk",
        }
    return {
        "DeviceKey": device.key,
        "DeviceAttributes": [{"Name": name, "Value": value} for name, value in attributes.items() if value],
        "DeviceCreateDate": epoch(device.created_at),
        "DeviceLastModifiedDate": epoch(device.last_modified_at),
        "DeviceLastAuthenticatedDate": epoch(device.last_authenticated_at),
    }


# Groups


def client_secret_descriptor(secret: UserPoolClientSecret) -> ClientSecretDescriptorType:
    """Return a client secret without its value. Source: AWS ClientSecretDescriptorType."""
    return {"ClientSecretId": secret.secret_id, "ClientSecretCreateDate": epoch(secret.created_at)}


def group_type(group: UserPoolGroup) -> GroupType:
    """Return a group; what was never given is left out."""
    shape: GroupType = {
        "GroupName": group.name,
        "UserPoolId": group.pool_id,
        "LastModifiedDate": epoch(group.last_modified_at),
        "CreationDate": epoch(group.created_at),
    }
    if group.description:
        shape["Description"] = group.description
    if group.role_arn:
        shape["RoleArn"] = group.role_arn
    if group.precedence is not None:
        shape["Precedence"] = group.precedence
    return shape


# Identity providers


def identity_provider_type(provider: IdentityProvider) -> IdentityProviderType:
    """Return a provider with its client secret. Source: AWS IdentityProviderType."""
    shape: IdentityProviderType = {
        "UserPoolId": provider.pool_id,
        "ProviderName": provider.name,
        "ProviderType": provider.type,
        "ProviderDetails": details.shown(provider),
        "AttributeMapping": provider.attribute_mapping,
        "IdpIdentifiers": records.identifiers_of(provider),
        "LastModifiedDate": epoch(provider.last_modified_at),
        "CreationDate": epoch(provider.created_at),
    }
    if provider.acr_mapping:
        shape["AcrMapping"] = provider.acr_mapping
    return shape


def provider_description(provider: IdentityProvider) -> ProviderDescription:
    """Return a provider as lists have it. Source: AWS ProviderDescription."""
    return {
        "ProviderName": provider.name,
        "ProviderType": provider.type,
        "LastModifiedDate": epoch(provider.last_modified_at),
        "CreationDate": epoch(provider.created_at),
    }


# Resource servers, domains, terms


def resource_server_type(server: ResourceServer) -> ResourceServerType:
    """Return a resource server with its scopes. Source: AWS ResourceServerType."""
    return {
        "UserPoolId": server.pool_id,
        "Identifier": server.identifier,
        "Name": server.name,
        "Scopes": server.scopes,
    }


def domain_description_type(domain: UserPoolDomain) -> DomainDescriptionType:
    """Return a domain; the host of the site, to which its DNS is to lead, is the "distribution".

    Observed: prefixes have a distribution too, and the version is the second in which the domain was made.
    ``S3Bucket`` is left out, since the pages' files are in none.
    """
    shape: DomainDescriptionType = {
        "UserPoolId": domain.pool_id,
        "AWSAccountId": settings.account_id,
        "Domain": domain.domain,
        "Version": f"{domain.created_at:%Y%m%d%H%M%S}",
        "Status": "ACTIVE",
        "ManagedLoginVersion": domain.managed_login_version,
    }
    if domain.certificate_arn:
        shape["CustomDomainConfig"] = {"CertificateArn": domain.certificate_arn}
        if domain.security_policy:
            shape["CustomDomainConfig"]["SecurityPolicy"] = domain.security_policy
    host = user_pool_domains.site_host()
    if host:
        shape["CloudFrontDistribution"] = host
    if domain.routing is not None:
        shape["Routing"] = domain.routing
    return shape


def terms_type(terms: Terms) -> TermsType:
    """Return a document with its links. Source: AWS TermsType."""
    return {
        "TermsId": str(terms.pk),
        "UserPoolId": terms.pool_id,
        "ClientId": terms.client_id,
        "TermsName": terms.name,
        "TermsSource": terms.source,
        "Enforcement": terms.enforcement,
        "Links": terms.links,
        "CreationDate": epoch(terms.created_at),
        "LastModifiedDate": epoch(terms.last_modified_at),
    }


def terms_description_type(terms: Terms) -> TermsDescriptionType:
    """Return a document as lists have it. Source: AWS TermsDescriptionType."""
    return {
        "TermsId": str(terms.pk),
        "TermsName": terms.name,
        "Enforcement": terms.enforcement,
        "CreationDate": epoch(terms.created_at),
        "LastModifiedDate": epoch(terms.last_modified_at),
    }


# User pools


def user_pool_type(pool: UserPool) -> UserPoolType:
    """Return a pool with all its settings. Source: AWS UserPoolType."""
    template: VerificationMessageTemplateType = {"DefaultEmailOption": "CONFIRM_WITH_CODE"}
    sender: EmailConfigurationType = {"EmailSendingAccount": "COGNITO_DEFAULT"}
    response: UserPoolType = {
        "Id": pool.pk,
        "Name": pool.name,
        "Arn": pool.arn,
        "CreationDate": epoch(pool.created_at),
        "LastModifiedDate": epoch(pool.last_modified_at),
        "Policies": {
            "PasswordPolicy": _password_policy(pool),
            "SignInPolicy": {"AllowedFirstAuthFactors": pool.allowed_first_auth_factors or ["PASSWORD"]},
        },
        "DeletionProtection": "ACTIVE" if pool.deletion_protection else "INACTIVE",
        "LambdaConfig": pool.lambda_config,
        "SchemaAttributes": _schema_attributes(pool),
        "VerificationMessageTemplate": pool.verification_message_template or template,
        "MfaConfiguration": pool.mfa_configuration,
        "EstimatedNumberOfUsers": user_pools.estimated_number_of_users(pool),
        "EmailConfiguration": pool.email_configuration or sender,
        "UserPoolTags": pool.tags,
        "AdminCreateUserConfig": {
            "AllowAdminCreateUserOnly": pool.admin_create_user_only,
            "UnusedAccountValidityDays": pool.temporary_password_validity_days or 7,
        },
        "UsernameConfiguration": {"CaseSensitive": pool.case_sensitive},
        "UserPoolTier": pool.tier,
    }
    if pool.invite_message_template:
        response["AdminCreateUserConfig"]["InviteMessageTemplate"] = pool.invite_message_template
    _add_older_messages(response, pool.verification_message_template or {})
    _add_optional_settings(response, pool)
    prefix, custom = user_pool_domains.of(pool)
    if prefix is not None:
        response["Domain"] = prefix.domain
    if custom is not None:
        response["CustomDomain"] = custom.domain
    return response


def _schema_attributes(pool: UserPool) -> list[SchemaAttributeType]:
    found = [schema_attribute_type(attribute) for attribute in schema.of(pool).attributes]
    if records.has_any(pool):
        # Nobody writes it, so it is no attribute of the schema's.
        found.append(
            {
                "Name": "identities",
                "AttributeDataType": choices.AttributeType.STRING.value,
                "DeveloperOnlyAttribute": False,
                "Mutable": True,
                "Required": False,
                "StringAttributeConstraints": {},
            }
        )
    return found


def _password_policy(pool: UserPool) -> PasswordPolicyType:
    policy: PasswordPolicyType = {
        "MinimumLength": pool.password_minimum_length,
        "RequireUppercase": pool.password_require_uppercase,
        "RequireLowercase": pool.password_require_lowercase,
        "RequireNumbers": pool.password_require_numbers,
        "RequireSymbols": pool.password_require_symbols,
        "TemporaryPasswordValidityDays": pool.temporary_password_validity_days or 7,
    }
    if pool.password_history_size is not None:
        policy["PasswordHistorySize"] = pool.password_history_size
    return policy


def _add_older_messages(response: UserPoolType, template: dict[str, str]) -> None:
    """Repeat the template's texts in the members that it replaced."""
    if "SmsMessage" in template:
        response["SmsVerificationMessage"] = template["SmsMessage"]
    if "EmailMessage" in template:
        response["EmailVerificationMessage"] = template["EmailMessage"]
    if "EmailSubject" in template:
        response["EmailVerificationSubject"] = template["EmailSubject"]


def _add_optional_settings(response: UserPoolType, pool: UserPool) -> None:
    """Add what the API gives only when it was set."""
    settings = {
        "AutoVerifiedAttributes": pool.auto_verified_attributes,
        "UsernameAttributes": pool.username_attributes,
        "AliasAttributes": pool.alias_attributes,
        "SmsConfiguration": pool.sms_configuration,
        "SmsAuthenticationMessage": pool.sms_authentication_message,
        "DeviceConfiguration": pool.device_configuration,
        "UserPoolAddOns": pool.user_pool_add_ons,
        "AccountRecoverySetting": pool.account_recovery,
        "AcrConfiguration": pool.acr_configuration,
        **pool.further_configuration,
    }
    if pool.verify_before_update_attributes:
        settings["UserAttributeUpdateSettings"] = {
            "AttributesRequireVerificationBeforeUpdate": pool.verify_before_update_attributes
        }
    response.update({name: value for name, value in settings.items() if value})  # type: ignore[typeddict-item]


def user_pool_description_type(pool: UserPool) -> UserPoolDescriptionType:
    """Return a pool as lists have it. Source: AWS UserPoolDescriptionType."""
    return {
        "Id": pool.pk,
        "Name": pool.name,
        "LambdaConfig": pool.lambda_config,
        "CreationDate": epoch(pool.created_at),
        "LastModifiedDate": epoch(pool.last_modified_at),
    }


def schema_attribute_type(attribute: Attribute) -> SchemaAttributeType:
    """Return the definition of an attribute; bounds are strings. Source: AWS SchemaAttributeType."""
    response: SchemaAttributeType = {
        "Name": attribute.name,
        "AttributeDataType": attribute.type.value,
        "DeveloperOnlyAttribute": attribute.developer_only,
        "Mutable": attribute.mutable,
        "Required": attribute.required,
    }
    if attribute.type == choices.AttributeType.STRING:
        lengths = {"MinLength": attribute.min_length, "MaxLength": attribute.max_length}
        response["StringAttributeConstraints"] = {  # type: ignore[typeddict-item]
            name: str(length) for name, length in lengths.items() if length is not None
        }
    elif attribute.type == choices.AttributeType.NUMBER:
        values = {"MinValue": attribute.min_value, "MaxValue": attribute.max_value}
        response["NumberAttributeConstraints"] = {  # type: ignore[typeddict-item]
            name: number_text(value) for name, value in values.items() if value is not None
        }
    return response


# App clients


def user_pool_client_type(client: UserPoolClient) -> UserPoolClientType:
    """Return an app client with all its settings and its secret. Source: AWS UserPoolClientType."""
    response: UserPoolClientType = {
        "UserPoolId": client.pool_id,
        "ClientName": client.name,
        "ClientId": client.pk,
        "CreationDate": epoch(client.created_at),
        "LastModifiedDate": epoch(client.last_modified_at),
        "RefreshTokenValidity": client.refresh_token_validity,
        "TokenValidityUnits": _token_validity_units(client),
        "AllowedOAuthFlowsUserPoolClient": client.oauth_enabled,
        "EnableTokenRevocation": client.enable_token_revocation,
        "EnablePropagateAdditionalUserContextData": client.propagate_additional_user_context_data,
        "AuthSessionValidity": client.auth_session_validity_minutes,
    }
    settings = {
        "AccessTokenValidity": client.access_token_validity,
        "IdTokenValidity": client.id_token_validity,
        "ReadAttributes": client.read_attributes,
        "WriteAttributes": client.write_attributes,
        "ExplicitAuthFlows": client.explicit_auth_flows,
        "SupportedIdentityProviders": client.supported_identity_providers or None,
        "CallbackURLs": client.callback_urls or None,
        "LogoutURLs": client.logout_urls or None,
        "DefaultRedirectURI": client.default_redirect_uri or None,
        "AllowedOAuthFlows": client.allowed_oauth_flows or None,
        "AllowedOAuthScopes": client.allowed_oauth_scopes or None,
        "AnalyticsConfiguration": client.analytics_configuration,
        "ClientSecret": next(iter(user_pool_clients.secrets_of(client)), None),
    }
    if client.prevent_user_existence_errors_set or client.prevent_user_existence_errors:
        settings["PreventUserExistenceErrors"] = "ENABLED" if client.prevent_user_existence_errors else "LEGACY"
    if client.refresh_token_rotation_set or client.refresh_token_rotation:
        settings["RefreshTokenRotation"] = {
            "Feature": "ENABLED" if client.refresh_token_rotation else "DISABLED",
            "RetryGracePeriodSeconds": client.refresh_token_grace_seconds,
        }
    response.update({name: value for name, value in settings.items() if value is not None})  # type: ignore[typeddict-item]
    return response


def _token_validity_units(client: UserPoolClient) -> TokenValidityUnitsType:
    units = {
        "AccessToken": client.access_token_unit,
        "IdToken": client.id_token_unit,
        "RefreshToken": client.refresh_token_unit,
    }
    return {name: unit for name, unit in units.items() if unit}  # type: ignore[return-value]


def user_pool_client_description(client: UserPoolClient) -> UserPoolClientDescription:
    """Return an app client as lists have it. Source: AWS UserPoolClientDescription."""
    return {"ClientId": client.pk, "UserPoolId": client.pool_id, "ClientName": client.name}


def authentication_result(tokens: IssuedTokens) -> AuthenticationResultType:
    """Return ``AuthenticationResultType``; without rotation a refresh gives no refresh token."""
    result: AuthenticationResultType = {
        "AccessToken": tokens.access_token,
        "ExpiresIn": tokens.expires_in,
        "TokenType": tokens.token_type,
    }
    if tokens.id_token is not None:
        result["IdToken"] = tokens.id_token
    if tokens.refresh_token is not None:
        result["RefreshToken"] = tokens.refresh_token
    if tokens.new_device is not None:
        result["NewDeviceMetadata"] = {
            "DeviceKey": tokens.new_device.key,
            "DeviceGroupKey": tokens.new_device.group_key,
        }
    return result


# User sessions


def session_description_type(
    session: TokenFamily | BrowserSession, *, current: uuid.UUID | None = None
) -> SessionDescriptionType:
    """Return a session as lists have it. Source: AWS SessionDescriptionType."""
    shape: SessionDescriptionType
    if isinstance(session, BrowserSession):
        shape = {
            "SessionId": sessions.id_of_browser(session.pk),
            "SessionType": "SSO",
            "CreateDate": epoch(session.created_at),
            "LastActiveDate": epoch(session.created_at),
            "DeviceType": user_agents.describe(session.user_agent) or "unknown",
            "IsCurrentSession": False,
        }
        if session.client_id:
            shape["ClientId"] = session.client_id
    else:
        shape = {
            "SessionId": sessions.id_of(session.origin_jti),
            "SessionType": "TOKEN",
            "ClientId": session.client_id,
            "CreateDate": epoch(session.authenticated_at),
            "LastActiveDate": epoch(session.refreshed_at or session.authenticated_at),
            "DeviceType": user_agents.describe(session.user_agent) or "unknown",
            "IsCurrentSession": session.origin_jti == current,
        }
        if session.browser_session_id:
            shape["OriginSessionId"] = sessions.id_of_browser(session.browser_session_id)
    if session.ip_address:
        shape["LastIPAddress"] = session.ip_address
    return shape


# Threat protection

_MFA_CHALLENGES = frozenset({"SOFTWARE_TOKEN_MFA", "SMS_MFA", "EMAIL_OTP", "SMS_OTP"})
_PASSWORD_CHALLENGES = frozenset({"PASSWORD", "PASSWORD_VERIFIER"})
# Which kind of challenge a refusal was about.
_FAILED_CHALLENGES = {
    reasons.INCORRECT_USERNAME_OR_PASSWORD.id: "Password",
    reasons.SIGN_IN_CODE_MISMATCH.id: "Mfa",
    reasons.SOFTWARE_TOKEN_MISMATCH.id: "Mfa",
    reasons.SOFTWARE_TOKEN_USED.id: "Mfa",
}


def risk_configuration_type(
    pool: UserPool, client: UserPoolClient | None, row: RiskConfiguration | None
) -> RiskConfigurationType:
    """Return what was set about risks. Source: AWS RiskConfigurationType."""
    shape: RiskConfigurationType = {"UserPoolId": pool.pk}
    if client is not None:
        shape["ClientId"] = client.pk
    if row is not None:
        shape.update(row.configuration)
        shape["LastModifiedDate"] = epoch(row.last_modified_at)
    return shape


def auth_event_type(event: AuthEvent) -> AuthEventType:
    """Return an authentication event. Source: AWS AuthEventType."""
    shape: AuthEventType = {
        "EventId": str(event.pk),
        "EventType": event.type,
        "CreationDate": epoch(event.created_at),
        "EventResponse": event.response,
        "EventRisk": _event_risk(event),
        "ChallengeResponses": _challenge_responses(event),
    }
    context = {
        "IpAddress": event.ip_address or "",
        "DeviceName": event.device_name or user_agents.describe(event.user_agent),
        "City": event.city,
        "Country": event.country,
    }
    shape["EventContextData"] = {name: text for name, text in context.items() if text}  # type: ignore[typeddict-item]
    if event.feedback:
        shape["EventFeedback"] = {
            "FeedbackValue": event.feedback["FeedbackValue"],
            "Provider": event.feedback["Provider"],
            "FeedbackDate": round(event.feedback["FeedbackDate"], 3),
        }
    return shape


def _event_risk(event: AuthEvent) -> EventRiskType:
    risk: EventRiskType = {"CompromisedCredentialsDetected": event.is_compromised}
    if event.risk_decision:
        risk["RiskDecision"] = event.risk_decision
    if event.risk_level:
        risk["RiskLevel"] = event.risk_level
    return risk


def _challenge_responses(event: AuthEvent) -> list[ChallengeResponseType]:
    kinds = {
        **dict.fromkeys(_MFA_CHALLENGES, "Mfa"),
        **dict.fromkeys(_PASSWORD_CHALLENGES, "Password"),
    }
    passed = dict.fromkeys(kinds[name] for name in event.challenges if name in kinds)
    responses: list[ChallengeResponseType] = [
        {"ChallengeName": kind, "ChallengeResponse": "Success"} for kind in passed
    ]
    failed = _FAILED_CHALLENGES.get(event.reason)
    # After the password "incorrect" is said of what came later, such as a device.
    if failed is not None and failed not in passed:
        responses.append({"ChallengeName": failed, "ChallengeResponse": "Failure"})
    return responses


# Imports


def user_import_job_type(job: UserImportJob, *, now: datetime.datetime) -> UserImportJobType:
    """Return an import job, with an address for its file that is good from ``now`` on."""
    shape: UserImportJobType = {
        "JobName": job.name,
        "JobId": job.pk,
        "UserPoolId": job.pool_id,
        "PreSignedUrl": upload_links.link(job, now=now),
        "CreationDate": epoch(job.created_at),
        "Status": job.status,
        "ImportedUsers": job.imported_users,
        "SkippedUsers": job.skipped_users,
        "FailedUsers": job.failed_users,
    }
    if job.logs_role_arn:
        shape["CloudWatchLogsRoleArn"] = job.logs_role_arn
    if job.password_hash_algorithm:
        shape["PasswordHashingAlgorithm"] = job.password_hash_algorithm
    if job.started_at is not None:
        shape["StartDate"] = epoch(job.started_at)
    if job.completed_at is not None:
        shape["CompletionDate"] = epoch(job.completed_at)
    if job.completion_message:
        shape["CompletionMessage"] = job.completion_message
    return shape
