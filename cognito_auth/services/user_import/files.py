"""The uploaded file: pieces of one megabyte in the database.

There any worker finds it, whatever machine received it, and it goes when the job has ended.
"""

import datetime
from collections.abc import Iterator
from typing import IO

from django.db import transaction

from cognito_auth import reasons
from cognito_auth.choices import UserImportJobStatus
from cognito_auth.models import UserImportChunk, UserImportJob
from cognito_auth.models.statements import CompiledInsert, execute_together

MAX_BYTES = 100_000_000
CHUNK_BYTES = 1_000_000
# How long a job may wait to be started.
START_WITHIN = datetime.timedelta(hours=24)
_INSERT_CHUNK = CompiledInsert(lambda: UserImportChunk)


def is_wanted(job: UserImportJob, *, now: datetime.datetime) -> bool:
    """Tell whether the job still waits for a file."""
    return job.status == UserImportJobStatus.CREATED and now < job.created_at + START_WITHIN


def store(job: UserImportJob, content: IO[bytes], *, now: datetime.datetime) -> int:
    """Keep ``content`` as the file of ``job`` instead of any earlier one, and return its size in bytes.

    All of it or nothing; in memory is one piece at a time. The caller has seen to the size.

    Raises:
        PreconditionNotMetException: the job was started, or has expired.
    """
    with transaction.atomic():
        waiting = UserImportJob.objects.filter(
            pk=job.pk, status=UserImportJobStatus.CREATED, created_at__gt=now - START_WITHIN
        )
        # Two uploads at once wait for each other here; the later one stays.
        if not waiting.update(file_size=0):
            raise reasons.IMPORT_CANNOT_START(status=job.status)
        remove(job)
        size = 0
        while piece := content.read(CHUNK_BYTES):
            chunk = UserImportChunk(job_id=job.pk, first_byte=size, content=piece)
            # Where statements are prepared, psycopg keeps the last hundred: of Django's, with the pieces in their text.
            execute_together([_INSERT_CHUNK.statement(chunk)])
            size += len(piece)
        waiting.update(file_size=size)
    job.file_size = size
    return size


def read(job: UserImportJob, *, from_byte: int = 0) -> Iterator[bytes]:
    """Yield the file from a byte on, a piece at a time; each piece is one query."""
    first_byte = from_byte // CHUNK_BYTES * CHUNK_BYTES
    chunks = UserImportChunk.objects.filter(job_id=job.pk)
    while True:
        content = chunks.filter(first_byte=first_byte).values_list("content", flat=True).first()
        if content is None:
            return
        piece = bytes(content)
        yield piece[max(from_byte - first_byte, 0) :]
        first_byte += len(piece)


def remove(job: UserImportJob) -> None:
    """Delete the pieces of the file."""
    UserImportChunk.objects.filter(job_id=job.pk).delete()
