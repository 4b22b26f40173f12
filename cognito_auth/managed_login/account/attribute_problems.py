"""What is wrong with a value that a person entered for an attribute, for beside its field."""

from django.utils.translation import gettext as _

from cognito_auth.managed_login import problems
from cognito_auth.models import UserPool
from cognito_auth.services.attributes import validation
from cognito_auth.services.attributes.attribute import Attribute


def problem_of(pool: UserPool, item: Attribute, text: str) -> str:
    """Return the problem in words, empty if there is none; an empty text deletes the attribute."""
    if not text:
        return _("Please fill in this field.") if item.required else ""
    problem = validation.problem_with(pool, item, text)
    if problem is None:
        return ""
    return problems.sentence(problem.refusal) if problem.refusal is not None else str(problem.advice)
