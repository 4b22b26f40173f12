"""Which users would not fit a changed schema."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model

from cognito_auth.choices import UserStatus
from cognito_auth.models import AbstractCognitoUser, UserPool
from cognito_auth.services import user_pools
from cognito_auth.services.attributes import validation
from cognito_auth.services.attributes.schema_changes import conflicts
from cognito_auth.services.attributes.schema_changes.changes import SchemaChange
from cognito_auth.services.attributes.schema_changes.planning import Plan, plan

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

Progress = Callable[[int, int], None]
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Failure:
    """A user who stands in the way.

    Attributes:
        username: who.
        attribute: which attribute, by its name before the changes; ``username`` for the name itself.
        problem: a sentence for people, translated when shown.
    """

    username: str
    attribute: str
    problem: "str | _StrPromise"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a list of changes would do to a pool's users.

    Attributes:
        total_users: in the pool; estimated when none of them has to be looked at.
        failing: users who do not fit the changed schema.
        conflicting: those of them who would share a sign-in name, or have none; never forced.
        values_lost: users who have a value of an attribute that goes.
        samples: the first of those who fail.
    """

    total_users: int
    failing: int = 0
    conflicting: int = 0
    values_lost: int = 0
    samples: tuple[Failure, ...] = ()

    @property
    def is_applicable(self) -> bool:
        """Whether nobody stands in the way."""
        return not self.failing


def preview(
    pool: UserPool, changes: Sequence[SchemaChange], *, limit: int = 20, progress: Progress | None = None
) -> Preview:
    """Return what ``changes`` would do, with at most ``limit`` samples; nothing is written.

    Users are read in batches; ``progress`` is called with how many were looked at, and of how many.

    Raises:
        InvalidParameterException: a change is impossible, or the pool is strict.
    """
    return examine(plan(pool, changes), limit=limit, progress=progress)


def examine(planned: Plan, *, limit: int, progress: Progress | None) -> Preview:
    """Return what a plan would do."""
    if not planned.looks_at_users:
        return Preview(total_users=user_pools.estimated_number_of_users(planned.pool))
    total = get_user_model()._default_manager.filter(pool_id=planned.pool.pk).count()
    examination = _Examination(planned, total=total, limit=limit, progress=progress)
    return examination.run()


def batches(pool_id: str, *, size: int = BATCH) -> Iterator[list[AbstractCognitoUser]]:
    """Yield all users of a pool in lists, by key, so that memory does not grow with the pool."""
    users = get_user_model()._default_manager.filter(pool_id=pool_id).order_by("pk")
    batch: list[AbstractCognitoUser] = list(users[:size])
    while batch:
        yield batch
        batch = list(users.filter(pk__gt=batch[-1].pk)[:size])


class _Examination:
    """One look at all users."""

    def __init__(self, planned: Plan, *, total: int, limit: int, progress: Progress | None) -> None:
        self.plan = planned
        self.total = total
        self.limit = limit
        self.progress = progress
        self.passes = conflicts.passes_for(total) if planned.sign_in_changed else 1
        self.seen = 0
        self.failing: set[object] = set()
        self.failing_by_value = 0
        self.conflicting: set[object] = set()
        self.values_lost = 0
        self.samples: list[Failure] = []

    def run(self) -> Preview:
        """Read the pool, once or, to find equal names in little memory, several times."""
        for number in range(self.passes):
            claims = conflicts.Claims(self.plan.pool, part=number, parts=self.passes)
            for batch in batches(self.plan.pool.pk):
                for user in batch:
                    self._look_at(user, claims, is_first=number == 0)
                self._report(len(batch))
        return Preview(
            total_users=self.total,
            failing=self.failing_by_value + len(self.failing),
            conflicting=len(self.conflicting),
            values_lost=self.values_lost,
            samples=tuple(self.samples),
        )

    def _look_at(self, user: AbstractCognitoUser, claims: conflicts.Claims, *, is_first: bool) -> None:
        failures = self._value_failures(user) if is_first else []
        if self.plan.sign_in_changed:
            found = claims.of(user, is_first=is_first)
            failures += [Failure(user.username, name, problem) for name, problem in found]
            # A user may be met in several passes, and counts once.
            self.conflicting |= {user.pk} if found else set()
            self.failing |= {user.pk} if failures else set()
        elif failures:
            self.failing_by_value += 1
        self.samples += failures[: self.limit - len(self.samples)]

    def _value_failures(self, user: AbstractCognitoUser) -> list[Failure]:
        self.values_lost += any(name in user.custom_attributes for name in self.plan.removals)
        failures = []
        for name, attribute in self.plan.narrowed:
            text = validation.value_of(user, name)
            problem = validation.problem_with(self.plan.pool, attribute, text) if text else None
            if problem is not None:
                failures.append(Failure(user.username, name, problem.advice))
        # Who was invited is asked for what is missing at the first sign-in.
        if user.status != UserStatus.FORCE_CHANGE_PASSWORD:
            for name in self.plan.newly_required:
                if not validation.value_of(user, name):
                    failures.append(Failure(user.username, name, validation.required_but_missing(name).advice))
        return failures

    def _report(self, count: int) -> None:
        self.seen += count
        if self.progress is not None:
            total = self.total * self.passes
            self.progress(self.seen, max(total, self.seen))
