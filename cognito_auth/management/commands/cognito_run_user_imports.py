"""Run imports of users that nobody works at.

    manage.py cognito_run_user_imports
    manage.py cognito_run_user_imports --wait
    manage.py cognito_run_user_imports --job import-AbC123xyZ0 --resume

It takes over those that were started and not begun, and those whose worker has been silent for a
minute. With ``--wait`` it stays and looks for more every few seconds: a worker process. ``--job`` runs
one job; with ``--resume`` also one that was stopped. Interrupted, it has lost nothing, and the next
run goes on where it was.
"""

import argparse
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from cognito_auth.choices import UserImportJobStatus
from cognito_auth.exceptions import CognitoError
from cognito_auth.models import UserImportJob
from cognito_auth.services.user_import import jobs, running

_PAUSE_SECONDS = 5


class Command(BaseCommand):
    help = "Run imports of users that nobody works at."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--job", help="Id of the one import to run. Default: all that wait.")
        parser.add_argument("--resume", action="store_true", help="With --job: go on with an import that was stopped.")
        parser.add_argument("--wait", action="store_true", help="Stay, and run imports as they come.")
        parser.add_argument("--batch", type=int, default=running.BATCH, help="Rows per transaction.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["batch"] < 1:
            raise CommandError("--batch must be 1 or more.")
        if options["resume"] and not options["job"]:
            raise CommandError("--resume needs --job.")
        try:
            if options["job"]:
                self._run_one(options["job"], options)
                return
            self._run_waiting(options["batch"])
            while options["wait"]:
                time.sleep(_PAUSE_SECONDS)
                self._run_waiting(options["batch"])
        except KeyboardInterrupt:
            raise CommandError("Stopped. Run the command again to go on.", returncode=130) from None

    def _run_waiting(self, batch: int) -> None:
        for job_id in list(jobs.waiting(timezone.now()).values_list("pk", flat=True)):
            self._run(job_id, batch)

    def _run_one(self, job_id: str, options: dict[str, Any]) -> None:
        job = UserImportJob.objects.filter(pk=job_id).first()
        if job is None:
            raise CommandError(f"There is no import {job_id}.")
        if options["resume"] and job.status == UserImportJobStatus.STOPPED:
            try:
                jobs.resume(job, now=timezone.now(), hand_over=False)
            except CognitoError as error:
                raise CommandError(error.detail or error.message) from error
        if not self._run(job_id, options["batch"]):
            job.refresh_from_db()
            raise CommandError(f"The import {job_id} does not wait for anybody: it is {job.get_status_display()}.")

    def _run(self, job_id: str, batch: int) -> bool:
        if not running.run(job_id, clock=timezone.now, progress=self._progress, batch=batch):
            return False
        job = UserImportJob.objects.get(pk=job_id)
        style = self.style.SUCCESS if job.status == UserImportJobStatus.SUCCEEDED else self.style.WARNING
        self.stdout.write(style(f"{job.pk}: {job.completion_message or job.get_status_display()} {_counts(job)}"))
        return True

    def _progress(self, job: UserImportJob) -> None:
        percent = min(100, job.next_byte * 100 // max(job.file_size, 1))
        self.stderr.write(f"{job.pk}: {percent}% {_counts(job)}")


def _counts(job: UserImportJob) -> str:
    return f"{job.imported_users:,} imported, {job.skipped_users:,} skipped, {job.failed_users:,} failed"
