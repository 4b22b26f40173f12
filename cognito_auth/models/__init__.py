"""Tables, constraints and the rules of one row.

Every query goes by pool. What touches several tables, sends messages or calls triggers is a service.
"""

from cognito_auth.models.access_keys import AccessKey
from cognito_auth.models.attempt_counters import AttemptCounter
from cognito_auth.models.attributes import SchemaAttribute
from cognito_auth.models.audit_events import AuditEvent
from cognito_auth.models.auth_events import AuthEvent
from cognito_auth.models.authorization_codes import AuthorizationCode
from cognito_auth.models.branding import ManagedLoginAsset, ManagedLoginBranding, UICustomization
from cognito_auth.models.browser_sessions import BrowserSession
from cognito_auth.models.codes import OneTimeCode
from cognito_auth.models.device_authorizations import DeviceAuthorization
from cognito_auth.models.devices import Device
from cognito_auth.models.federation_attempts import FederationAttempt, SamlAssertion
from cognito_auth.models.foreign_identities import ForeignIdentity
from cognito_auth.models.former_passwords import FormerPassword
from cognito_auth.models.groups import GroupMembership, UserPoolGroup
from cognito_auth.models.identity_providers import IdentityProvider, IdentityProviderIdentifier, LinkedIdentity
from cognito_auth.models.log_delivery import LogDeliveryConfiguration
from cognito_auth.models.message_templates import MessageTemplate
from cognito_auth.models.passkeys import Passkey, PasskeyRegistration
from cognito_auth.models.resource_servers import ResourceServer
from cognito_auth.models.risk_configurations import RiskConfiguration
from cognito_auth.models.sign_in_attempts import SignInAttempt
from cognito_auth.models.signing_certificates import SigningCertificate
from cognito_auth.models.signing_keys import SigningKey
from cognito_auth.models.software_tokens import RecoveryCode, SoftwareToken
from cognito_auth.models.srp_verifiers import SrpVerifier
from cognito_auth.models.terms import Terms
from cognito_auth.models.tokens import RefreshToken, TokenFamily
from cognito_auth.models.user_import_jobs import UserImportChunk, UserImportJob, UserImportResult
from cognito_auth.models.user_pool_clients import UserPoolClient, UserPoolClientSecret
from cognito_auth.models.user_pool_domains import UserPoolDomain
from cognito_auth.models.user_pools import UserPool
from cognito_auth.models.users import AbstractCognitoUser, User, UserAlias

__all__ = [
    "AbstractCognitoUser",
    "AccessKey",
    "AttemptCounter",
    "AuditEvent",
    "AuthEvent",
    "AuthorizationCode",
    "BrowserSession",
    "Device",
    "DeviceAuthorization",
    "FederationAttempt",
    "ForeignIdentity",
    "FormerPassword",
    "GroupMembership",
    "IdentityProvider",
    "IdentityProviderIdentifier",
    "LinkedIdentity",
    "LogDeliveryConfiguration",
    "ManagedLoginAsset",
    "ManagedLoginBranding",
    "MessageTemplate",
    "OneTimeCode",
    "Passkey",
    "PasskeyRegistration",
    "RecoveryCode",
    "RefreshToken",
    "ResourceServer",
    "RiskConfiguration",
    "SamlAssertion",
    "SchemaAttribute",
    "SignInAttempt",
    "SigningCertificate",
    "SigningKey",
    "SoftwareToken",
    "SrpVerifier",
    "Terms",
    "TokenFamily",
    "UICustomization",
    "User",
    "UserAlias",
    "UserImportChunk",
    "UserImportJob",
    "UserImportResult",
    "UserPool",
    "UserPoolClient",
    "UserPoolClientSecret",
    "UserPoolDomain",
    "UserPoolGroup",
]
