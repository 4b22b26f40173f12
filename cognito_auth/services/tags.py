"""Tags of user pools: keys and values that operators sort them by.

Source: AWS API_TagResource, API_UntagResource, "Tagging your AWS resources".
"""

from collections.abc import Callable, Iterable, Mapping

from django.db import transaction

from cognito_auth import reasons
from cognito_auth.models import UserPool

MAX_TAGS = 50
RESERVED_PREFIX = "aws:"


def problem_of(tags: Mapping[str, str]) -> str | None:
    """Return what is wrong with the tags of a pool, if anything."""
    if len(tags) > MAX_TAGS:
        return f"A user pool can have {MAX_TAGS} tags at most."
    if any(key.lower().startswith(RESERVED_PREFIX) for key in tags):
        return f"Tag keys cannot begin with {RESERVED_PREFIX}"
    return None


def add(pool: UserPool, tags: Mapping[str, str]) -> None:
    """Set ``tags`` on the pool; its other tags stay.

    Raises:
        InvalidParameterException: too many, or keys that are reserved.
        ResourceNotFoundException: the pool was deleted meanwhile.
    """
    _change(pool, lambda present: {**present, **tags})


def remove(pool: UserPool, keys: Iterable[str]) -> None:
    """Take the tags with these keys from the pool; a key that it has not is no error.

    Raises:
        ResourceNotFoundException: the pool was deleted meanwhile.
    """
    gone = frozenset(keys)
    _change(pool, lambda present: {key: value for key, value in present.items() if key not in gone})


def _change(pool: UserPool, change: Callable[[dict[str, str]], dict[str, str]]) -> None:
    rows = UserPool.objects.filter(pk=pool.pk)
    with transaction.atomic():
        # Two who change them at the same time follow one another, so that neither loses the other's.
        present = rows.select_for_update(no_key=True).values_list("tags", flat=True).first()
        if present is None:
            raise reasons.USER_POOL_NOT_FOUND(user_pool_id=pool.pk)
        changed = change(present)
        problem = problem_of(changed)
        if problem is not None:
            raise reasons.TAGS_NOT_ACCEPTED(problem=problem)
        rows.update(tags=changed)
    pool.tags = changed
