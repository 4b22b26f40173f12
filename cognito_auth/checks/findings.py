"""Everything the checks can report, with stable ids and hints; the reference page is made from it."""

from dataclasses import dataclass

from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check can report.

    Attributes:
        id: stable, without the app's name: ``E002``.
        message: ``str.format`` template of the sentence.
        hint: ``str.format`` template of what to do.
        deployment_only: reported by ``check --deploy`` alone.
    """

    id: str
    message: str
    hint: str
    deployment_only: bool = False

    def __call__(self, **values: object) -> CheckMessage:
        """Return the message to report."""
        level = Error if self.id.startswith("E") else CheckWarning
        return level(self.message.format_map(values), hint=self.hint.format_map(values), id=f"cognito_auth.{self.id}")


NOT_A_DICTIONARY = Finding("E001", "COGNITO_AUTH is {kind}.", "Make it a dictionary: COGNITO_AUTH = {{...}}.")
UNKNOWN_KEY = Finding("E002", "COGNITO_AUTH has an unknown key {key!r}.", "{suggestion}")
WRONG_TYPE = Finding("E003", "COGNITO_AUTH[{key!r}] is {kind}.", "Make it {expected}, for example {example}.")
BASE_URL_SHAPE = Finding(
    "E004",
    "COGNITO_AUTH['BASE_URL'] is {value!r}, which is not the address of a site.",
    "Write scheme and host only, without user, query or fragment: 'https://id.example.com'.",
)
ACCOUNT_ID_SHAPE = Finding(
    "E005", "COGNITO_AUTH['ACCOUNT_ID'] is {value!r}.", "Write twelve digits, for example '000000000000'."
)
REGION_SHAPE = Finding(
    "E006",
    "COGNITO_AUTH['REGION'] is {value!r}, which cannot stand in a user pool id.",
    "Write it as AWS does, for example 'eu-west-1'. Clients cut the pool id at the underscore.",
)
WEAK_ENCRYPTION_KEY = Finding(
    "E007",
    "Key {position} of COGNITO_AUTH['ENCRYPTION_KEYS'] is shorter than {minimum} characters.",
    "Make one with: python -c 'import secrets; print(secrets.token_urlsafe(48))'",
)
BAD_DOTTED_PATH = Finding(
    "E008",
    "COGNITO_AUTH[{key!r}] is {value!r}, which cannot be used: {problem}",
    "Write the dotted path of {expected}, for example {example}.",
)
OUT_OF_RANGE = Finding("E009", "COGNITO_AUTH[{key!r}] is {value}.", "Use a number from {minimum} to {maximum}.")
THROTTLE_RATE_SHAPE = Finding(
    "E010",
    "COGNITO_AUTH['THROTTLE_RATES'][{scope!r}] is {value!r}.",
    "Write '<count>/<seconds>', for example '300/60', or None to switch this limit off.",
)
UNKNOWN_CACHE = Finding(
    "E011", "COGNITO_AUTH['CACHE'] is {value!r}, which is not in CACHES.", "Choose one of: {known}."
)
TRUSTED_POOL_SHAPE = Finding("E012", "COGNITO_AUTH['TRUSTED_POOLS'][{position}]: {problem}", "{hint}")
UNKNOWN_TOKEN_USE = Finding(
    "E013", "COGNITO_AUTH['TOKEN_USE'] has {value!r}.", "Use 'access', 'id' or both: ('access', 'id')."
)
FOREIGN_USER_MODEL = Finding(
    "E014",
    "AUTH_USER_MODEL is {model!r}, which is not a user of a pool.",
    "Set AUTH_USER_MODEL = 'cognito_auth.User', or let your model inherit from AbstractCognitoUser.",
)
SMS_OPTIONS_DO_NOT_FIT = Finding(
    "E015",
    "COGNITO_AUTH['SMS_OPTIONS'] does not fit {backend}: {problem}",
    "The options are the keyword arguments of the backend: {signature}",
)
UNKNOWN_THROTTLE_SCOPE = Finding(
    "E016", "COGNITO_AUTH['THROTTLE_RATES'] has an unknown scope {scope!r}.", "{suggestion}"
)
TRIGGER_SHAPE = Finding("E017", "COGNITO_AUTH['TRIGGERS'][{key!r}]: {problem}", "{hint}")
LOG_DELIVERY_SHAPE = Finding("E018", "COGNITO_AUTH['{where}'] cannot be delivered to.", "{hint}")
MISSING_BACKEND = Finding(
    "W001",
    "AUTHENTICATION_BACKENDS does not contain cognito_auth.backends.CognitoBackend.",
    "Usernames are unique per pool only. Without this backend the admin site and login() cannot tell which is meant.",
)
MISSING_ENCRYPTION_KEYS = Finding(
    "W002",
    "COGNITO_AUTH['ENCRYPTION_KEYS'] is not set, so secrets at rest are encrypted with SECRET_KEY.",
    "Set a key of its own; otherwise changing SECRET_KEY makes signing keys and client secrets unreadable.",
    deployment_only=True,
)
MISSING_BASE_URL = Finding(
    "W003",
    "COGNITO_AUTH['BASE_URL'] is not set.",
    "Set it to the external address of this site. Without it no token can be issued outside DEBUG.",
    deployment_only=True,
)
INSECURE_BASE_URL = Finding(
    "W004",
    "COGNITO_AUTH['BASE_URL'] is {value!r}: tokens and codes travel unencrypted.",
    "Serve the site over https and write 'https://…'.",
    deployment_only=True,
)
WEAK_HASHER = Finding(
    "W005",
    "The first of PASSWORD_HASHERS is {hasher}, which is for tests only.",
    "Put 'cognito_auth.hashers.Argon2idPasswordHasher' first.",
    deployment_only=True,
)
COSTLY_HASHER = Finding(
    "W006",
    "The first of PASSWORD_HASHERS is {hasher}, whose cost per sign-in invites exhaustion by a burst of sign-ins.",
    "Put 'cognito_auth.hashers.Argon2idPasswordHasher' first and keep this one behind it for existing passwords.",
    deployment_only=True,
)
LOCAL_CACHE = Finding(
    "W007",
    "Request rates are counted in CACHES[{alias!r}], {backend}, which each process has for itself.",
    "Use a shared cache such as Redis, or set COGNITO_AUTH['THROTTLING'] = False and limit rates elsewhere.",
    deployment_only=True,
)
FOREIGN_SOCIAL_ADAPTER = Finding(
    "W008",
    "SOCIALACCOUNT_ADAPTER is {path}, which knows nothing of user pools: nobody can sign in with their providers.",
    "Set it to 'cognito_auth.social.adapter.SocialAccountAdapter', or to a class made of it.",
)

FINDINGS: tuple[Finding, ...] = tuple(
    sorted((value for value in tuple(globals().values()) if isinstance(value, Finding)), key=lambda f: f.id)
)
