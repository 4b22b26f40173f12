"""The life of an import job.

Each step is one conditional statement, so that of two who start or stop a job at once one is
refused. Only one job of a pool is active: a constraint of the table sees to it.
"""

import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from cognito_auth import reasons
from cognito_auth.choices import UserImportJobStatus
from cognito_auth.models import UserImportChunk, UserImportJob, UserPool
from cognito_auth.services import jobs as background
from cognito_auth.services import paging
from cognito_auth.services.user_import import password_hashes
from cognito_auth.services.user_import.active import ACTIVE
from cognito_auth.services.user_import.files import START_WITHIN

MAX_JOBS = 1000
# A worker that has said nothing for so long is taken for dead.
SILENCE = datetime.timedelta(seconds=60)

SUCCEEDED = "Import Job Completed Successfully."
STOPPED = "The Import Job was stopped by the developer."
EXPIRED = "The user import job has expired."
TOO_MANY_FAILED = "Too many users have failed or been skipped during the import."


def create(
    pool: UserPool, name: str, *, logs_role_arn: str = "", password_hash_algorithm: str = "", now: datetime.datetime
) -> UserImportJob:
    """Make a job that waits for its file.

    Raises:
        InvalidParameterException: hashes of this algorithm could not be used.
        LimitExceededException: too many jobs for a strict pool.
    """
    if password_hash_algorithm:
        password_hashes.check_available(password_hash_algorithm)
    if pool.strict and UserImportJob.objects.filter(pool=pool).count() >= MAX_JOBS:
        raise reasons.LIMIT_EXCEEDED(problem="Too many import jobs for this user pool.")
    return UserImportJob.objects.create(
        id=UserImportJob.new_id(),
        pool=pool,
        name=name,
        logs_role_arn=logs_role_arn,
        password_hash_algorithm=password_hash_algorithm,
        created_at=now,
    )


def get(pool: UserPool, job_id: str, *, now: datetime.datetime) -> UserImportJob:
    """Return a job of the pool.

    Raises:
        ResourceNotFoundException: there is none with this id.
    """
    expire(pool, now=now)
    job = UserImportJob.objects.filter(pool=pool, pk=job_id).first()
    if job is None:
        raise reasons.IMPORT_JOB_NOT_FOUND(job_id=job_id)
    job.pool = pool
    return job


def in_pool(
    pool: UserPool, *, limit: int, token: str | None, scope: str, now: datetime.datetime
) -> "paging.Page[UserImportJob]":
    """Return one page of the pool's jobs, newest first.

    Raises:
        InvalidParameterException: a bad token.
    """
    expire(pool, now=now)
    return paging.by_key(
        UserImportJob.objects.filter(pool=pool),
        ["created_at", "id"],
        limit=limit,
        token=token,
        scope=scope,
        now=now,
        to_json=str,
        newest_first=True,
    )


def expire(pool: UserPool, *, now: datetime.datetime) -> None:
    """End the pool's jobs that were not started in time; their files go."""
    late = UserImportJob.objects.filter(
        pool=pool, status=UserImportJobStatus.CREATED, created_at__lte=now - START_WITHIN
    )
    ids = list(late.values_list("pk", flat=True))
    if not ids:
        return
    with transaction.atomic():
        late.filter(pk__in=ids).update(
            status=UserImportJobStatus.EXPIRED, completed_at=now, completion_message=EXPIRED, file_size=0
        )
        expired = UserImportJob.objects.filter(pk__in=ids, status=UserImportJobStatus.EXPIRED)
        UserImportChunk.objects.filter(job__in=expired).delete()


def start(job: UserImportJob, *, now: datetime.datetime) -> None:
    """Let the import run, outside the request.

    Raises:
        PreconditionNotMetException: started before, no file, or another import of the pool is active.
    """
    if job.status != UserImportJobStatus.CREATED:
        raise reasons.IMPORT_CANNOT_START(status=job.status)
    if not job.file_size:
        raise reasons.IMPORT_WITHOUT_FILE()
    _activate(job, UserImportJobStatus.CREATED, now=now)
    background.start_user_import(job.pk)


def resume(job: UserImportJob, *, now: datetime.datetime, hand_over: bool = True) -> None:
    """Let an import that was stopped go on behind the last row it did; AWS has nothing like it.

    Without ``hand_over`` the caller runs it.

    Raises:
        PreconditionNotMetException: not stopped, its file is gone, or another import is active.
    """
    if job.status != UserImportJobStatus.STOPPED:
        raise reasons.IMPORT_CANNOT_START(status=job.status)
    if not job.chunks.exists():
        raise reasons.IMPORT_WITHOUT_FILE()
    _activate(job, UserImportJobStatus.STOPPED, now=now)
    if hand_over:
        background.start_user_import(job.pk)


def _activate(job: UserImportJob, status: UserImportJobStatus, *, now: datetime.datetime) -> None:
    started_at = job.started_at or now
    try:
        with transaction.atomic():
            # Whoever edits the schema holds this row, and looks for active imports when they have it.
            UserPool.objects.select_for_update(no_key=True).only("pk").get(pk=job.pool_id)
            changed = UserImportJob.objects.filter(pk=job.pk, status=status).update(
                status=UserImportJobStatus.PENDING,
                started_at=started_at,
                completed_at=None,
                completion_message="",
                worker="",
                worker_seen_at=None,
            )
    except IntegrityError:
        raise reasons.IMPORT_IS_ACTIVE() from None
    job.refresh_from_db(fields=["status", "started_at", "completed_at", "completion_message"])
    if not changed:
        raise reasons.IMPORT_CANNOT_START(status=job.status)


def stop(job: UserImportJob, *, now: datetime.datetime) -> None:
    """Stop the import behind the batch that is being written; who was imported stays.

    Raises:
        PreconditionNotMetException: it is not running.
    """
    running = UserImportJob.objects.filter(
        pk=job.pk, status__in=(UserImportJobStatus.PENDING, UserImportJobStatus.IN_PROGRESS)
    )
    # Nobody works at it who could answer.
    changed = running.filter(is_without_worker(now)).update(
        status=UserImportJobStatus.STOPPED, completed_at=now, completion_message=STOPPED, worker=""
    ) or running.update(status=UserImportJobStatus.STOPPING)
    job.refresh_from_db()
    if not changed:
        raise reasons.IMPORT_CANNOT_STOP(status=job.status)


def is_without_worker(now: datetime.datetime) -> Q:
    """Return the condition for jobs at which nobody works, or somebody who has been silent too long."""
    return Q(worker="") | Q(worker_seen_at__lt=now - SILENCE)


def waiting(now: datetime.datetime) -> "QuerySet[UserImportJob]":
    """Return the jobs that a worker may take, longest waiting first."""
    return UserImportJob.objects.filter(is_without_worker(now), status__in=ACTIVE).order_by("started_at", "pk")
