"""The work of an import: batches, each one transaction with the job's counters and position.

Interrupted at any moment, it has lost and doubled nothing: what a batch inserted and how far the job
is are written together. Who works at a job says so with each batch; whoever is silent for a minute is
taken over, and finds out before they write anything again.

A job fails when the file cannot be read, when nobody could be imported, or when more than half of at
least 1,000 rows failed. Users who exist already do not count: a file may be imported again.
"""

import logging
import os
import secrets
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import OperationalError, connections, router, transaction
from django.db.models import Case, F, Value, When

from cognito_auth.choices import UserImportJobStatus, UserImportOutcome
from cognito_auth.models import AbstractCognitoUser, UserImportJob, UserImportResult, UserPool
from cognito_auth.services import planner_statistics
from cognito_auth.services.user_import import batches, columns, files, jobs
from cognito_auth.services.user_import.active import ACTIVE
from cognito_auth.services.user_import.batches import Outcome
from cognito_auth.services.user_import.people import BadRow, People
from cognito_auth.services.user_import.records import BadFile, Record, RecordReader

logger = logging.getLogger("cognito_auth.user_import")

Clock = Callable[[], datetime]
Progress = Callable[[UserImportJob], None]

BATCH = 500
MAX_ROWS = 500_000
_JUDGED_FROM_ROWS = 1000
# When the planner is told of new rows: after so many, and each time there are four times as many.
_ANALYZED_FROM_ROWS = 1000
_ANALYZED_AGAIN = 4
_ATTEMPTS = 5
_MAX_MESSAGE = 512
INTERNAL_ERROR = "The import was interrupted by an error of the server. It can be resumed."


class _GivenUpError(Exception):
    """Another worker has the job, or it was ended."""


def run(
    job_id: str, *, clock: Clock, progress: Progress | None = None, batch: int = BATCH, worker: str | None = None
) -> bool:
    """Work at a job until it has ended, and tell whether it was free to take.

    ``progress`` is called with the job after each batch.
    """
    worker = worker or f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
    job = claim(job_id, worker, now=clock())
    if job is None:
        return False
    try:
        _Run(job, worker, clock, progress, batch).work()
    except _GivenUpError:
        logger.warning("Another worker has taken over the import %s.", job_id)
    except BadFile as problem:
        _finish(job, worker, UserImportJobStatus.FAILED, str(problem), now=clock())
    except OperationalError:
        # The database cannot be asked; whoever comes later takes the job over.
        raise
    except Exception:
        logger.exception("The import %s was interrupted.", job_id)
        _finish(job, worker, UserImportJobStatus.STOPPED, INTERNAL_ERROR, now=clock())
    except BaseException:
        # The process is told to end. The job is free at once.
        UserImportJob.objects.filter(pk=job.pk, worker=worker).update(worker="")
        raise
    return True


def claim(job_id: str, worker: str, *, now: datetime) -> UserImportJob | None:
    """Take a job that nobody works at, or return ``None``; of several workers one gets it."""
    free = UserImportJob.objects.filter(jobs.is_without_worker(now), pk=job_id, status__in=ACTIVE)
    in_progress = Case(
        When(status=UserImportJobStatus.PENDING, then=Value(UserImportJobStatus.IN_PROGRESS.value)),
        default=F("status"),
    )
    if not free.update(worker=worker, worker_seen_at=now, status=in_progress):
        return None
    return UserImportJob.objects.select_related("pool").filter(pk=job_id).first()


@dataclass
class _Batch:
    """Rows that were read: people to insert, and rows that make none."""

    people: list[tuple[int, AbstractCognitoUser]]
    outcomes: list[Outcome]
    lines: list[int]
    next_line: int
    next_byte: int


class _Run:
    """One worker's work at one job."""

    def __init__(self, job: UserImportJob, worker: str, clock: Clock, progress: Progress | None, batch: int) -> None:
        self._job = job
        self._pool: UserPool = job.pool
        self._worker = worker
        self._clock = clock
        self._progress = progress
        self._batch = batch
        self._began_with = job.imported_users
        self._analyze_at = _ANALYZED_FROM_ROWS

    def work(self) -> None:
        """Do all batches and end the job."""
        for batch in self._batches():
            if not self._write(batch):
                return
            self._log(batch)
            self._analyze()
            if self._progress is not None:
                self._progress(self._job)
            if _has_failed_too_often(self._job):
                self._end(UserImportJobStatus.FAILED, jobs.TOO_MANY_FAILED)
                return
        handled = _handled(self._job)
        if handled and handled == self._job.failed_users:
            self._end(UserImportJobStatus.FAILED, jobs.TOO_MANY_FAILED)
        else:
            self._end(UserImportJobStatus.SUCCEEDED, jobs.SUCCEEDED)

    def _analyze(self) -> None:
        inserted = self._job.imported_users - self._began_with
        if inserted >= self._analyze_at:
            planner_statistics.analyze_if_outgrown(inserted)
            self._analyze_at = inserted * _ANALYZED_AGAIN

    def _end(self, status: UserImportJobStatus, message: str) -> None:
        _finish(self._job, self._worker, status, message, now=self._clock())

    def _batches(self) -> Iterator[_Batch]:
        """Yield batches from where the job stands.

        Raises:
            BadFile: the header does not fit, there are too many rows, or a row has no end.
        """
        job = self._job
        first = RecordReader(files.read(job))
        head = next(iter(first), None)
        if head is None or head.problem:
            raise BadFile("The file is empty." if head is None else f"The header cannot be read. {head.problem}")
        columns.check(self._pool, head.values, with_hashes=bool(job.password_hash_algorithm))
        people = People(self._pool, head.values, password_hash_algorithm=job.password_hash_algorithm, now=self._clock())
        reader = first
        if job.next_byte > first.byte:
            reader = RecordReader(files.read(job, from_byte=job.next_byte), byte=job.next_byte, line=job.next_line)
        rows = iter(reader)
        while records := list(islice(rows, self._batch)):
            if _handled(job) + len(records) > MAX_ROWS:
                raise BadFile(f"The file has more than {MAX_ROWS} rows.")
            yield _built(people, records, reader)

    def _write(self, batch: _Batch) -> bool:
        """Write a batch and tell whether to go on; what the database refuses for a moment is tried again."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return self._write_once(batch)
            except OperationalError:
                # A deadlock, a lock that was not given, a connection that was lost.
                if attempt == _ATTEMPTS:
                    raise
                connection = connections[router.db_for_write(UserImportJob)]
                if not connection.in_atomic_block:
                    connection.close_if_unusable_or_obsolete()
                time.sleep(0.1 * attempt)
        raise AssertionError("not reached")

    def _write_once(self, batch: _Batch) -> bool:
        now, job = self._clock(), self._job
        mine = UserImportJob.objects.filter(pk=job.pk, worker=self._worker)
        with transaction.atomic():
            # First, so that the row is locked: nobody takes over, stops or ends the job meanwhile.
            if not mine.update(worker_seen_at=now):
                raise _GivenUpError
            status, next_byte = mine.values_list("status", "next_byte").get()
            if next_byte != job.next_byte:
                # Committed before, and the connection was lost before we heard of it.
                job.refresh_from_db()
                return True
            if status == UserImportJobStatus.STOPPING:
                _finish(job, self._worker, UserImportJobStatus.STOPPED, jobs.STOPPED, now=now)
                return False
            outcomes = [*batch.outcomes, *batches.insert(self._pool, batch.people)]
            failed = sum(outcome.outcome == UserImportOutcome.FAILED for outcome in outcomes)
            counted = {
                "imported_users": job.imported_users + len(batch.lines) - len(outcomes),
                "skipped_users": job.skipped_users + len(outcomes) - failed,
                "failed_users": job.failed_users + failed,
                "next_line": batch.next_line,
                "next_byte": batch.next_byte,
            }
            UserImportResult.objects.bulk_create(
                [
                    UserImportResult(
                        job_id=job.pk, line=item.line, outcome=item.outcome, message=item.message[:_MAX_MESSAGE]
                    )
                    for item in outcomes
                ]
            )
            mine.update(**counted)
        for name, value in counted.items():
            setattr(job, name, value)
        job.worker_seen_at = now
        batch.outcomes = outcomes
        return True

    def _log(self, batch: _Batch) -> None:
        """Write AWS's line for each row; successes at level INFO, the rest at WARNING."""
        if not logger.isEnabledFor(logging.WARNING):
            return
        extra = {"user_pool_id": self._pool.pk, "job_id": self._job.pk}
        others = {outcome.line: outcome for outcome in batch.outcomes}
        says_success = logger.isEnabledFor(logging.INFO)
        for line in batch.lines:
            other = others.get(line)
            if other is not None:
                word = other.outcome.upper()
                logger.warning("[%s] Line Number %d - %s", word, line, other.message, extra=extra)
            elif says_success:
                logger.info("[SUCCEEDED] Line Number %d - The import succeeded.", line, extra=extra)


def _built(people: People, records: Sequence[Record], reader: RecordReader) -> _Batch:
    batch = _Batch([], [], [record.line for record in records], reader.line, reader.byte)
    for record in records:
        try:
            if record.problem:
                raise BadRow(record.problem)
            batch.people.append((record.line, people.make(record.values)))
        except BadRow as problem:
            batch.outcomes.append(Outcome(record.line, UserImportOutcome.FAILED, str(problem)))
    return batch


def _handled(job: UserImportJob) -> int:
    return job.imported_users + job.skipped_users + job.failed_users


def _has_failed_too_often(job: UserImportJob) -> bool:
    return _handled(job) >= _JUDGED_FROM_ROWS and job.failed_users * 2 > _handled(job)


def _finish(job: UserImportJob, worker: str, status: UserImportJobStatus, message: str, *, now: datetime) -> None:
    """End a job that ``worker`` still has; its file goes, unless it may be resumed."""
    with transaction.atomic():
        mine = UserImportJob.objects.filter(pk=job.pk, worker=worker)
        # Asked to stop as it came to its end, it has ended.
        if not mine.update(status=status, completed_at=now, completion_message=message[:256], worker=""):
            return
        if status != UserImportJobStatus.STOPPED:
            files.remove(job)
    job.status, job.completed_at, job.completion_message, job.worker = status, now, message[:256], ""
