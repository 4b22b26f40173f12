"""Decides what a sign-in is asked next. Nothing else does.

========================  =======================================================
asked                     when
========================  =======================================================
SELECT_CHALLENGE          a first factor is to be chosen
PASSWORD, PASSWORD_SRP,   it was chosen as first factor
EMAIL_OTP, SMS_OTP,
WEB_AUTHN
PASSWORD_VERIFIER         the password is to be proved by SRP
CUSTOM_CHALLENGE          the pool's own code asks something
NEW_PASSWORD_REQUIRED     the account has a temporary password
DEVICE_SRP_AUTH           it comes from a known device, which stands in for a second factor
                          or comes after it
DEVICE_PASSWORD_VERIFIER  the device's proof is to come
SELECT_MFA_TYPE           a second factor is owed and there are several
SOFTWARE_TOKEN_MFA        a second factor is owed: the authenticator app's code
SMS_MFA, EMAIL_OTP        a second factor is owed: a code by SMS or e-mail
MFA_SETUP                 a second factor is owed and there is none
(tokens)                  nothing is left to ask
========================  =======================================================
"""

from cognito_auth.services.sign_in import custom_auth
from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.sign_in.challenges import ChallengeHandler
from cognito_auth.services.sign_in.challenges.custom_challenge import CustomChallenge
from cognito_auth.services.sign_in.challenges.device_password_verifier import DevicePasswordVerifier
from cognito_auth.services.sign_in.challenges.device_srp_auth import DeviceSrpAuth
from cognito_auth.services.sign_in.challenges.email_otp import EmailMfa, EmailOtp
from cognito_auth.services.sign_in.challenges.mfa_setup import MfaSetup
from cognito_auth.services.sign_in.challenges.new_password_required import NewPasswordRequired
from cognito_auth.services.sign_in.challenges.password import PasswordChallenge
from cognito_auth.services.sign_in.challenges.password_srp import PasswordSrp
from cognito_auth.services.sign_in.challenges.password_verifier import PasswordVerifier
from cognito_auth.services.sign_in.challenges.select_challenge import SelectChallenge
from cognito_auth.services.sign_in.challenges.select_mfa_type import SelectMfaType
from cognito_auth.services.sign_in.challenges.sms_mfa import SmsMfa
from cognito_auth.services.sign_in.challenges.sms_otp import SmsOtp
from cognito_auth.services.sign_in.challenges.software_token_mfa import SoftwareTokenMfa
from cognito_auth.services.sign_in.challenges.web_authn import WebAuthn

# In the order in which they are asked.
_ORDER: tuple[ChallengeHandler, ...] = (
    SelectChallenge(),
    PasswordChallenge(),
    PasswordSrp(),
    PasswordVerifier(),
    EmailOtp(),
    SmsOtp(),
    WebAuthn(),
    CustomChallenge(),
    NewPasswordRequired(),
    DeviceSrpAuth(),
    DevicePasswordVerifier(),
    SelectMfaType(),
    SoftwareTokenMfa(),
    SmsMfa(),
    EmailMfa(),
    MfaSetup(),
)
# Where two share a name, the first takes the answers.
_BY_NAME = {challenge.name: challenge for challenge in reversed(_ORDER)}


def decide(sign_in: SignIn) -> ChallengeHandler | None:
    """Return what to ask next, or ``None`` when the person has proved enough.

    Raises:
        CognitoError: the pool's own code ends a custom sign-in, or wants what cannot be asked.
    """
    found = _first(sign_in)
    if found is None and custom_auth.is_undecided(sign_in):
        custom_auth.define(sign_in)
        found = _first(sign_in)
        if found is None:
            custom_auth.check_possible(sign_in)
    return found


def _first(sign_in: SignIn) -> ChallengeHandler | None:
    for challenge in _ORDER:
        if custom_auth.permits(sign_in, challenge.name) and challenge.applies(sign_in):
            return challenge
    return None


def handler_of(name: str) -> ChallengeHandler | None:
    """Return the challenge of this name, or ``None``."""
    return _BY_NAME.get(name)
