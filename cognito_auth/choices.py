"""Enumerations shared by every layer; values are the API's own spellings wherever it has one."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class UserStatus(models.TextChoices):
    """Where an account is in its life; independent of whether it is enabled. Source: AWS UserType."""

    UNCONFIRMED = "UNCONFIRMED", _("unconfirmed")
    CONFIRMED = "CONFIRMED", _("confirmed")
    RESET_REQUIRED = "RESET_REQUIRED", _("password reset required")
    FORCE_CHANGE_PASSWORD = "FORCE_CHANGE_PASSWORD", _("must change the temporary password")
    EXTERNAL_PROVIDER = "EXTERNAL_PROVIDER", _("signs in with an external provider")


class AttributeType(models.TextChoices):
    """Data type of an attribute. Source: AWS AttributeDataType."""

    STRING = "String", _("text")
    NUMBER = "Number", _("number")
    DATETIME = "DateTime", _("date and time")
    BOOLEAN = "Boolean", _("yes or no")


class AliasName(models.TextChoices):
    """What a row of sign-in names stands for."""

    EMAIL = "email", _("e-mail address")
    PHONE_NUMBER = "phone_number", _("phone number")
    PREFERRED_USERNAME = "preferred_username", _("preferred username")
    USERNAME = "username", _("username")


class AuthFlow(models.TextChoices):
    """Ways to start a sign-in. Source: AWS AuthFlowType."""

    USER_SRP_AUTH = "USER_SRP_AUTH"
    REFRESH_TOKEN_AUTH = "REFRESH_TOKEN_AUTH"
    REFRESH_TOKEN = "REFRESH_TOKEN"
    CUSTOM_AUTH = "CUSTOM_AUTH"
    ADMIN_NO_SRP_AUTH = "ADMIN_NO_SRP_AUTH"
    USER_PASSWORD_AUTH = "USER_PASSWORD_AUTH"
    ADMIN_USER_PASSWORD_AUTH = "ADMIN_USER_PASSWORD_AUTH"
    USER_AUTH = "USER_AUTH"


class TokenUse(models.TextChoices):
    """Value of the ``token_use`` claim."""

    ID = "id", _("ID token")
    ACCESS = "access", _("access token")


class TimeUnit(models.TextChoices):
    """Unit of a token validity. Source: AWS TokenValidityUnitsType."""

    SECONDS = "seconds", _("seconds")
    MINUTES = "minutes", _("minutes")
    HOURS = "hours", _("hours")
    DAYS = "days", _("days")

    @property
    def in_seconds(self) -> int:
        """Length of one unit in seconds."""
        return {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}[self.value]


class DeliveryMedium(models.TextChoices):
    """How a message reaches a person. Source: AWS DeliveryMediumType."""

    EMAIL = "EMAIL", _("e-mail")
    SMS = "SMS", _("text message")


class CodePurpose(models.TextChoices):
    """What a one-time code may be spent on; a code of one purpose is useless for another."""

    CONFIRM_SIGN_UP = "confirm_sign_up", _("confirm a sign-up")
    RESET_PASSWORD = "reset_password", _("reset a password")
    VERIFY_EMAIL = "verify_email", _("verify an e-mail address")
    VERIFY_PHONE_NUMBER = "verify_phone_number", _("verify a phone number")


class MessageEvent(models.TextChoices):
    """Occasions on which a person gets a message; each has its own templates."""

    SIGN_UP = "sign_up", _("sign-up: confirm the account")
    RESEND_CODE = "resend_code", _("sign-up: the code again")
    FORGOT_PASSWORD = "forgot_password", _("password reset")
    INVITATION = "invitation", _("invitation with a temporary password")
    VERIFY_ATTRIBUTE = "verify_attribute", _("verify an address, asked for by the person")
    UPDATE_ATTRIBUTE = "update_attribute", _("verify an address that was changed")
    ATTRIBUTE_CHANGED = "attribute_changed", _("notice to the old address")
    AUTHENTICATION = "authentication", _("sign-in code")
    RISK_BLOCKED = "risk_blocked", _("notice: a risky sign-in was blocked")
    RISK_MFA = "risk_mfa", _("notice: a risky sign-in needs a second factor")
    RISK_NOTICED = "risk_noticed", _("notice: a risky sign-in was allowed")


class AuthEventType(models.TextChoices):
    """Kinds of authentication events. Source: AWS EventType, plus our own below."""

    SIGN_IN = "SignIn", _("sign-in")
    SIGN_UP = "SignUp", _("sign-up")
    FORGOT_PASSWORD = "ForgotPassword", _("forgot password")
    PASSWORD_CHANGE = "PasswordChange", _("password change")
    RESEND_CODE = "ResendCode", _("resend code")
    CONFIRM_SIGN_UP = "ConfirmSignUp", _("confirm sign-up")
    SIGN_OUT = "SignOut", _("sign-out")
    REFRESH = "Refresh", _("refreshed tokens refused")


class AuthEventResponse(models.TextChoices):
    """How an authentication event ended. Source: AWS EventResponseType."""

    PASS = "Pass", _("passed")
    FAIL = "Fail", _("failed")
    IN_PROGRESS = "InProgress", _("in progress")


class AttemptKind(models.TextChoices):
    """Secrets whose guesses are counted, each with its own allowance."""

    PASSWORD = "password", _("password")
    MFA_CODE = "mfa_code", _("MFA code")
    CONFIRM_SIGN_UP = "confirm_sign_up", _("sign-up code")
    RESEND_CODE = "resend_code", _("sign-up code requests")
    RESET_PASSWORD = "reset_password", _("password reset requests and codes")
    REQUEST_ATTRIBUTE_CODE = "request_attribute_code", _("attribute code requests")
    VERIFY_ATTRIBUTE = "verify_attribute", _("attribute code")
    CHANGE_PASSWORD = "change_password", _("password changes")
    REQUEST_SIGN_IN_CODE = "request_sign_in_code", _("sign-in code requests")
    RATE = "rate", _("request rate")


class TriggerKind(models.TextChoices):
    """Points at which a pool runs code of the project. Source: AWS LambdaConfigType."""

    PRE_SIGN_UP = "PreSignUp"
    POST_CONFIRMATION = "PostConfirmation"
    PRE_AUTHENTICATION = "PreAuthentication"
    POST_AUTHENTICATION = "PostAuthentication"
    PRE_TOKEN_GENERATION = "PreTokenGeneration"
    USER_MIGRATION = "UserMigration"
    DEFINE_AUTH_CHALLENGE = "DefineAuthChallenge"
    CREATE_AUTH_CHALLENGE = "CreateAuthChallenge"
    VERIFY_AUTH_CHALLENGE_RESPONSE = "VerifyAuthChallengeResponse"
    CUSTOM_MESSAGE = "CustomMessage"
    CUSTOM_EMAIL_SENDER = "CustomEmailSender"
    CUSTOM_SMS_SENDER = "CustomSMSSender"
    INBOUND_FEDERATION = "InboundFederation"


class TriggerVersion(models.TextChoices):
    """Form of the event of a pre token generation trigger. Source: AWS PreTokenGenerationVersionConfigType."""

    V1_0 = "V1_0"
    V2_0 = "V2_0"
    V3_0 = "V3_0"


class KeyPurpose(models.TextChoices):
    """What a signing key signs; each pool has one active key per purpose."""

    ID = "id", _("ID tokens")
    ACCESS = "access", _("access tokens")


class IdentityProviderType(models.TextChoices):
    """Kinds of providers elsewhere. Source: AWS IdentityProviderTypeType."""

    SAML = "SAML"
    FACEBOOK = "Facebook"
    GOOGLE = "Google"
    LOGIN_WITH_AMAZON = "LoginWithAmazon"
    SIGN_IN_WITH_APPLE = "SignInWithApple"
    OIDC = "OIDC"


class LinkingPolicy(models.TextChoices):
    """What is done with a new identity whose verified e-mail address an account has verified too."""

    NEVER = "never", _("make a further account")
    ASK = "ask", _("ask the person to sign in to the account once")
    AUTOMATIC = "auto", _("link it to the account")


class UserImportJobStatus(models.TextChoices):
    """Where an import of users is in its life. Source: AWS UserImportJobStatusType."""

    CREATED = "Created", _("created")
    PENDING = "Pending", _("pending")
    IN_PROGRESS = "InProgress", _("in progress")
    STOPPING = "Stopping", _("stopping")
    EXPIRED = "Expired", _("expired")
    STOPPED = "Stopped", _("stopped")
    FAILED = "Failed", _("failed")
    SUCCEEDED = "Succeeded", _("succeeded")


class UserImportOutcome(models.TextChoices):
    """What became of a row of an import that made no user."""

    SKIPPED = "skipped", _("skipped")
    FAILED = "failed", _("failed")


class DeviceAuthorizationStatus(models.TextChoices):
    """Where the sign-in of a device without a browser is. Source: RFC 8628 3.5."""

    PENDING = "pending", _("waiting for the person")
    APPROVED = "approved", _("approved")
    DENIED = "denied", _("denied")
    USED = "used", _("exchanged for tokens")


class PasswordHashingAlgorithm(models.TextChoices):
    """How imported passwords were hashed. Source: AWS PasswordHashingAlgorithmType."""

    BCRYPT = "BCRYPT", "bcrypt"
    SCRYPT = "SCRYPT", "scrypt"
    ARGON2ID = "ARGON2ID", "Argon2id"
    PBKDF2_SHA256 = "PBKDF2_SHA256", "PBKDF2 (SHA-256)"
