"""Following the link of an e-mail: it confirms an account, or an address of one that is confirmed.

The link says whose it is and holds the code, not what it is for: that is what the person waits for.
Source: AWS "Verifying contact information at sign-up", "Configuring email or phone verification".
"""

import datetime

from cognito_auth.choices import AttemptKind, CodePurpose, UserStatus
from cognito_auth.models import AbstractCognitoUser, UserPoolClient
from cognito_auth.services import codes, sign_up, user_names
from cognito_auth.services.attributes import verification
from cognito_auth.services.request_origin import RequestOrigin


def follow(
    client: UserPoolClient, username: str, code: str, *, origin: RequestOrigin, now: datetime.datetime
) -> CodePurpose:
    """Do what the link was sent for and return it: ``CONFIRM_SIGN_UP`` or ``VERIFY_EMAIL``.

    Raises:
        CodeMismatchException, ExpiredCodeException: the code is wrong, too old or used.
        NotAuthorizedException: nothing of the account waits to be confirmed.
        AliasExistsException: another account confirmed the address first.
        LimitExceededException: too many guesses.
        UserNotFoundException: unknown, where the client does not hide that.
    """
    user = user_names.find(client.pool, username)
    if user is None or not _verifies_address(user, now=now):
        sign_up.confirm(client, username, code, by_link=True, origin=origin, now=now)
        return CodePurpose.CONFIRM_SIGN_UP
    # Guesses at the page use up its own allowance, not that of the person who is signed in.
    verification.verify(
        user, "email", code, client=client, origin=origin, now=now, attempt_kind=AttemptKind.CONFIRM_SIGN_UP
    )
    return CodePurpose.VERIFY_EMAIL


def _verifies_address(user: AbstractCognitoUser, *, now: datetime.datetime) -> bool:
    """Tell whether a link went to an address of the account, rather than to confirm the account."""
    return (
        user.pool.sends_link
        and user.is_active
        and user.status != UserStatus.UNCONFIRMED
        and codes.outstanding(user, CodePurpose.VERIFY_EMAIL, now=now) is not None
    )
