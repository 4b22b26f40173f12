"""Second factors: what is still owed at a sign-in, and what each factor needs.

====================  ==============================================================
``decision``          which second factor a sign-in still owes; nothing else decides it
``preferences``       which factors a person has switched on, and which they prefer
``software_token``    authenticator apps: enrolling, checking, using a code once
``recovery_codes``    what replaces a lost authenticator app; our own addition
====================  ==============================================================

Codes that are sent during a sign-in (SMS, e-mail) are in ``services/sign_in/sent_codes``: first
factors are asked for in the same way. The challenges themselves are in ``services/sign_in/challenges``.
Source: AWS "Adding MFA to a user pool".
"""

from typing import Final

SMS: Final = "SMS_MFA"
SOFTWARE_TOKEN: Final = "SOFTWARE_TOKEN_MFA"
EMAIL: Final = "EMAIL_OTP"
SETUP: Final = "MFA_SETUP"
# Factors by the API's names, with the user's and the pool's field that switches them on.
FACTORS: Final = {
    SMS: "sms_mfa_enabled",
    SOFTWARE_TOKEN: "software_token_mfa_enabled",
    EMAIL: "email_mfa_enabled",
}
# Factors whose code is sent, and the attribute it is sent to.
ATTRIBUTES: Final = {SMS: "phone_number", EMAIL: "email"}
