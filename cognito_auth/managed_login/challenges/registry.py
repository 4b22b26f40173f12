"""Which page belongs to which challenge."""

from cognito_auth.managed_login.challenges import ChallengePage
from cognito_auth.managed_login.challenges.custom import CustomPage
from cognito_auth.managed_login.challenges.email_code import EmailCodePage
from cognito_auth.managed_login.challenges.mfa_setup import MfaSetupPage
from cognito_auth.managed_login.challenges.new_password import NewPasswordPage
from cognito_auth.managed_login.challenges.passkey import PasskeyPage
from cognito_auth.managed_login.challenges.password import PasswordPage
from cognito_auth.managed_login.challenges.select import SelectPage
from cognito_auth.managed_login.challenges.select_mfa import SelectMfaPage
from cognito_auth.managed_login.challenges.sms_code import SmsCodePage
from cognito_auth.managed_login.challenges.sms_mfa import SmsMfaPage
from cognito_auth.managed_login.challenges.software_token import SoftwareTokenPage

PAGES: tuple[ChallengePage, ...] = (
    SelectPage(),
    PasswordPage(),
    EmailCodePage(),
    SmsCodePage(),
    PasskeyPage(),
    NewPasswordPage(),
    SelectMfaPage(),
    SoftwareTokenPage(),
    SmsMfaPage(),
    MfaSetupPage(),
    CustomPage(),
)
_BY_CHALLENGE = {page.challenge: page for page in PAGES}


def page_of(challenge: str) -> ChallengePage:
    """Return the page of a challenge.

    Raises:
        KeyError: challenges of devices and of SRP come up for clients only, never on pages.
    """
    return _BY_CHALLENGE[challenge]


def path_of(challenge: str) -> str | None:
    """Return the last part of the address of a challenge's page, ``None`` for what is no challenge of a page."""
    page = _BY_CHALLENGE.get(challenge)
    return None if page is None else page.path
