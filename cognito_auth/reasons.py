"""The catalogue of refusals: exact API message, stable id, and a sentence a person can act on.

A reason is called with the values of its message and returns the exception to raise::

    raise reasons.USER_POOL_NOT_FOUND(user_pool_id="eu-west-1_AbC123xyZ")

``message`` is what clients compare and is never translated. ``detail`` is for people, translated by
the active language, and never says more than ``message`` does about whether somebody exists: where
enumeration protection is on, services raise the same reason for both cases.

Sources: AWS API reference; messages as answered by real pools.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from cognito_auth import exceptions as e

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, slots=True)
class Reason:
    """One way to be refused.

    Attributes:
        id: stable, dotted, sent as ``reason`` and in ``x-cognito-auth-reason``.
        error: the exception class, named as in the API.
        message: ``str.format`` template of the API's message.
        detail: translatable ``str.format`` template of the sentence for people.
    """

    id: str
    error: type[e.CognitoError]
    message: str
    detail: str | _StrPromise

    def __call__(self, *, members: Mapping[str, Any] | None = None, **values: Any) -> e.CognitoError:
        """Return the exception to raise, with ``values`` filled into the message."""
        message = self.message.format_map(values) if values else self.message
        return self.error(message, reason=self, values=values, members=members)

    def describe(self, values: Mapping[str, Any]) -> str:
        """Return the detail in the active language."""
        text = str(self.detail)
        return text.format_map(values) if values else text


def catalogue() -> list[Reason]:
    """Return every reason, sorted by id."""
    found = [value for value in globals().values() if isinstance(value, Reason)]
    return sorted(found, key=lambda reason: reason.id)


# Framework: the request before any operation runs

UNKNOWN_OPERATION = Reason(
    "request.unknown_operation",
    e.UnknownOperationException,
    "",
    _("There is no such operation. Check the X-Amz-Target header and the version of your SDK."),
)
MALFORMED_BODY = Reason(
    "request.malformed_body",
    e.SerializationException,
    "{problem}",
    _("The request body is not the JSON object that this operation takes: {problem}"),
)
BODY_TOO_LARGE = Reason(
    "request.body_too_large",
    e.RequestEntityTooLargeException,
    "The request body is larger than {limit} bytes.",
    _("The request body is larger than {limit} bytes. Send less at once."),
)
WRONG_CONTENT_TYPE = Reason(
    "request.content_type",
    e.SerializationException,
    "Content-Type must be application/x-amz-json-1.1.",
    _("Send the request with Content-Type: application/x-amz-json-1.1."),
)
CONSTRAINT_VIOLATION = Reason(
    "request.constraint",
    e.InvalidParameterException,
    "{violations}",
    _("A parameter is missing or malformed: {violations}"),
)
INVALID_PARAMETER = Reason(
    "request.invalid_parameter",
    e.InvalidParameterException,
    "{problem}",
    _("A parameter cannot be accepted: {problem}"),
)
MISSING_PARAMETER = Reason(
    "request.missing_parameter",
    e.InvalidParameterException,
    "Missing required parameter {name}",
    _("The parameter {name} is missing."),
)
INVALID_PAGINATION_TOKEN = Reason(
    "request.pagination_token",
    e.InvalidParameterException,
    "Invalid pagination token",
    _("The pagination token is not one of ours, is older than an hour, or belongs to another request. Start over."),
)
UNSUPPORTED_HERE = Reason(
    "request.not_enabled",
    e.OperationNotEnabledException,
    "{operation} is not enabled: {why}",
    _("{operation} is not offered here: {why}"),
)
UNSUPPORTED_PARAMETER = Reason(
    "request.not_offered",
    e.InvalidParameterException,
    "{operation} is not enabled: {why}",
    _("{operation} is not offered here: {why}"),
)
FEATURE_UNAVAILABLE = Reason(
    "request.feature_unavailable",
    e.FeatureUnavailableInTierException,
    "{feature} is not available.",
    _("{feature} is not available in this version."),
)
TIER_CHANGE_NOT_ALLOWED = Reason(
    "user_pool.tier_change",
    e.TierChangeNotAllowedException,
    "The tier cannot be changed to {tier}: {feature} is not available.",
    _("Switch this off before you change the tier to {tier}: {feature}."),
)
RATE_EXCEEDED = Reason(
    "limit.rate",
    e.TooManyRequestsException,
    "Rate exceeded",
    _("Too many requests. Try again in {retry_after_seconds} s."),
)
ATTEMPTS_EXCEEDED = Reason(
    "limit.attempts",
    e.LimitExceededException,
    "Attempt limit exceeded, please try after some time.",
    _("Too many attempts. Please wait a while and try again."),
)
LIMIT_EXCEEDED = Reason(
    "limit.quota",
    e.LimitExceededException,
    "{problem}",
    _("A limit is reached: {problem}"),
)
INTERNAL_ERROR = Reason(
    "internal",
    e.InternalErrorException,
    "An internal error occurred.",
    _("Something went wrong on our side. Please try again."),
)

# Signed requests and access keys

MISSING_SIGNATURE = Reason(
    "signature.missing",
    e.MissingAuthenticationTokenException,
    "Missing Authentication Token",
    _("This operation must be signed with an access key. Make one with: manage.py cognito_create_access_key"),
)
INCOMPLETE_SIGNATURE = Reason(
    "signature.incomplete",
    e.IncompleteSignatureException,
    "{problem}",
    _("The Authorization header is not a complete AWS signature (version 4): {problem}"),
)
UNKNOWN_ACCESS_KEY = Reason(
    "signature.unknown_key",
    e.UnrecognizedClientException,
    "The security token included in the request is invalid.",
    _("The access key id is unknown or switched off."),
)
EXPIRED_SESSION_TOKEN = Reason(
    "signature.session_token_expired",
    e.ExpiredTokenException,
    "The security token included in the request is expired",
    _("The session token has expired."),
)
SESSION_TOKEN_UNEXPECTED = Reason(
    "signature.session_token",
    e.UnrecognizedClientException,
    "The security token included in the request is invalid.",
    _("Access keys of this server have no session token. Unset AWS_SESSION_TOKEN."),
)
WRONG_SIGNATURE = Reason(
    "signature.wrong",
    e.InvalidSignatureException,
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key"
    " and signing method. Consult the service documentation for details.",
    _("The signature is wrong: check the secret access key, and that a proxy passes Host, path and body unchanged."),
)
WRONG_SIGNATURE_SCOPE = Reason(
    "signature.scope",
    e.InvalidSignatureException,
    "{problem}",
    _("The signature was made for another service or region: {problem}"),
)
SIGNATURE_TIME = Reason(
    "signature.time",
    e.InvalidSignatureException,
    "{problem}",
    _("The signature is too old or from the future; set the clocks right: {problem}"),
)
ACCESS_DENIED = Reason(
    "access_key.denied",
    e.AccessDeniedException,
    "User: {principal} is not authorized to perform: cognito-idp:{operation} on resource: {resource} because no"
    " identity-based policy allows the cognito-idp:{operation} action",
    _("The access key may not call {operation} on {resource}. Widen its actions or pools in the admin."),
)

# Resources

USER_POOL_NOT_FOUND = Reason(
    "user_pool.not_found",
    e.ResourceNotFoundException,
    "User pool {user_pool_id} does not exist.",
    _("There is no user pool {user_pool_id} here."),
)
CLIENT_NOT_FOUND = Reason(
    "client.not_found",
    e.ResourceNotFoundException,
    "User pool client {client_id} does not exist.",
    _("There is no app client {client_id} here."),
)
CLIENT_SECRETS_FULL = Reason(
    "client.two_secrets",
    e.LimitExceededException,
    "A user pool client can have at most two client secrets.",
    _("The app client has two secrets already. Delete one of them first."),
)
CLIENT_WITHOUT_SECRET = Reason(
    "client.no_secret",
    e.InvalidParameterException,
    "Client secrets can be added only to a user pool client that was created with one.",
    _("The app client was made without a secret. Make a new one with a secret."),
)
CLIENT_SECRET_NOT_FOUND = Reason(
    "client.secret_not_found",
    e.ResourceNotFoundException,
    "Client secret {secret_id} does not exist.",
    _("The app client has no such secret. It may be deleted already."),
)
CLIENT_LAST_SECRET = Reason(
    "client.last_secret",
    e.InvalidParameterException,
    "The last client secret of a user pool client cannot be deleted.",
    _("This is the only secret of the app client. Add another one first."),
)
GROUP_NOT_FOUND = Reason(
    "group.not_found", e.ResourceNotFoundException, "Group not found.", _("There is no such group in the user pool.")
)
GROUP_EXISTS = Reason(
    "group.exists",
    e.GroupExistsException,
    "A group with the name already exists",
    _("A group with this name already exists. Choose another name."),
)
PROVIDER_NOT_FOUND = Reason(
    "provider.not_found",
    e.ResourceNotFoundException,
    "Identity provider {provider} does not exist.",
    _("There is no identity provider {provider} in this user pool."),
)
PROVIDER_EXISTS = Reason(
    "provider.exists",
    e.DuplicateProviderException,
    "An identity provider with the name {provider} already exists.",
    _("An identity provider with this name already exists; upper and lower case count as the same."),
)
INVALID_PROVIDER_NAME = Reason(
    "provider.name", e.InvalidParameterException, "{problem}", _("The name cannot be accepted: {problem}")
)
INVALID_PROVIDER_DETAILS = Reason(
    "provider.details",
    e.InvalidParameterException,
    "{problem}",
    _("The details of the identity provider cannot be accepted: {problem}"),
)
INVALID_ATTRIBUTE_MAPPING = Reason(
    "provider.attribute_mapping",
    e.InvalidParameterException,
    "Invalid attribute mapping: {problem}",
    _("The mapping of attributes cannot be accepted: {problem}"),
)
INVALID_PROVIDER_IDENTIFIER = Reason(
    "provider.identifiers",
    e.InvalidParameterException,
    "{problem}",
    _("The identifiers of the provider cannot be accepted: {problem}"),
)
LINK_SOURCE_IS_NATIVE = Reason(
    "identity.source_is_native",
    e.InvalidParameterException,
    "Invalid SourceUser: Cognito users with a username/password may not be passed in as a SourceUser, only as a"
    " DestinationUser",
    _("Only an identity at another provider can be linked, not an account of the user pool."),
)
MERGING_NOT_SUPPORTED = Reason(
    "identity.merging",
    e.InvalidParameterException,
    "Merging is not currently supported, provide a SourceUser that has not been signed up in order to link",
    _("This identity has an account of its own. Delete that account before linking the identity to another."),
)
IDENTITY_LINKED = Reason(
    "identity.linked",
    e.AliasExistsException,
    "The SourceUser is already linked to another user.",
    _("This identity is linked to another account. Unlink it there first."),
)
TOO_MANY_IDENTITIES = Reason(
    "identity.limit",
    e.LimitExceededException,
    "A user can have at most {limit} linked identities.",
    _("An account can have at most {limit} linked identities. Unlink another one first."),
)
IDENTITY_NEEDED = Reason(
    "identity.needed",
    e.InvalidParameterException,
    "The user signs in with this identity only.",
    _("You need this account to sign in, so it cannot be unlinked."),
)
OWN_IDENTITY_NOT_FOUND = Reason(
    "identity.not_found",
    e.ResourceNotFoundException,
    "Identity not found.",
    _("There is no such linked account, or it was unlinked already."),
)
INVALID_IDENTITY = Reason(
    "identity.invalid", e.InvalidParameterException, "{problem}", _("The identity cannot be accepted: {problem}")
)
IDENTITY_NOT_PRIMARY = Reason(
    "identity.not_primary",
    e.InvalidParameterException,
    "The identity cannot become the primary one.",
    _("Only an identity that signs in to an account that another one has made can take the place of that one."),
)
EXTERNAL_USER = Reason(
    "user.external",
    e.NotAuthorizedException,
    "The user signs in with an external identity provider.",
    _("This account signs in with another provider, where its password and further factors are kept."),
)
USER_NOT_FOUND = Reason(
    "user.not_found", e.UserNotFoundException, "User does not exist.", _("There is no such user in the user pool.")
)
USER_CLIENT_COMBINATION_NOT_FOUND = Reason(
    "user.not_found_for_client",
    e.UserNotFoundException,
    "Username/client id combination not found.",
    _("There is no such user in the user pool of this app."),
)
DELETION_PROTECTED = Reason(
    "user_pool.protected",
    e.InvalidParameterException,
    "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be"
    " inactivated first.",
    _("Deletion protection is on. Switch it off first if you really mean to delete this user pool."),
)
DEFAULT_POOL_PROTECTED = Reason(
    "user_pool.default",
    e.InvalidParameterException,
    "The user pool cannot be deleted because staff of this site belong to it.",
    _("This is the default pool, to which staff and superusers belong. Make another pool the default first."),
)
USER_POOL_IN_USE = Reason(
    "user_pool.in_use",
    e.InvalidParameterException,
    "The user pool cannot be deleted because other records refer to its users.",
    _("Other applications of this site protect records of these users. Delete those records first."),
)
POOL_HAS_DOMAIN = Reason(
    "user_pool.has_domain",
    e.InvalidParameterException,
    "User pool cannot be deleted. It has a domain configured that should be deleted first.",
    _("The user pool has a domain. Delete the domain first."),
)
IMPORT_JOB_NOT_FOUND = Reason(
    "user_import.not_found",
    e.ResourceNotFoundException,
    "Import job {job_id} does not exist.",
    _("There is no such import in the user pool."),
)
IMPORT_CANNOT_START = Reason(
    "user_import.cannot_start",
    e.PreconditionNotMetException,
    "The import job cannot be started. Current status is {status}",
    _("Only an import that was not started yet can be started, or one that was stopped be resumed. Make a new one."),
)
IMPORT_WITHOUT_FILE = Reason(
    "user_import.no_file",
    e.PreconditionNotMetException,
    "The CSV file of the import job was not uploaded.",
    _("Upload the CSV file first."),
)
IMPORT_IS_ACTIVE = Reason(
    "user_import.active",
    e.PreconditionNotMetException,
    "Another import job of the user pool is already in progress.",
    _("Another import into this user pool is running. Wait for its end or stop it."),
)
IMPORT_CANNOT_STOP = Reason(
    "user_import.cannot_stop",
    e.PreconditionNotMetException,
    "The import job cannot be stopped. Current status is {status}",
    _("This import is not running."),
)
IMPORT_HASHES_UNREADABLE = Reason(
    "user_import.hashes",
    e.InvalidParameterException,
    "{algorithm} hashes cannot be imported: {why}",
    _("Password hashes made with {algorithm} cannot be imported: {why}"),
)
USER_IMPORT_IN_PROGRESS = Reason(
    "user_import.in_progress",
    e.UserImportInProgressException,
    "A user import job is in progress for this user pool.",
    _("Users are being imported into this user pool. Wait for the end of the import or stop it."),
)
TAGS_REFUSED = Reason("user_pool.tags", e.UserPoolTaggingException, "{problem}", _("The tags cannot be set: {problem}"))
TAGS_NOT_ACCEPTED = Reason(
    "tags.refused", e.InvalidParameterException, "{problem}", _("The tags cannot be set: {problem}")
)
TAGGED_RESOURCE_NOT_FOUND = Reason(
    "tags.resource_not_found",
    e.ResourceNotFoundException,
    "Resource {arn} does not exist.",
    _("There is nothing with the ARN {arn} here. Only user pools have tags."),
)
CONCURRENT_CHANGE = Reason(
    "user_pool.concurrent_change",
    e.ConcurrentModificationException,
    "The user pool was changed at the same time.",
    _("Somebody else changed the user pool at the same time. Look at it again and repeat the change."),
)

# App clients

INVALID_TOKEN_VALIDITY = Reason(
    "client.token_validity",
    e.InvalidParameterException,
    "Invalid range for token validity.",
    _(
        "Access and ID tokens live from 5 minutes to 24 hours, refresh tokens from 60 minutes to 10 years and not"
        " shorter than the others."
    ),
)
MIXED_AUTH_FLOWS = Reason(
    "client.mixed_flows",
    e.InvalidParameterException,
    "Legacy values of ExplicitAuthFlows cannot be used together with values that begin with ALLOW_.",
    _("Use either the flows that begin with ALLOW_ or the older names, not both."),
)
ROTATION_WITH_REFRESH_FLOW = Reason(
    "client.rotation_with_refresh_flow",
    e.InvalidParameterException,
    "ALLOW_REFRESH_TOKEN_AUTH cannot be used when refresh token rotation is enabled.",
    _("With rotation, tokens are refreshed by GetTokensFromRefreshToken; remove ALLOW_REFRESH_TOKEN_AUTH."),
)
INVALID_READ_ATTRIBUTES = Reason(
    "client.read_attributes",
    e.InvalidParameterException,
    "Invalid read attributes specified while {doing} a client",
    _("The client may read only attributes of the pool's schema."),
)
INVALID_WRITE_ATTRIBUTES = Reason(
    "client.write_attributes",
    e.InvalidParameterException,
    "Invalid write attributes specified while {doing} a client",
    _(
        "The writable attributes must be of the pool's schema, contain every required one, and neither sub nor the"
        " verified flags."
    ),
)
SCOPE_DOES_NOT_EXIST = Reason(
    "client.unknown_scope",
    e.ScopeDoesNotExistException,
    "Invalid scope requested: {scope}",
    _("There is no scope {scope} in this user pool."),
)
PROVIDER_DOES_NOT_EXIST = Reason(
    "client.unknown_provider",
    e.InvalidParameterException,
    "The provider {provider} does not exist for User Pool {user_pool_id}.",
    _("There is no identity provider {provider} in this user pool."),
)
INVALID_OAUTH_FLOW = Reason(
    "client.oauth_flow", e.InvalidOAuthFlowException, "{problem}", _("These OAuth settings cannot work: {problem}")
)

# Resource servers

RESOURCE_SERVER_NOT_FOUND = Reason(
    "resource_server.not_found",
    e.ResourceNotFoundException,
    "Resource server {identifier} does not exist.",
    _("There is no resource server {identifier} in this user pool."),
)
RESOURCE_SERVER_EXISTS = Reason(
    "resource_server.exists",
    e.InvalidParameterException,
    "{identifier} already exists in user pool {user_pool_id}.",
    _("The user pool has a resource server with this identifier already. Choose another one."),
)
INVALID_IDENTIFIER = Reason(
    "resource_server.identifier",
    e.InvalidParameterException,
    "Invalid resource server identifier: {identifier}",
    _("An identifier has 1 to 256 printable ASCII characters, without spaces, quotation marks and backslashes."),
)
INVALID_SCOPES = Reason(
    "resource_server.scopes", e.InvalidParameterException, "{problem}", _("The scopes cannot be accepted: {problem}")
)

# Domains

DOMAIN_NOT_FOUND = Reason(
    "domain.not_found",
    e.InvalidParameterException,
    "No such domain or user pool exists.",
    _("The user pool has no such domain."),
)
DOMAIN_TAKEN = Reason(
    "domain.taken",
    e.InvalidParameterException,
    "Domain already associated with another user pool.",
    _("Another user pool has this domain. Choose another one."),
)
DOMAIN_OF_KIND_EXISTS = Reason(
    "domain.second",
    e.InvalidParameterException,
    "User pool already has a domain configured.",
    _("A user pool can have one prefix and one custom domain. Delete the present one first."),
)
INVALID_DOMAIN_PREFIX = Reason(
    "domain.prefix",
    e.InvalidParameterException,
    "The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and"
    " hyphens. Please enter a different name that follows this format: {pattern}",
    _("A prefix has 1 to 63 lower-case letters, digits and hyphens, and neither begins nor ends with a hyphen."),
)
RESERVED_DOMAIN_WORD = Reason(
    "domain.reserved_word",
    e.InvalidParameterException,
    "Domain cannot contain reserved word: {word}",
    _("The word {word} is reserved. Choose a prefix without it."),
)
INVALID_CUSTOM_DOMAIN = Reason(
    "domain.custom",
    e.InvalidParameterException,
    "Custom domain is not a valid subdomain: {problem}",
    _("This cannot be a custom domain: {problem}"),
)

# Terms

TERMS_NOT_FOUND = Reason(
    "terms.not_found",
    e.ResourceNotFoundException,
    "Terms do not exist.",
    _("There are no such terms in this user pool, or the app client has none."),
)
TERMS_EXIST = Reason(
    "terms.exist",
    e.TermsExistsException,
    "Terms with the name {name} already exist for the client.",
    _("The app client has such a document already. Change that one."),
)
INVALID_TERMS_LINKS = Reason(
    "terms.links", e.InvalidParameterException, "{problem}", _("The links cannot be accepted: {problem}")
)

# Secret hash

SECRET_HASH_MISSING = Reason(
    "secret_hash.missing",
    e.NotAuthorizedException,
    "Client {client_id} is configured with secret but SECRET_HASH was not received",
    _("This app client has a secret, so the request needs a secret hash."),
)
SECRET_HASH_WRONG = Reason(
    "secret_hash.wrong",
    e.NotAuthorizedException,
    "Unable to verify secret hash for client {client_id}",
    _("The secret hash is wrong: check the client secret and the username it was made with."),
)
SECRET_HASH_UNEXPECTED = Reason(
    "secret_hash.unexpected",
    e.NotAuthorizedException,
    "Client {client_id} is not configured with secret but secret was received",
    _("This app client has no secret; send no secret hash."),
)
CLIENT_SECRET_WRONG = Reason(
    "client_secret.wrong",
    e.NotAuthorizedException,
    "Unable to verify secret for client {client_id}",
    _("The client secret is missing or wrong."),
)

# Tokens of machines, token exchange

REQUESTED_SCOPE_INVALID = Reason(
    "client_token.scope",
    e.InvalidParameterException,
    "Invalid scope requested: {scope}",
    _("The app client may not have the scope {scope}, or there is no such scope."),
)
CLIENT_WITHOUT_SCOPES = Reason(
    "client_token.no_scopes",
    e.InvalidParameterException,
    "The app client has no scopes of resource servers.",
    _("Add scopes of resource servers to the app client first."),
)
CLIENT_TOKEN_REFUSED = Reason(
    "client_token.refused", e.NotAuthorizedException, "{problem}", _("This was refused: {problem}")
)
EXCHANGE_TOKEN_INVALID = Reason(
    "token_exchange.invalid",
    e.NotAuthorizedException,
    "Invalid {role} token",
    _("The {role} token is not one of a person of this user pool, or of another kind than was said."),
)
EXCHANGE_TOKEN_EXPIRED = Reason(
    "token_exchange.expired",
    e.NotAuthorizedException,
    "The {role} token has expired",
    _("The {role} token has expired. Get a new one."),
)
EXCHANGE_TOKEN_REVOKED = Reason(
    "token_exchange.revoked",
    e.NotAuthorizedException,
    "The {role} token has been revoked",
    _("The session of the {role} token has ended."),
)

# Sign-up and confirmation

SIGN_UP_NOT_PERMITTED = Reason(
    "sign_up.not_permitted",
    e.NotAuthorizedException,
    "SignUp is not permitted for this user pool",
    _("People cannot sign up here by themselves. Ask an administrator for an account."),
)
USERNAME_EXISTS = Reason(
    "user.username_exists",
    e.UsernameExistsException,
    "User already exists",
    _("This username is taken. Choose another one, or sign in."),
)
USER_ACCOUNT_EXISTS = Reason(
    "user.account_exists",
    e.UsernameExistsException,
    "User account already exists",
    _("A user with this username already exists."),
)
GIVEN_USERNAME_ATTRIBUTE_EXISTS = Reason(
    "user.sign_in_name_exists",
    e.UsernameExistsException,
    "An account with the given {name} already exists.",
    _("An account with this {name} already exists. Sign in, or use another one."),
)
ALIAS_TAKEN_AT_CREATION = Reason(
    "user.alias_taken",
    e.UsernameExistsException,
    "An account with the {name} already exists.",
    _("Another account has this {name} as its verified sign-in name."),
)
GIVEN_ALIAS_EXISTS = Reason(
    "user.given_alias_exists",
    e.AliasExistsException,
    "An account with the given {name} already exists.",
    _("Another account has this {name} already."),
)
ALIAS_EXISTS = Reason(
    "user.alias_exists",
    e.AliasExistsException,
    "An account with the {name} already exists.",
    _("Another account has confirmed this {name} already."),
)
USERNAME_LIKE_EMAIL = Reason(
    "user.username_like_email",
    e.InvalidParameterException,
    "Username cannot be of email format, since user pool is configured for email alias.",
    _("The username must not look like an e-mail address."),
)
USERNAME_LIKE_PHONE_NUMBER = Reason(
    "user.username_like_phone_number",
    e.InvalidParameterException,
    "Username cannot be of phone number format, since user pool is configured for phone number alias.",
    _("The username must not look like a phone number."),
)
USERNAME_SHOULD_BE = Reason(
    "user.username_shape",
    e.InvalidParameterException,
    "Username should be {shape}.",
    _("People sign in here with an e-mail address or phone number; use that as the username."),
)
INVITATION_NOT_WAITING = Reason(
    "user.no_invitation",
    e.UnsupportedUserStateException,
    "Resend not possible. {status} status is not FORCE_CHANGE_PASSWORD",
    _("Only people who still have their temporary password can be invited again."),
)
INVITATION_UNDELIVERABLE = Reason(
    "user.no_invitation_medium",
    e.InvalidParameterException,
    "User has no email or phone_number for the desired delivery mediums.",
    _("Nobody can be invited without the address for it: give one, choose another medium, or send nothing (SUPPRESS)."),
)
USER_PROTECTED = Reason(
    "user.protected",
    e.InvalidParameterException,
    "User cannot be deleted: other records refer to it.",
    _("Other records need this user: {models}. Delete them first, or disable the user instead."),
)
CANNOT_CONFIRM = Reason(
    "sign_up.cannot_confirm",
    e.NotAuthorizedException,
    "User cannot be confirmed. Current status is {status}",
    _("This account does not need confirming. You can sign in."),
)
ALREADY_CONFIRMED = Reason(
    "sign_up.already_confirmed",
    e.InvalidParameterException,
    "User is already confirmed.",
    _("This account is confirmed already. You can sign in."),
)
AUTO_VERIFICATION_OFF = Reason(
    "sign_up.no_auto_verification",
    e.InvalidParameterException,
    "Cannot resend codes. Auto verification not turned on.",
    _("This user pool sends no confirmation codes; switch on automatic verification of e-mail or phone number."),
)

# Codes

CODE_MISMATCH = Reason(
    "code.mismatch",
    e.CodeMismatchException,
    "Invalid verification code provided, please try again.",
    _("The code is not right. Check the latest message and try again."),
)
CODE_EXPIRED = Reason(
    "code.expired",
    e.ExpiredCodeException,
    "Invalid code provided, please request a code again.",
    _("The code has expired or was used. Ask for a new one."),
)
CODE_DELIVERY_FAILED = Reason(
    "code.delivery_failed",
    e.CodeDeliveryFailureException,
    "Unable to deliver the message.",
    _("The message could not be sent. Ask for a new code in a moment."),
)

# Passwords

PASSWORD_POLICY = Reason(
    "password.policy",
    e.InvalidPasswordException,
    "Password did not conform with policy: {rule}",
    _("Choose a stronger password. {advice}"),
)
TEMPORARY_PASSWORD_POLICY = Reason(
    "password.temporary_policy",
    e.InvalidPasswordException,
    "Password did not conform with password policy: {rule}",
    _("Choose a stronger temporary password. {advice}"),
)
PASSWORD_HISTORY = Reason(
    "password.history",
    e.PasswordHistoryPolicyViolationException,
    "Password has previously been used.",
    _("This password was used before. Choose a new one."),
)
CANNOT_RESET_PASSWORD_STATE = Reason(
    "password.cannot_reset_state",
    e.NotAuthorizedException,
    "User password cannot be reset in the current state.",
    _("The password cannot be reset now: the account still has its temporary password or signs in elsewhere."),
)
CANNOT_RESET_PASSWORD_NO_MEDIUM = Reason(
    "password.cannot_reset_no_medium",
    e.InvalidParameterException,
    "Cannot reset password for the user as there is no registered/verified email or phone_number",
    _("There is no verified e-mail address or phone number to send a code to. Ask an administrator."),
)
RESET_OF_DISABLED_USER = Reason(
    "password.cannot_reset_disabled",
    e.NotAuthorizedException,
    # Unlike at sign-in, without a full stop.
    "User is disabled",
    _("This account is disabled. Enable it before resetting its password."),
)
CONTACT_ADMINISTRATOR_TO_RESET = Reason(
    "password.admin_only",
    e.NotAuthorizedException,
    "Contact administrator to reset password.",
    _("Only an administrator can reset passwords here."),
)

# Sign-in

INCORRECT_USERNAME_OR_PASSWORD = Reason(
    "sign_in.incorrect",
    e.NotAuthorizedException,
    "Incorrect username or password.",
    _("The username or the password is wrong."),
)
PASSWORD_ATTEMPTS_EXCEEDED = Reason(
    "sign_in.locked",
    e.NotAuthorizedException,
    "Password attempts exceeded",
    _("Too many failed attempts. Try again in {retry_after_seconds} s."),
)
USER_DISABLED = Reason(
    "user.disabled", e.NotAuthorizedException, "User is disabled.", _("This account is disabled. Ask an administrator.")
)
USER_NOT_CONFIRMED = Reason(
    "user.not_confirmed",
    e.UserNotConfirmedException,
    "User is not confirmed.",
    _("This account is not confirmed yet. Enter the code from the message, or ask for a new one."),
)
PASSWORD_RESET_REQUIRED = Reason(
    "user.password_reset_required",
    e.PasswordResetRequiredException,
    "Password reset required for the user",
    _("The password must be reset before signing in. Use “forgot password”."),
)
TEMPORARY_PASSWORD_EXPIRED = Reason(
    "sign_in.temporary_password_expired",
    e.NotAuthorizedException,
    "Temporary password has expired and must be reset by an administrator.",
    _("The temporary password has expired. Ask an administrator for a new invitation."),
)
AUTH_METHOD_NOT_SUPPORTED = Reason(
    "sign_in.method_not_supported",
    e.InvalidParameterException,
    "Initiate Auth method not supported",
    _("This flow cannot be started with this operation."),
)
USER_PASSWORD_FLOW_NOT_ENABLED = Reason(
    "sign_in.password_flow_not_enabled",
    e.InvalidParameterException,
    "USER_PASSWORD_AUTH flow not enabled for this client",
    _("Add ALLOW_USER_PASSWORD_AUTH to the app client's authentication flows to use it."),
)
FLOW_NOT_ENABLED = Reason(
    "sign_in.flow_not_enabled",
    e.InvalidParameterException,
    "Auth flow not enabled for this client",
    _("Add the flow to the app client's authentication flows to use it."),
)
INVALID_SRP_A = Reason(
    "sign_in.srp_a",
    e.InvalidParameterException,
    "SRP_A is not a valid value.",
    _("SRP_A must be a hexadecimal number of at most 770 digits that is no multiple of the SRP group's prime."),
)
SESSION_INVALID = Reason(
    "session.invalid",
    e.NotAuthorizedException,
    "Invalid session for the user.",
    _("This sign-in cannot be continued. Start again."),
)
SESSION_EXPIRED = Reason(
    "session.expired",
    e.NotAuthorizedException,
    "Invalid session for the user, session is expired.",
    _("The sign-in took too long. Start again."),
)
SESSION_USED = Reason(
    "session.used",
    e.NotAuthorizedException,
    "Invalid session for the user, session can only be used once.",
    _("This step was already done. Start again if you are not signed in."),
)

USER_SESSION_NOT_FOUND = Reason(
    "user_session.not_found",
    e.ResourceNotFoundException,
    "Session not found.",
    _("There is no such session, or it has ended already."),
)
SESSION_IS_CURRENT = Reason(
    "user_session.current",
    e.InvalidParameterException,
    "The current session cannot be revoked.",
    _("This is the session you are using. Sign out to end it."),
)
SESSIONS_NOT_TRACKED = Reason(
    "user_session.not_tracked",
    e.OperationNotEnabledException,
    "User session tracking is not enabled for the user pool.",
    _("This strict user pool does not track sessions; switch it on with SetUserPoolSessionConfiguration."),
)

# Second factors

MFA_NOT_POSSIBLE = Reason(
    "mfa.not_possible",
    e.InvalidParameterException,
    "MFA is required, but the user has no MFA method and cannot set one up.",
    _("This app asks for a second factor and you have none that it takes. Ask an administrator."),
)
SIGN_IN_CODE_MISMATCH = Reason(
    "mfa.code_mismatch",
    e.CodeMismatchException,
    "Invalid code or auth state for the user.",
    _("The code is not right. Check the latest message and try again."),
)
SOFTWARE_TOKEN_MISMATCH = Reason(
    "mfa.software_token_mismatch",
    e.CodeMismatchException,
    "Invalid code received for user",
    _("The code is not right. Enter the one that your authenticator app shows now."),
)
SOFTWARE_TOKEN_USED = Reason(
    "mfa.software_token_used",
    e.ExpiredCodeException,
    "Your software token has already been used once.",
    _("This code was used before. Wait for the next one."),
)
SOFTWARE_TOKEN_SETUP_MISMATCH = Reason(
    "mfa.software_token_setup_mismatch",
    e.EnableSoftwareTokenMFAException,
    "Code mismatch and fail enable Software Token MFA",
    _("The code is not right. Check the clock of your device and enter the code that the app shows now."),
)
SOFTWARE_TOKEN_NOT_ENABLED = Reason(
    "mfa.software_token_not_enabled",
    e.SoftwareTokenMFANotFoundException,
    "Software Token MFA has not been enabled by the userPool",
    _("Authenticator apps are switched off in this user pool (SetUserPoolMfaConfig)."),
)
SOFTWARE_TOKEN_NOT_ASSOCIATED = Reason(
    "mfa.software_token_not_associated",
    e.SoftwareTokenMFANotFoundException,
    "Software token has not been associated for the user",
    _("No authenticator app waits to be verified. Set one up first (AssociateSoftwareToken)."),
)
SOFTWARE_TOKEN_NOT_VERIFIED = Reason(
    "mfa.software_token_not_verified",
    e.InvalidParameterException,
    "User has not verified software token mfa",
    _("There is no authenticator app yet. Set one up first."),
)
MFA_NOT_SET_UP = Reason(
    "mfa.not_set_up",
    e.SoftwareTokenMFANotFoundException,
    "User has not verified software token mfa",
    _("The authenticator app is not set up yet (AssociateSoftwareToken, VerifySoftwareToken)."),
)
MFA_WITHOUT_ADDRESS = Reason(
    "mfa.without_address",
    e.InvalidParameterException,
    "User does not have delivery config set to turn on {factor}",
    _("There is no address to send codes to. Set one first."),
)
MFA_FACTOR_NOT_ENABLED = Reason(
    "mfa.factor_not_enabled",
    e.InvalidParameterException,
    "{factor} has not been enabled by the userPool",
    _("This second factor is switched off in the user pool (SetUserPoolMfaConfig)."),
)
MFA_PREFERRED_NOT_ENABLED = Reason(
    "mfa.preferred_not_enabled",
    e.InvalidParameterException,
    "{factor} cannot be preferred without being enabled.",
    _("Enable the factor to prefer it."),
)
MFA_PREFERRED_TWICE = Reason(
    "mfa.preferred_twice",
    e.InvalidParameterException,
    "Only one MFA method can be preferred.",
    _("Prefer one factor at most."),
)
MFA_TYPE_NOT_OFFERED = Reason(
    "mfa.type_not_offered",
    e.InvalidParameterException,
    "{answer} is not one of the MFA types to choose from.",
    _("Answer with one of the factors that were offered."),
)
MFA_FACTORS_MISSING = Reason(
    "mfa.factors_missing",
    e.InvalidParameterException,
    "At least one of [SmsMfaConfiguration] or [SoftwareTokenMfaConfiguration] must be provided.",
    _("MFA needs at least one factor: switch on authenticator apps, SMS or e-mail."),
)
MFA_EMAIL_IS_RECOVERY = Reason(
    "mfa.email_is_recovery",
    e.InvalidParameterException,
    "Email MFA cannot be enabled when email is the only account recovery mechanism.",
    _("Who holds the e-mail address would need nothing else. Let people reset passwords by phone, or not at all."),
)

# Choosing a first factor

CHALLENGE_NOT_AVAILABLE = Reason(
    "sign_in.challenge_not_available",
    e.InvalidParameterException,
    "{answer} is not one of the available challenges.",
    _("Choose one of the ways to sign in that were offered."),
)
NO_FIRST_FACTOR = Reason(
    "sign_in.no_first_factor",
    e.NotAuthorizedException,
    "Incorrect username or password.",
    _("This account has none of the ways to sign in that are offered here. Ask an administrator."),
)
SIGN_IN_CODES_EXCEEDED = Reason(
    "sign_in.codes_exceeded",
    e.TooManyRequestsException,
    "Rate exceeded",
    _("Too many sign-in codes were asked for. Wait a while, or sign in another way."),
)

# Passkeys

PASSKEYS_NOT_ENABLED = Reason(
    "passkey.not_enabled",
    e.WebAuthnNotEnabledException,
    "Passkeys are not enabled for this user pool.",
    _("Add WEB_AUTHN to the first factors of the user pool (AllowedFirstAuthFactors) to use passkeys."),
)
PASSKEYS_NOT_CONFIGURED = Reason(
    "passkey.not_configured",
    e.WebAuthnConfigurationMissingException,
    "The user pool has no relying party ID for passkeys.",
    _("Set the domain that passkeys are bound to: RelyingPartyId of SetUserPoolMfaConfig's WebAuthnConfiguration."),
)
PASSKEY_CHALLENGE_NOT_FOUND = Reason(
    "passkey.challenge_not_found",
    e.WebAuthnChallengeNotFoundException,
    "The challenge for this passkey was not found or has expired.",
    _("Registering the passkey took too long, or was not started. Start again."),
)
PASSKEY_CLIENT_MISMATCH = Reason(
    "passkey.client_mismatch",
    e.WebAuthnClientMismatchException,
    "The registration of this passkey was started by another app client.",
    _("Register the passkey in one app from beginning to end. Start again."),
)
PASSKEY_ORIGIN_NOT_ALLOWED = Reason(
    "passkey.origin",
    e.WebAuthnOriginNotAllowedException,
    "The origin of this passkey is not allowed for the relying party.",
    _(
        "The page that made the passkey is not of the relying party's domain, or was inside another site's frame."
        " Further origins, as of native apps, are set in PASSKEY_ORIGINS."
    ),
)
PASSKEY_RELYING_PARTY_MISMATCH = Reason(
    "passkey.relying_party",
    e.WebAuthnRelyingPartyMismatchException,
    "The passkey was made for another relying party.",
    _("The passkey was made for another domain than the user pool's relying party."),
)
PASSKEY_NOT_SUPPORTED = Reason(
    "passkey.not_supported",
    e.WebAuthnCredentialNotSupportedException,
    "This kind of passkey is not supported.",
    _("This authenticator cannot be used here: it needs ES256 or RS256 keys, and to check the person where required."),
)
PASSKEY_UNREADABLE = Reason(
    "passkey.unreadable",
    e.InvalidParameterException,
    "The credential is not a valid registration response.",
    _("Send what navigator.credentials.create() returned, as JSON (RegistrationResponseJSON)."),
)
PASSKEY_EXISTS = Reason(
    "passkey.exists",
    e.InvalidParameterException,
    "The passkey is registered already.",
    _("This passkey is registered already. Use it to sign in, or make another one."),
)
TOO_MANY_PASSKEYS = Reason(
    "passkey.limit",
    e.LimitExceededException,
    "A user can have at most {limit} passkeys.",
    _("You have {limit} passkeys already. Delete one of them first."),
)
PASSKEY_NOT_FOUND = Reason(
    "passkey.not_found",
    e.ResourceNotFoundException,
    "The passkey does not exist.",
    _("There is no such passkey. It may be deleted already."),
)
PASSKEY_REFUSED = Reason(
    "passkey.refused",
    e.NotAuthorizedException,
    "Incorrect username or password.",
    _("Signing in with the passkey did not work. Try again, or sign in another way."),
)
PASSKEY_CLONED = Reason(
    "passkey.cloned",
    e.NotAuthorizedException,
    "Incorrect username or password.",
    _("Signing in with the passkey did not work. Try again, or sign in another way."),
)

# Threat protection

THREAT_PROTECTION_OFF = Reason(
    "risk.off",
    e.UserPoolAddOnNotEnabledException,
    "User pool add-on is not enabled.",
    _("Threat protection is off. Set AdvancedSecurityMode of UserPoolAddOns to AUDIT or ENFORCED."),
)
SIGN_IN_TOO_RISKY = Reason(
    "risk.blocked",
    e.NotAuthorizedException,
    "Unable to login because of security reasons.",
    _("This sign-in looks unsafe and was refused. Try again from a device and place you have used before."),
)
PASSWORD_RESET_FOR_SECURITY = Reason(
    "risk.password_known_at_sign_in",
    e.PasswordResetRequiredException,
    "Password reset required for the user due to security reasons",
    _("This password is known to attackers. Use “forgot password” to choose a new one."),
)
PASSWORD_COMPROMISED = Reason(
    "risk.password_known",
    e.InvalidPasswordException,
    "Provided password cannot be used for security reasons.",
    _("This password is in a list that attackers try. Choose another one."),
)
AUTH_EVENT_NOT_FOUND = Reason(
    "auth_event.not_found",
    e.ResourceNotFoundException,
    "Auth event not found.",
    _("There is no such authentication event of this user."),
)
FEEDBACK_TOKEN_INVALID = Reason(
    "auth_event.feedback_token",
    e.NotAuthorizedException,
    "Invalid feedback token.",
    _("The feedback token belongs to another event or is too old."),
)

# Devices

DEVICE_NOT_FOUND = Reason(
    "device.not_found",
    e.ResourceNotFoundException,
    "Device does not exist.",
    _("This device is not known. Sign in without its key to have it recognised anew."),
)
DEVICE_OWNER_NOT_FOUND = Reason(
    "device.no_owner", e.ResourceNotFoundException, "User does not exist.", _("There is no such user in the user pool.")
)
DEVICE_KEY_EXISTS = Reason(
    "device.exists",
    e.DeviceKeyExistsException,
    "Device already exists.",
    _("This device was confirmed already."),
)
DEVICES_NOT_TRACKED = Reason(
    "device.not_tracked",
    e.InvalidUserPoolConfigurationException,
    "Device tracking is not enabled for this user pool.",
    _("This user pool does not recognise devices. Set its DeviceConfiguration first."),
)
INVALID_DEVICE_VERIFIER = Reason(
    "device.verifier",
    e.InvalidParameterException,
    "Invalid device verifier.",
    _("DeviceSecretVerifierConfig must have a Salt and a PasswordVerifier, numbers of the SRP group in Base64."),
)
REFRESH_DEVICE_KEY = Reason(
    "refresh_token.device_key",
    e.NotAuthorizedException,
    "Invalid Refresh Token",
    _("This session belongs to a device: send the DEVICE_KEY that came with it, after confirming the device."),
)

# Tokens

ACCESS_TOKEN_INVALID = Reason(
    "access_token.invalid", e.NotAuthorizedException, "Invalid Access Token", _("The access token is not valid here.")
)
ACCESS_TOKEN_SIGNATURE = Reason(
    "access_token.signature",
    e.NotAuthorizedException,
    "Could not verify signature for Access Token",
    _("The access token is not valid here."),
)
ACCESS_TOKEN_EXPIRED = Reason(
    "access_token.expired",
    e.NotAuthorizedException,
    "Access Token has expired",
    _("The access token has expired. Refresh it or sign in again."),
)
ACCESS_TOKEN_REVOKED = Reason(
    "access_token.revoked",
    e.NotAuthorizedException,
    "Access Token has been revoked",
    _("You were signed out. Sign in again."),
)
ACCESS_TOKEN_SCOPES = Reason(
    "access_token.scopes",
    e.NotAuthorizedException,
    "Access Token does not have required scopes",
    _("The access token was not made for this: it lacks the scope aws.cognito.signin.user.admin."),
)
REFRESH_TOKEN_INVALID = Reason(
    "refresh_token.invalid",
    e.NotAuthorizedException,
    "Invalid Refresh Token",
    _("The refresh token is not valid here. Sign in again."),
)
REFRESH_TOKEN_EXPIRED = Reason(
    "refresh_token.expired",
    e.NotAuthorizedException,
    "Refresh Token has expired",
    _("The session has ended. Sign in again."),
)
REFRESH_TOKEN_REVOKED = Reason(
    "refresh_token.revoked",
    e.NotAuthorizedException,
    "Refresh Token has been revoked",
    _("You were signed out. Sign in again."),
)
REFRESH_TOKEN_REUSED = Reason(
    "refresh_token.reused",
    e.RefreshTokenReuseException,
    "Refresh token has been reused",
    _("This refresh token was exchanged before. Sign in again."),
)
REVOKE_UNSUPPORTED_TOKEN = Reason(
    "revoke.unsupported_token",
    e.UnsupportedTokenTypeException,
    "Unsupported token type",
    _("Only refresh tokens can be revoked."),
)
REVOKE_NOT_ENABLED = Reason(
    "revoke.not_enabled",
    e.UnsupportedOperationException,
    "Token revocation is not enabled for this client",
    _("Switch on EnableTokenRevocation for the app client."),
)
REVOKE_UNAUTHORIZED = Reason(
    "revoke.unauthorized",
    e.UnauthorizedException,
    "Invalid client or client secret",
    _("The token belongs to another app client, or the client secret is wrong."),
)

# Triggers

TRIGGER_REFUSED = Reason(
    "trigger.refused",
    e.UserLambdaValidationException,
    "{trigger} failed with error {problem}.",
    _("This was refused: {problem}"),
)
TRIGGER_REFUSED_PUBLICLY = Reason(
    "trigger.refused_publicly",
    e.UserLambdaValidationException,
    "{problem}",
    "{problem}",
)
TRIGGER_FAILED = Reason(
    "trigger.failed",
    e.UnexpectedLambdaException,
    "{trigger} invocation failed due to error {problem}.",
    _("A part of this site did not answer in time or failed. Try again in a moment."),
)
TRIGGER_MALFORMED = Reason(
    "trigger.malformed",
    e.InvalidLambdaResponseException,
    "Unrecognizable lambda output",
    _("The {trigger} trigger of this user pool did not answer as it should: {problem}"),
)
MIGRATION_FAILED = Reason(
    "trigger.migration_failed",
    e.UserNotFoundException,
    "Exception migrating user in app client {client_id}",
    _("There is no such user here, and none could be taken over from where users were kept before."),
)
CUSTOM_AUTH_NOT_CONFIGURED = Reason(
    "trigger.custom_auth_not_configured",
    e.InvalidParameterException,
    "Custom auth lambda trigger is not configured for the user pool.",
    _("Set DefineAuthChallenge, CreateAuthChallenge and VerifyAuthChallengeResponse in COGNITO_AUTH['TRIGGERS']."),
)

# Attributes

SCHEMA_VIOLATION = Reason(
    "attribute.schema",
    e.InvalidParameterException,
    "Attributes did not conform to the schema: {problems}",
    _("Some values cannot be accepted. {advice}"),
)
UNKNOWN_ATTRIBUTE_TYPE = Reason(
    "attribute.unknown",
    e.InvalidParameterException,
    "Type for attribute {{{name}}} could not be determined",
    _("This user pool has no attribute {name}."),
)
INVALID_USER_ATTRIBUTES = Reason(
    "attribute.invalid",
    e.InvalidParameterException,
    "Invalid user attributes: {problems}",
    _("Some attributes cannot be changed. {advice}"),
)
IMMUTABLE_ATTRIBUTE = Reason(
    "attribute.immutable",
    e.InvalidParameterException,
    "user.{name}: Attribute cannot be updated. (changing an immutable attribute)",
    _("{name} cannot be changed after the account was created."),
)
UNAUTHORIZED_ATTRIBUTE = Reason(
    "attribute.not_writable",
    e.NotAuthorizedException,
    "A client attempted to write unauthorized attribute",
    _("This app may not write one of the attributes."),
)
INVALID_PHONE_NUMBER = Reason(
    "attribute.phone_number",
    e.InvalidParameterException,
    "Invalid phone number format.",
    _("Write the phone number with its country code, for example +14155552671."),
)
INVALID_EMAIL = Reason(
    "attribute.email",
    e.InvalidParameterException,
    "Invalid email address format.",
    _("This is not an e-mail address."),
)
EMAIL_NEEDED_TO_VERIFY = Reason(
    "attribute.email_needed",
    e.InvalidParameterException,
    "Email is required to verify/un-verify an email",
    _("Set an e-mail address before marking it as verified."),
)
PHONE_NUMBER_NEEDED_TO_VERIFY = Reason(
    "attribute.phone_number_needed",
    e.InvalidParameterException,
    "Phone Number is required to verify/un-verify a phone number",
    _("Set a phone number before marking it as verified."),
)
NOTHING_TO_VERIFY = Reason(
    "attribute.nothing_to_verify",
    e.InvalidParameterException,
    "User has no {name} to verify.",
    _("There is no {name} to send a code to. Set one first."),
)
CANNOT_BE_VERIFIED = Reason(
    "attribute.not_verifiable",
    e.InvalidParameterException,
    "Attribute {name} cannot be verified.",
    _("Only email and phone_number can be verified."),
)
INVALID_SCHEMA = Reason(
    "schema.invalid", e.InvalidParameterException, "{problem}", _("The attribute schema cannot be like this: {problem}")
)
ATTRIBUTE_EXISTS = Reason(
    "schema.attribute_exists",
    e.InvalidParameterException,
    "{name}: Existing attribute already has name {existing}.",
    _("There is an attribute {existing} already. Choose another name than {name}."),
)
ATTRIBUTE_NOT_IN_SCHEMA = Reason(
    "schema.no_attribute",
    e.InvalidParameterException,
    "{name}: Attribute does not exist in the schema.",
    _("This user pool has no attribute {name}."),
)
SCHEMA_IS_FIXED = Reason(
    "schema.strict",
    e.InvalidParameterException,
    "Existing schema attributes cannot be modified or deleted.",
    _("This is a strict user pool: its schema cannot be edited. Switch strictness off to do so."),
)
SIGN_IN_NAMES_ARE_FIXED = Reason(
    "schema.strict_sign_in_names",
    e.InvalidParameterException,
    "Updates are not allowed for property - {member}.",
    _("This is a strict user pool: how people sign in cannot be changed. Switch strictness off to do so."),
)
SCHEMA_CHANGE_WOULD_FAIL = Reason(
    "schema.users_would_fail",
    e.InvalidParameterException,
    "{failing} of {total} users do not fit the changed schema.",
    _("{failing} of {total} users would not fit. Correct them first, or look at the preview to see who they are."),
)

# The look of the pages

BRANDING_NOT_FOUND = Reason(
    "branding.not_found",
    e.ResourceNotFoundException,
    "Managed login branding does not exist.",
    _("There is no such style in this user pool, or the app client has none."),
)
BRANDING_EXISTS = Reason(
    "branding.exists",
    e.ManagedLoginBrandingExistsException,
    "Managed login branding already exists for this client.",
    _("The app client has a style already. Change it, or delete it first."),
)
UNSAFE_IMAGE = Reason(
    "branding.unsafe_image",
    e.InvalidParameterException,
    "The image cannot be accepted: {problem}.",
    _("The image cannot be accepted: {problem}. Save it anew from a drawing program."),
)
INVALID_STYLE_SHEET = Reason(
    "branding.style_sheet",
    e.InvalidParameterException,
    "Invalid CSS: {problem}.",
    _("The style sheet cannot be accepted: {problem}."),
)
DOMAIN_NEEDED_FOR_STYLE = Reason(
    "branding.no_domain",
    e.InvalidParameterException,
    "There has to be an existing domain associated with this user pool",
    _("Give the user pool a domain first."),
)

# Searching

FILTER_SYNTAX = Reason(
    "list_users.filter",
    e.InvalidParameterException,
    "Error while parsing filter",
    _('The filter cannot be read. Write it like: email ^= "jane"'),
)
FILTER_ATTRIBUTE = Reason(
    "list_users.attribute",
    e.InvalidParameterException,
    "Invalid search attribute: {name}",
    _("Users cannot be searched by {name}."),
)
ATTRIBUTES_TO_GET = Reason(
    "list_users.attributes_to_get",
    e.InvalidParameterException,
    "One or more requested attributes do not exist.",
    _("One of the requested attributes does not exist in this user pool."),
)
