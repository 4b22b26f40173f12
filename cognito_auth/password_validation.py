"""The pool's password policy for Django's own pages and commands.

``createsuperuser``, the admin's password page and the views of ``django.contrib.auth`` ask
``AUTH_PASSWORD_VALIDATORS``, not the pool::

    AUTH_PASSWORD_VALIDATORS = [{"NAME": "cognito_auth.password_validation.PoolPasswordPolicyValidator"}]
"""

from typing import Any

from django.core.exceptions import ValidationError

from cognito_auth import reasons
from cognito_auth.models import AbstractCognitoUser, UserPool
from cognito_auth.services import password_history, passwords


class PoolPasswordPolicyValidator:
    """Refuses what the policy of the user's pool refuses, and passwords that it remembers.

    Of nobody in particular it asks the policy of the default pool.
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Raise a ``ValidationError`` with every rule that ``password`` breaks."""
        rules = passwords.broken_rules(_pool_of(user), password)
        if rules:
            raise ValidationError([ValidationError(rule.advice, code="password_policy") for rule in rules])
        is_known = isinstance(user, AbstractCognitoUser) and user.pk is not None and bool(user.pool_id)
        if is_known and password_history.is_remembered(user, password):
            raise ValidationError(reasons.PASSWORD_HISTORY.detail, code="password_history")

    def get_help_text(self) -> str:
        """Return the rules of the default pool, in which people who use these pages are."""
        return " ".join(str(rule.advice) for rule in passwords.broken_rules(_pool_of(None), ""))


def _pool_of(user: Any) -> UserPool:
    # A user that is only just being made may not have a pool yet.
    if isinstance(user, AbstractCognitoUser) and user.pool_id:
        return user.pool
    return UserPool.objects.get_default()
