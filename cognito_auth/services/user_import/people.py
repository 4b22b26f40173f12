"""From a row to a user, by the rules of sign-up.

=====================================================  ==========================================
row                                                    the user's status
=====================================================  ==========================================
with the hash of a password                            CONFIRMED
with an address to which a code may sign them in       CONFIRMED, without a password
else                                                   RESET_REQUIRED
=====================================================  ==========================================

Source: AWS "Importing users from a CSV file", "Formatting the .csv file".
"""

import datetime
import re
import secrets
from collections.abc import Sequence

import regex
from django.contrib.auth import get_user_model
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX, UNUSABLE_PASSWORD_SUFFIX_LENGTH

from cognito_auth.choices import UserStatus
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import AbstractCognitoUser, UserPool
from cognito_auth.services import first_factors, user_names
from cognito_auth.services.attributes import validation, values
from cognito_auth.services.attributes.standard import VERIFIED_FLAGS
from cognito_auth.services.user_import import password_hashes
from cognito_auth.services.user_import.columns import MFA_ENABLED, PASSWORD_HASH, USERNAME

_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_MAX_USERNAME = 128
# The API's pattern of UsernameType, which requests are checked against before.
_USERNAME = regex.compile(r"[\p{L}\p{M}\p{S}\p{N}\p{P}]+")


class BadRow(Exception):
    """The row makes no user; the message says why, and repeats no value."""


class People:
    """Makes users of one pool from rows of one file, unsaved."""

    def __init__(
        self, pool: UserPool, columns: Sequence[str], *, password_hash_algorithm: str, now: datetime.datetime
    ) -> None:
        self._pool = pool
        self._columns = tuple(columns)
        self._algorithm = password_hash_algorithm
        self._now = now
        self._model: type[AbstractCognitoUser] = get_user_model()

    def make(self, row: Sequence[str]) -> AbstractCognitoUser:
        """Return the user whom a row describes.

        Raises:
            BadRow: it describes none.
        """
        if len(row) != len(self._columns):
            raise BadRow(f"The line has {len(row)} values instead of {len(self._columns)}.")
        given = {name: value for name, value in zip(self._columns, row, strict=True) if value}
        if not all(map(_is_storable, given.values())):
            raise BadRow("The line has characters that are not UTF-8.")
        username = given.pop(USERNAME, "")
        mfa_enabled = self._mfa_enabled(given.pop(MFA_ENABLED, ""))
        password_hash = given.pop(PASSWORD_HASH, "")
        if "birthdate" in given:
            given["birthdate"] = _date(given["birthdate"])
        try:
            user = self._user(username, given)
        except CognitoError as error:
            raise BadRow(str(error.message)) from None
        if not any(getattr(user, address) and getattr(user, flag) for address, flag in VERIFIED_FLAGS.items()):
            raise BadRow("Neither email_verified nor phone_number_verified is true.")
        if mfa_enabled and not user.phone_number:
            raise BadRow(f"{MFA_ENABLED} is true and there is no phone_number.")
        user.sms_mfa_enabled = mfa_enabled
        self._set_password(user, password_hash)
        return user

    def _mfa_enabled(self, text: str) -> bool:
        if not text and not self._pool.strict:
            return False
        if text.lower() not in ("true", "false"):
            raise BadRow(f"{MFA_ENABLED}: Value must be true or false")
        return text.lower() == "true"

    def _user(self, username: str, given: dict[str, str]) -> AbstractCognitoUser:
        pool = self._pool
        if pool.has_username_attributes:
            own_name = user_names.username_attribute(pool, username) if username else None
            if own_name is not None:
                given.setdefault(own_name, username)
            if not any(given.get(name) for name in pool.username_attributes):
                raise BadRow(f"{' or '.join(pool.username_attributes)}: The attribute is required")
        elif not username:
            raise BadRow(f"{USERNAME}: The attribute is required")
        elif len(username) > _MAX_USERNAME or not _USERNAME.fullmatch(username):
            raise BadRow(f"{USERNAME}: Value is no username")
        else:
            user_names.check_username(pool, username)
        checked = validation.check(pool, given, creating=True, by_admin=True, require=True)
        user = self._model(
            pool=pool,
            username=username,
            status=UserStatus.RESET_REQUIRED,
            created_at=self._now,
            last_modified_at=self._now,
        )
        if pool.has_username_attributes:
            user.username = str(user.sub)
        values.assign(user, checked)
        user.set_keys()
        return user

    def _set_password(self, user: AbstractCognitoUser, password_hash: str) -> None:
        if password_hash:
            try:
                user.password = password_hashes.stored_form(self._algorithm, password_hash)
            except password_hashes.BadHash as problem:
                raise BadRow(f"{PASSWORD_HASH} cannot be imported: {problem}.") from None
            user.password_set_at = self._now
            user.status = UserStatus.CONFIRMED
            return
        # As set_unusable_password does, which draws each character alone: a sixth of the whole import.
        user.password = UNUSABLE_PASSWORD_PREFIX + secrets.token_hex(UNUSABLE_PASSWORD_SUFFIX_LENGTH // 2)
        if first_factors.may_lack_password(user):
            user.status = UserStatus.CONFIRMED


def _is_storable(value: str) -> bool:
    # Bytes that are not UTF-8 were read as lone surrogates.
    return value.isascii() or not any("\ud800" <= character <= "\udfff" for character in value)


def _date(text: str) -> str:
    """Return a date of the file, mm/dd/yyyy, as attributes keep it."""
    match = _DATE.fullmatch(text)
    if match is None:
        raise BadRow("birthdate: Value must be a date in the format MM/DD/YYYY")
    return f"{match[3]}-{match[1]:0>2}-{match[2]:0>2}"
