"""User pools: finding, making, changing and deleting them.

Owns the life of a pool and how many users it has. Which settings go together is decided in
``user_pool_settings``; editing the attribute schema in ``attributes/schema_changes``.
"""

import datetime
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.core.cache import caches
from django.db import IntegrityError, connections, models, router, transaction
from django.db.models import CharField, ProtectedError, RestrictedError

from cognito_auth import names, reasons
from cognito_auth.conf import settings
from cognito_auth.models import AbstractCognitoUser, AuthEvent, SchemaAttribute, UserPool
from cognito_auth.models.compiled import CompiledQuery, Parameter
from cognito_auth.services import password_history, user_pool_domains, user_pool_settings
from cognito_auth.services.attributes import schema as schemas
from cognito_auth.services.attributes.attribute import Attribute, name_to_add
from cognito_auth.services.attributes.definitions import check_definition
from cognito_auth.services.attributes.standard import STANDARD
from cognito_auth.services.tokens import keys
from cognito_auth.services.user_import.active import refuse_while_importing

Progress = Callable[[int, int], None]

_BY_ID = CompiledQuery(lambda: UserPool.objects.filter(pk=Parameter("pool_id", CharField())))
_COUNTED_EXACTLY = 1000
_COUNT_KEPT_SECONDS = 60
_BATCH = 500
_DELETE_ATTEMPTS = 5


def _users(pool: UserPool) -> "models.QuerySet[AbstractCognitoUser]":
    queryset: models.QuerySet[AbstractCognitoUser] = get_user_model()._default_manager.filter(pool=pool)
    return queryset


def get(user_pool_id: str) -> UserPool:
    """Return the pool with this id.

    Raises:
        ResourceNotFoundException: there is none.
    """
    pool: UserPool | None = None if "\x00" in user_pool_id else _BY_ID.first(pool_id=user_pool_id)
    if pool is None:
        raise reasons.USER_POOL_NOT_FOUND(user_pool_id=user_pool_id)
    return pool


def create(
    *,
    region: str,
    name: str,
    fields: Mapping[str, Any] | None = None,
    schema: Sequence[Attribute] = (),
    now: datetime.datetime,
) -> UserPool:
    """Make a pool with its signing keys.

    ``fields`` are fields of ``UserPool`` by name; those left out have the model's defaults. ``schema``
    holds custom attributes, and standard ones that differ from the default.

    Raises:
        InvalidParameterException: settings or schema contradict each other or the API's rules, or no region.
        FeatureUnavailableInTierException: a setting asks for what is not offered.
    """
    if not names.can_be_region(region):
        raise reasons.INVALID_PARAMETER(problem=f"{region!r} is not the name of a region.")
    values = {"strict": settings.strict, **(fields or {})}
    pool = UserPool(id=UserPool.new_id(region), name=name, created_at=now, last_modified_at=now, **values)
    user_pool_settings.check(pool)
    rows = _schema_rows(pool, schema)
    with transaction.atomic():
        pool.save(force_insert=True)
        SchemaAttribute.objects.bulk_create(rows)
    keys.ensure(pool, now=now)
    return pool


def _schema_rows(pool: UserPool, attributes: Sequence[Attribute]) -> list[SchemaAttribute]:
    taken: dict[str, str] = {}
    for attribute in attributes:
        check_definition(attribute)
        if attribute.bare_name in taken:
            raise reasons.ATTRIBUTE_EXISTS(name=name_to_add(attribute.name), existing=taken[attribute.bare_name])
        taken[attribute.bare_name] = attribute.name
    custom = [attribute for attribute in attributes if not attribute.is_standard]
    user_pool_settings.check_attribute_count(pool, len(custom))
    return [
        schemas.row_of(pool, attribute, position=position)
        for position, attribute in enumerate(attributes)
        if attribute != STANDARD.get(attribute.name)
    ]


def update(pool: UserPool, fields: Mapping[str, Any], *, now: datetime.datetime) -> None:
    """Set fields of a pool, on the instance and in one statement in the database.

    Raises:
        InvalidParameterException: the settings contradict each other.
        FeatureUnavailableInTierException: a setting asks for what is not offered.
        TierChangeNotAllowedException: the new tier lacks what is switched on.
    """
    changed = UserPool.objects.get(pk=pool.pk)
    from_tier, had_history = changed.tier, bool(changed.password_history_size)
    for name, value in fields.items():
        setattr(changed, name, value)
    user_pool_settings.check(changed, from_tier=from_tier)
    values = {**fields, "last_modified_at": now}
    UserPool.objects.filter(pk=pool.pk).update(**values)
    if had_history and not changed.password_history_size:
        password_history.forget(pool)
    for name, value in values.items():
        setattr(pool, name, value)


def delete(pool: UserPool, *, progress: Progress | None = None) -> None:
    """Delete a pool with everything in it, users in batches.

    ``progress`` is called with the numbers of users deleted and estimated. Interrupted, it has
    deleted a part of the users; called again, it goes on.

    Raises:
        InvalidParameterException: deletion protection is on, staff belong to the pool, it has a domain, or
            rows of other apps protect its users.
        UserImportInProgressException: users are being imported.
    """
    if pool.deletion_protection:
        raise reasons.DELETION_PROTECTED()
    if pool.is_default:
        raise reasons.DEFAULT_POOL_PROTECTED()
    if user_pool_domains.has_any(pool):
        raise reasons.POOL_HAS_DOMAIN()
    refuse_while_importing(pool)
    try:
        _delete_users(pool, progress)
        _delete_in_batches(AuthEvent.objects.filter(pool=pool))
        _delete_rest(pool)
    except (ProtectedError, RestrictedError):
        raise reasons.USER_POOL_IN_USE() from None


def _delete_users(pool: UserPool, progress: Progress | None) -> None:
    total = estimated_number_of_users(pool)
    done = 0
    while deleted := _delete_batch_of_users(pool):
        done += deleted
        if progress is not None:
            progress(done, max(done, total))


def _delete_batch_of_users(pool: UserPool) -> int:
    users = _users(pool)
    with transaction.atomic(using=router.db_for_write(UserPool)):
        # Who makes new rows of these users waits for the lock, and then finds no user.
        batch = list(users.select_for_update().order_by("pk").values_list("pk", flat=True)[:_BATCH])
        get_user_model()._default_manager.filter(pk__in=batch).delete()
    return len(batch)


def _delete_in_batches(queryset: "models.QuerySet[Any]") -> None:
    while batch := list(queryset.order_by("pk").values_list("pk", flat=True)[:_BATCH]):
        queryset.model._default_manager.filter(pk__in=batch).delete()


def _delete_rest(pool: UserPool) -> None:
    for attempt in range(_DELETE_ATTEMPTS):
        try:
            with transaction.atomic(using=router.db_for_write(UserPool)):
                UserPool.objects.select_for_update().get(pk=pool.pk).delete()
        except UserPool.DoesNotExist:
            return
        except IntegrityError:
            # Somebody signed up after the users were collected: collect again.
            if attempt == _DELETE_ATTEMPTS - 1:
                raise
        else:
            return


def estimated_number_of_users(pool: UserPool) -> int:
    """Return how many users the pool has: exact up to 1,000, above that without counting them.

    On PostgreSQL it is the planner's estimate; elsewhere a count that is remembered for a minute.
    """
    users = _users(pool)
    counted = users.order_by()[: _COUNTED_EXACTLY + 1].count()
    if counted <= _COUNTED_EXACTLY:
        return counted
    if connections[users.db].vendor == "postgresql":
        plan = json.loads(users.order_by().explain(format="json"))
        return max(counted, int(plan[0]["Plan"]["Plan Rows"]))
    cache = caches[settings.cache]
    key = f"cognito_auth:users:{pool.pk}"
    remembered: int | None = cache.get(key)
    if remembered is None:
        remembered = users.count()
        cache.set(key, remembered, _COUNT_KEPT_SECONDS)
    return remembered
