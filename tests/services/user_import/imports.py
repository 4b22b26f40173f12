"""Jobs with a file, as tests need them."""

import io

from django.utils import timezone

from cognito_auth.choices import UserImportJobStatus
from cognito_auth.models import UserImportJob
from cognito_auth.services.user_import import files, jobs, running

HEADER = "cognito:username,email,email_verified,cognito:mfa_enabled"


def uploaded(pool, text, **fields):
    """Return a job whose file is ``text``."""
    job = jobs.create(pool, "people", now=timezone.now(), **fields)
    data = text if isinstance(text, bytes) else text.encode()
    files.store(job, io.BytesIO(data), now=timezone.now())
    return job


def pending(pool, text, **fields):
    """Return a job that waits for a worker."""
    job = uploaded(pool, text, **fields)
    UserImportJob.objects.filter(pk=job.pk).update(status=UserImportJobStatus.PENDING, started_at=timezone.now())
    job.refresh_from_db()
    return job


def run(pool, text, *, batch=500, **fields):
    """Return a job that has run to its end."""
    job = pending(pool, text, **fields)
    assert running.run(job.pk, clock=timezone.now, batch=batch)
    job.refresh_from_db()
    return job


def rows(count, *, start=0):
    """Return lines of people who are called ``user<number>``."""
    return "".join(f"user{n},user{n}@example.com,true,false\n" for n in range(start, start + count))


def file_of(count, *, start=0):
    return f"{HEADER}\n{rows(count, start=start)}"


def counts(job):
    return job.imported_users, job.skipped_users, job.failed_users


def report(job):
    return [(result.line, result.outcome, result.message) for result in job.results.order_by("line")]
