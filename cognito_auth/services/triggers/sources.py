"""Names of the occasions on which messages are sent, as the triggers about messages know them.

Source: AWS "Custom message Lambda trigger", "Custom sender Lambda triggers".
"""

from collections.abc import Mapping

from cognito_auth.choices import MessageEvent

MESSAGE_SOURCES: Mapping[MessageEvent, str] = {
    MessageEvent.SIGN_UP: "SignUp",
    MessageEvent.RESEND_CODE: "ResendCode",
    MessageEvent.FORGOT_PASSWORD: "ForgotPassword",
    MessageEvent.UPDATE_ATTRIBUTE: "UpdateUserAttribute",
    MessageEvent.VERIFY_ATTRIBUTE: "VerifyUserAttribute",
    MessageEvent.INVITATION: "AdminCreateUser",
    MessageEvent.AUTHENTICATION: "Authentication",
}
_TAKEOVER = "AccountTakeOverNotification"
# Notices of risky sign-ins are no messages that CustomMessage writes.
SENDER_SOURCES: Mapping[MessageEvent, str] = {
    **MESSAGE_SOURCES,
    MessageEvent.RISK_BLOCKED: _TAKEOVER,
    MessageEvent.RISK_MFA: _TAKEOVER,
    MessageEvent.RISK_NOTICED: _TAKEOVER,
}
