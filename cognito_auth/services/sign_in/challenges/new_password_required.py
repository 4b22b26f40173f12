"""NEW_PASSWORD_REQUIRED: people with a temporary password choose their own.

Source: AWS API_RespondToAuthChallenge, "NEW_PASSWORD_REQUIRED".
"""

import json
from collections.abc import Callable, Mapping

from cognito_auth import reasons
from cognito_auth.choices import UserStatus
from cognito_auth.services import password_history, passwords, srp_verifiers, user_names
from cognito_auth.services.attributes import permissions, schema, validation, values
from cognito_auth.services.risk import protection
from cognito_auth.services.sign_in.attempt import SignIn
from cognito_auth.services.sign_in.challenges import ChallengeHandler

_PREFIX = "userAttributes."
_NEVER_GIVEN = ("sub", "email_verified", "phone_number_verified")


class NewPasswordRequired(ChallengeHandler):
    """Asks for a new password and for required attributes that have no value yet."""

    name = "NEW_PASSWORD_REQUIRED"

    def applies(self, sign_in: SignIn) -> bool:
        """Tell whether the account still has its temporary password."""
        return sign_in.known_user.status == UserStatus.FORCE_CHANGE_PASSWORD

    def begin(self, sign_in: SignIn, session: str) -> dict[str, str]:
        """Return what is there and what is missing; clients parse both as JSON."""
        user = sign_in.known_user
        readable = permissions.readable_names(sign_in.client)
        present = {name: text for name, text in values.to_wire(user, readable).items() if name != "sub"}
        missing = [_PREFIX + name for name in self._missing(sign_in)]
        return {
            "USER_ID_FOR_SRP": user.username,
            "requiredAttributes": json.dumps(missing, separators=(",", ":")),
            "userAttributes": json.dumps(present, separators=(",", ":")),
        }

    def _missing(self, sign_in: SignIn) -> list[str]:
        present = values.to_wire(sign_in.known_user)
        return [name for name in schema.of(sign_in.pool).required if name not in present and name != "sub"]

    def answer(self, sign_in: SignIn, answers: Mapping[str, str]) -> Callable[[], None]:
        """Check the new password and attributes.

        Raises:
            InvalidParameterException: no new password, or attributes that cannot be accepted.
            InvalidPasswordException: the password breaks the policy.
            PasswordHistoryPolicyViolationException: it was used before, as the temporary one too.
            NotAuthorizedException: the client may not write an attribute.
        """
        password = answers.get("NEW_PASSWORD")
        if not password:
            raise reasons.MISSING_PARAMETER(name="NEW_PASSWORD")
        passwords.check_policy(sign_in.pool, password)
        protection.note_new_password(sign_in, password)
        checked = self._check_attributes(sign_in, answers)
        user = sign_in.known_user
        password_history.check(user, password)
        replaced = user.password
        passwords.set_password(user, password, now=sign_in.now)

        def change() -> None:
            locked = type(user)._default_manager.select_for_update().filter(pk=user.pk).first()
            if locked is None:
                raise reasons.SESSION_INVALID()
            if locked.status != UserStatus.FORCE_CHANGE_PASSWORD or locked.token_epoch != sign_in.token_epoch:
                raise reasons.SESSION_INVALID()
            locked.pool = user.pool
            password_history.remember(locked, password, checked=replaced, now=sign_in.now)
            locked.password, locked.password_set_at = user.password, user.password_set_at
            locked.status = UserStatus.CONFIRMED
            locked.last_modified_at = sign_in.now
            values.assign(locked, checked)
            locked.save()
            srp_verifiers.remember(locked, password)
            try:
                user_names.sync_aliases(locked)
            except user_names.AliasTaken as taken:
                raise reasons.ALIAS_EXISTS(name=taken.name) from None
            sign_in.user = locked

        return change

    def _check_attributes(self, sign_in: SignIn, answers: Mapping[str, str]) -> dict[str, str]:
        given = {key.removeprefix(_PREFIX): text for key, text in answers.items() if key.startswith(_PREFIX)}
        present = values.to_wire(sign_in.known_user)
        for name, text in list(given.items()):
            # Clients echo what they were shown; only a different value is a change.
            if name in _NEVER_GIVEN or present.get(name) == text:
                del given[name]
            elif name in present:
                raise reasons.INVALID_PARAMETER(problem=f"Cannot modify an already provided {name}")
        permissions.check_writable(sign_in.client, given)
        return validation.check(
            sign_in.pool, given, creating=True, by_admin=False, require=True, current=sign_in.known_user
        )
