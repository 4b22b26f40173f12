"""Every refusal of this app, one tree.

Leaves carry the API's own names, so a name seen in boto3 is found here by a search. Families let
each door translate in a few lines. Raise them through the catalogue in ``reasons.py``, which holds
the exact messages; an exception made by hand has no stable reason.

Source: AWS Cognito user pools API reference, "Errors" of each operation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from cognito_auth.reasons import Reason


class CognitoError(Exception):
    """A refusal with the API's type, its exact message and our stable reason.

    Attributes:
        message: the API's exact sentence; clients compare it.
        reason: entry of the catalogue, or ``None`` for one raised by hand.
        values: what was filled into the message, for the translated detail.
        members: further members of the error body (JSON-native), e.g. ``reasonCode``.
    """

    status: ClassVar[int] = 400

    def __init__(
        self,
        message: str = "",
        *,
        reason: Reason | None = None,
        values: Mapping[str, Any] | None = None,
        members: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason
        self.values = dict(values or {})
        self.members = dict(members or {})

    @property
    def code(self) -> str:
        """The API's name of this error."""
        return type(self).__name__

    @property
    def detail(self) -> str:
        """A sentence a person can act on, in the active language; empty without a reason."""
        return "" if self.reason is None else self.reason.describe(self.values)


# Families


class RequestError(CognitoError):
    """The request itself is wrong; sending it again changes nothing."""


class ProofError(CognitoError):
    """The caller did not prove what had to be proved, or may not do this."""


class NotFoundError(CognitoError):
    """Something named in the request does not exist."""


class ConflictError(CognitoError):
    """Something else has the name, or the state forbids it."""


class LimitError(CognitoError):
    """Too much or too often."""


class ConfigurationError(CognitoError):
    """The pool or client is not set up for this."""


class TriggerError(CognitoError):
    """A trigger refused or failed."""


class DeliveryError(CognitoError):
    """A message could not be sent."""


class InternalError(CognitoError):
    """A fault of ours; the caller may try again."""

    status = 500


class PublicTriggerError(Exception):
    """Raise it in a trigger to refuse with words that are meant for the person.

    ``PublicTriggerError("Sign up with your work address.")`` reaches the person without the prefix
    "PreSignUp failed with error" that the API puts before all other exceptions of a trigger. Strict
    pools keep the prefix.
    """


# Requests


class InvalidParameterException(RequestError):
    """A parameter is missing, malformed or not allowed here."""


class InvalidPasswordException(RequestError):
    """A new password breaks the pool's policy."""


class PasswordHistoryPolicyViolationException(RequestError):
    """A new password was used before."""


class SerializationException(RequestError):
    """The body is not the JSON that the operation takes."""


class UnknownOperationException(RequestError):
    """No such operation."""


class RequestEntityTooLargeException(RequestError):
    """The body is larger than the server accepts."""

    status = 413


class UnsupportedTokenTypeException(RequestError):
    """The kind of token cannot be used here."""


class UnsupportedOperationException(RequestError):
    """The client or pool does not support the operation."""


# Proof


class NotAuthorizedException(ProofError):
    """Wrong secret, or not allowed."""


class UnauthorizedException(ProofError):
    """The client may not do this."""


class ForbiddenException(ProofError):
    """Refused before anything was looked at."""


class CodeMismatchException(ProofError):
    """The code is wrong."""


class ExpiredCodeException(ProofError):
    """The code has expired or was never requested."""


class EnableSoftwareTokenMFAException(ProofError):
    """The code of the authenticator app to be enrolled is wrong."""


class RefreshTokenReuseException(ProofError):
    """The refresh token was exchanged before."""


class UserNotConfirmedException(ProofError):
    """The account has not been confirmed."""


class PasswordResetRequiredException(ProofError):
    """The password must be reset first."""


class AccessDeniedException(ProofError):
    """The access key does not allow the action."""


class MissingAuthenticationTokenException(ProofError):
    """The operation needs a signature."""


class IncompleteSignatureException(ProofError):
    """The Authorization header is malformed."""


class InvalidSignatureException(ProofError):
    """The signature is wrong, too old or of another scope."""


class UnrecognizedClientException(ProofError):
    """No such access key."""


class ExpiredTokenException(ProofError):
    """The session token of the access key has expired."""


class WebAuthnChallengeNotFoundException(ProofError):
    """No registration of a passkey was started, or it took too long."""


class WebAuthnClientMismatchException(ProofError):
    """The registration of the passkey was started by another app client."""


class WebAuthnOriginNotAllowedException(ProofError):
    """The passkey was made on a page of another site."""


class WebAuthnRelyingPartyMismatchException(ProofError):
    """The passkey was made for another domain."""


class WebAuthnCredentialNotSupportedException(ProofError):
    """The authenticator or its algorithm cannot be used."""


# Not found


class ResourceNotFoundException(NotFoundError):
    """No such pool, client, group or other resource."""


class UserNotFoundException(NotFoundError):
    """No such user."""


class ScopeDoesNotExistException(NotFoundError):
    """No such scope."""


class SoftwareTokenMFANotFoundException(NotFoundError):
    """Software token MFA is not enabled or not enrolled."""


class MFAMethodNotFoundException(NotFoundError):
    """No MFA method is available."""


# Conflicts


class UsernameExistsException(ConflictError):
    """The username is taken."""


class AliasExistsException(ConflictError):
    """The e-mail address, phone number or preferred username is taken."""


class GroupExistsException(ConflictError):
    """The group name is taken."""


class TermsExistsException(ConflictError):
    """The app client has terms of this name."""


class ManagedLoginBrandingExistsException(ConflictError):
    """The app client has a style."""


class ConcurrentModificationException(ConflictError):
    """Somebody else changed it at the same time."""


class UnsupportedUserStateException(ConflictError):
    """The user's state forbids it."""


class PreconditionNotMetException(ConflictError):
    """A precondition does not hold."""


class UserImportInProgressException(ConflictError):
    """An import is running."""


class DeviceKeyExistsException(ConflictError):
    """The device is confirmed already."""


class DuplicateProviderException(ConflictError):
    """The identity provider exists."""


# Limits


class LimitExceededException(LimitError):
    """A limit of the account, pool or user is reached."""


class TooManyRequestsException(LimitError):
    """Too many requests."""


class TooManyFailedAttemptsException(LimitError):
    """Too many wrong guesses."""


# Configuration


class InvalidUserPoolConfigurationException(ConfigurationError):
    """The pool's settings contradict the request."""


class InvalidOAuthFlowException(ConfigurationError):
    """The OAuth flow is not possible for the client."""


class FeatureUnavailableInTierException(ConfigurationError):
    """The feature is not offered."""


class OperationNotEnabledException(ConfigurationError):
    """The operation means AWS infrastructure and is answered by a refusal that says so."""


class TierChangeNotAllowedException(ConfigurationError):
    """The tier cannot be changed while features of it are in use."""


class UserPoolTaggingException(ConfigurationError):
    """The tags cannot be set."""


class UserPoolAddOnNotEnabledException(ConfigurationError):
    """The add-on is off."""


class UnsupportedIdentityProviderException(ConfigurationError):
    """The provider is not supported."""


class WebAuthnNotEnabledException(ConfigurationError):
    """Passkeys are not among the pool's first factors."""


class WebAuthnConfigurationMissingException(ConfigurationError):
    """The pool has no relying party for passkeys."""


class InvalidSmsRoleAccessPolicyException(ConfigurationError):
    """The SMS role may not publish."""


class InvalidSmsRoleTrustRelationshipException(ConfigurationError):
    """The SMS role is not trusted."""


class InvalidEmailRoleAccessPolicyException(ConfigurationError):
    """The e-mail identity may not be used."""


# Triggers


class UserLambdaValidationException(TriggerError):
    """A trigger refused."""


class UnexpectedLambdaException(TriggerError):
    """A trigger failed."""


class InvalidLambdaResponseException(TriggerError):
    """A trigger answered nonsense."""


# Delivery


class CodeDeliveryFailureException(DeliveryError):
    """A code could not be sent."""


# Faults


class InternalErrorException(InternalError):
    """A fault of ours."""


class InternalServerException(InternalError):
    """A fault of ours, as the newest operations name it."""
