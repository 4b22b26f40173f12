"""Tables, constraints and the rules of one row.

Every query goes by pool. What touches several tables, sends messages or calls triggers is a service.
"""

from cognito_auth.models.access_keys import AccessKey
from cognito_auth.models.attempt_counters import AttemptCounter
from cognito_auth.models.attributes import SchemaAttribute
from cognito_auth.models.auth_events import AuthEvent
from cognito_auth.models.codes import OneTimeCode
from cognito_auth.models.devices import Device
from cognito_auth.models.foreign_identities import ForeignIdentity
from cognito_auth.models.groups import GroupMembership, UserPoolGroup
from cognito_auth.models.message_templates import MessageTemplate
from cognito_auth.models.passkeys import Passkey, PasskeyRegistration
from cognito_auth.models.risk_configurations import RiskConfiguration
from cognito_auth.models.sign_in_attempts import SignInAttempt
from cognito_auth.models.signing_keys import SigningKey
from cognito_auth.models.software_tokens import RecoveryCode, SoftwareToken
from cognito_auth.models.srp_verifiers import SrpVerifier
from cognito_auth.models.tokens import RefreshToken, TokenFamily
from cognito_auth.models.user_pool_clients import UserPoolClient, UserPoolClientSecret
from cognito_auth.models.user_pools import UserPool
from cognito_auth.models.users import AbstractCognitoUser, User, UserAlias

__all__ = [
    "AbstractCognitoUser",
    "AccessKey",
    "AttemptCounter",
    "AuthEvent",
    "Device",
    "ForeignIdentity",
    "GroupMembership",
    "MessageTemplate",
    "OneTimeCode",
    "Passkey",
    "PasskeyRegistration",
    "RecoveryCode",
    "RefreshToken",
    "RiskConfiguration",
    "SchemaAttribute",
    "SignInAttempt",
    "SigningKey",
    "SoftwareToken",
    "SrpVerifier",
    "TokenFamily",
    "User",
    "UserAlias",
    "UserPool",
    "UserPoolClient",
    "UserPoolClientSecret",
    "UserPoolGroup",
]
