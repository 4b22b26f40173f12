"""People with second factors, and signing them in."""

import re
import time

import pyotp
from django.core import mail
from django.utils import timezone

from cognito_auth.models import SoftwareToken
from cognito_auth.services import mfa
from cognito_auth.services.messages.sms.locmem import outbox

SECRET = pyotp.random_base32()
TOTP = pyotp.TOTP(SECRET)


def enrol(user, *, enabled=True):
    """Give a user an authenticator app, verified long ago."""
    token = SoftwareToken.objects.create(
        user=user, secret=SECRET, verified_at=timezone.now() - timezone.timedelta(days=1), last_step=0
    )
    if enabled:
        type(user).objects.filter(pk=user.pk).update(software_token_mfa_enabled=True)
        user.refresh_from_db()
    return token


def code(offset=0):
    """Return the app's code, of this time step or a neighbour's."""
    return TOTP.at(int(time.time()) + 30 * offset)


def wrong_code():
    """Return six digits that are none of the app's codes now."""
    near = {code(offset) for offset in range(-3, 4)}
    return next(digits for digits in (f"{number:06d}" for number in range(10)) if digits not in near)


def sign_in(cognito, client, username="jane", password="Passw0rd!"):
    """Prove the password; return the answer."""
    return cognito.initiate_auth(
        ClientId=client.pk,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": username, "PASSWORD": password},
    )


def respond(cognito, client, challenge, session, username="jane", **answers):
    """Answer a challenge."""
    return cognito.respond_to_auth_challenge(
        ClientId=client.pk,
        ChallengeName=challenge,
        Session=session,
        ChallengeResponses={"USERNAME": username, **answers},
    )


def mailed_code(digits=6):
    """Return the code of the newest e-mail."""
    return re.search(rf"\b\d{{{digits}}}\b", mail.outbox[-1].body).group()


def texted_code(digits=6):
    """Return the code of the newest text message."""
    return re.search(rf"\b\d{{{digits}}}\b", outbox[-1].body).group()


ALL_FACTORS = {"sms_mfa_enabled": True, "software_token_mfa_enabled": True, "email_mfa_enabled": True}
FIELDS = mfa.FACTORS
