"""Whether a password is known to be out: a local list, and a range service if the settings name one.

The list is Django's of common passwords, read at first use. A password is looked up in lower case, as
it is and without the symbols at its ends, which people add to please a policy (``Password1!``).

The service gets the first five digits of the SHA-1 of the password and answers with the rest of all
that begin so (k-anonymity): it does not learn the password. Without an answer in time the list decides.
"""

import functools
import hashlib
import logging
import string
from http.client import HTTPException
from urllib.error import URLError
from urllib.request import Request, urlopen

from django.contrib.auth.password_validation import CommonPasswordValidator

from cognito_auth.conf import settings

logger = logging.getLogger(__name__)
_PREFIX_DIGITS = 5
_MAX_BYTES = 1_000_000
_SYMBOLS = string.punctuation + " "


def is_known(password: str) -> bool:
    """Tell whether ``password`` is in a list of passwords that attackers try."""
    lowered = password.lower()
    if not common_passwords().isdisjoint({lowered, lowered.strip(_SYMBOLS)}):
        return True
    return settings.password_range_url is not None and _is_in_range(password, settings.password_range_url)


@functools.cache
def common_passwords() -> frozenset[str]:
    """Return the common passwords, in lower case; read once per process."""
    return frozenset(CommonPasswordValidator().passwords)


def _is_in_range(password: str, url: str) -> bool:
    # The service's format, not a protection of the password.
    digest = hashlib.sha1(password.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest().upper()
    prefix, rest = digest[:_PREFIX_DIGITS], digest[_PREFIX_DIGITS:]
    # Padding: answers of one length tell an onlooker nothing.
    request = Request(f"{url.rstrip('/')}/{prefix}", headers={"Add-Padding": "true", "User-Agent": "cognito_auth"})  # noqa: S310  (of the settings)
    try:
        with urlopen(request, timeout=settings.password_range_timeout_seconds) as response:  # noqa: S310
            body = response.read(_MAX_BYTES).decode("ascii", "replace")
    except (OSError, URLError, HTTPException, ValueError) as error:
        logger.warning("The service of known passwords gave no answer: %s", type(error).__name__)
        return False
    for line in body.splitlines():
        suffix, _colon, count = line.strip().partition(":")
        # Padding has a count of 0.
        if suffix.upper() == rest and count.strip() != "0":
            return True
    return False
