"""Where an operation differs from AWS's in pools that are not strict: it is kinder, or now and then more careful.

For the operations table of the reference. What holds for many operations has a name here and is said of
each; the code asks ``pool.strict`` at every one of these places.
"""

from collections.abc import Mapping

_SETTINGS = (
    "Features of every tier are there in each; phone numbers and an own sender of e-mails need no AWS role or"
    " ARN; with MFA required, any passkey may be a first factor."
)
_SESSIONS_TRACKED = "Sessions are tracked in every pool."
_MANAGED_LOGIN = "Managed login is there in every tier; a custom domain may have 253 characters."
_DATE_TIMES = "DateTime attributes hold dates and times only."
_ADDRESSES = "Local addresses of a provider may be http."
_UNCHANGED = (
    "An attribute that cannot be changed may be sent with the value that it has; DateTime attributes"
    " hold dates and times only."
)
_SIGN_IN = (
    "With MFA required, any passkey may be the first factor, before MFA; a trigger chooses the words of its"
    " refusal with PublicTriggerError; what CustomMessage says for another medium is not checked."
)
_TRIGGER_WORDS = "A trigger chooses the words of its refusal with PublicTriggerError."

EVERY_SIGNED_CALL = "A pool answers whatever region a call is signed for."
"""Of every signed operation on a pool, so it is said once and not of each."""

WHEN_NOT_STRICT: Mapping[str, str] = {
    "AddCustomAttributes": "The number of custom attributes is limited by MAX_CUSTOM_ATTRIBUTES alone.",
    "AdminAddUserToGroup": "A user may be in any number of groups.",
    "AdminConfirmSignUp": f"{_TRIGGER_WORDS} TRANSACTIONAL_POST_CONFIRMATION may undo what its trigger refuses.",
    "AdminCreateUser": f"Without DesiredDeliveryMediums and phone number the invitation is e-mailed. {_DATE_TIMES}",
    "AdminDisableProviderForUser": "Disabling the pool's own sign-in ends the user's sessions.",
    "AdminInitiateAuth": _SIGN_IN,
    "AdminListUserAuthEvents": "Threat protection may be off.",
    "AdminListUserSessions": _SESSIONS_TRACKED,
    "AdminRespondToAuthChallenge": _SIGN_IN,
    "AdminRevokeUserSession": _SESSIONS_TRACKED,
    "AdminSetUserPassword": "The user's sessions end.",
    "AdminUpdateUserAttributes": _UNCHANGED,
    "ChangePassword": "The user's other sessions end.",
    "CompleteWebAuthnRegistration": "The number of passkeys is limited by MAX_PASSKEYS alone.",
    "ConfirmSignUp": f"{_TRIGGER_WORDS} TRANSACTIONAL_POST_CONFIRMATION may undo what its trigger refuses.",
    "CreateGroup": "The number of groups per pool has no limit.",
    "CreateIdentityProvider": f"The number of providers per pool has no limit. {_ADDRESSES}",
    "CreateManagedLoginBranding": "The number of styles per pool has no limit.",
    "CreateResourceServer": "The number of resource servers per pool has no limit.",
    "CreateTerms": "The number of documents per pool has no limit.",
    "CreateUserImportJob": "The number of import jobs per pool has no limit.",
    "CreateUserPool": f"Sign-in names are case-insensitive unless UsernameConfiguration says otherwise. {_SETTINGS}",
    "CreateUserPoolDomain": f"A host with a dot is a custom domain without any certificate. {_MANAGED_LOGIN}",
    "GetTokensFromRefreshToken": "The key of the session's device may be left out.",
    "InitiateAuth": f"{_SIGN_IN} Refreshing, the key of the session's device may be left out.",
    "ListUserSessions": _SESSIONS_TRACKED,
    "ListUsers": "A filter may have several conditions, contains and every attribute of the schema.",
    "RespondToAuthChallenge": _SIGN_IN,
    "RevokeUserSession": _SESSIONS_TRACKED,
    "SetLogDeliveryConfiguration": "Authentication events may be delivered in every tier.",
    "SetUICustomization": "The pool needs no domain.",
    "SetUserPoolClientSessionConfiguration": "Sessions may be limited in every tier.",
    "SetUserPoolMfaConfig": f"Text messages need no SnsCallerArn. {_SETTINGS}",
    "SetUserPoolSessionConfiguration": "Sessions may be limited in every tier.",
    "SignUp": f"{_TRIGGER_WORDS} {_DATE_TIMES}",
    "StartUserImportJob": "Columns that no required attribute needs may be missing, cognito:mfa_enabled be empty.",
    "StartWebAuthnRegistration": "The number of passkeys is limited by MAX_PASSKEYS alone.",
    "UpdateIdentityProvider": _ADDRESSES,
    "UpdateUserAttributes": _UNCHANGED,
    "UpdateUserPool": f"SmsConfiguration that is left out is removed. {_SETTINGS}",
    "UpdateUserPoolDomain": _MANAGED_LOGIN,
}
