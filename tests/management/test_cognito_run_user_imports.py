"""The command that runs imports."""

import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from cognito_auth.management.commands import cognito_run_user_imports as module
from cognito_auth.models import UserImportChunk, UserImportJob
from cognito_auth.services import expiry
from cognito_auth.services.user_import import running
from tests.factories import UserPoolFactory
from tests.services.user_import.imports import counts, file_of, pending, run, uploaded

pytestmark = pytest.mark.django_db


def call(**options):
    out, err = StringIO(), StringIO()
    call_command("cognito_run_user_imports", stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


class TestCommand:
    def test_runs_what_waits(self):
        jobs = [pending(UserPoolFactory(), file_of(3)) for _number in range(2)]
        uploaded(UserPoolFactory(), file_of(1))

        out, err = call(batch=2)

        assert [UserImportJob.objects.get(pk=job.pk).status for job in jobs] == ["Succeeded"] * 2
        assert "Import Job Completed Successfully. 3 imported, 0 skipped, 0 failed" in out
        assert "100% 3 imported" in err

    def test_takes_over_whose_worker_is_silent(self):
        silent, busy = pending(UserPoolFactory(), file_of(1)), pending(UserPoolFactory(), file_of(1))
        for job, seconds in ((silent, 61), (busy, 5)):
            seen_at = timezone.now() - datetime.timedelta(seconds=seconds)
            UserImportJob.objects.filter(pk=job.pk).update(status="InProgress", worker="x", worker_seen_at=seen_at)

        call()

        silent.refresh_from_db(), busy.refresh_from_db()
        assert (silent.status, busy.status) == ("Succeeded", "InProgress")

    def test_ends_what_was_to_stop(self):
        job = pending(UserPoolFactory(), file_of(1))
        seen_at = timezone.now() - datetime.timedelta(seconds=61)
        UserImportJob.objects.filter(pk=job.pk).update(status="Stopping", worker="x", worker_seen_at=seen_at)

        call()

        job.refresh_from_db()
        assert (job.status, counts(job)) == ("Stopped", (0, 0, 0))

    def test_resumes_one(self):
        job = pending(UserPoolFactory(), file_of(5))
        UserImportJob.objects.filter(pk=job.pk).update(status="Stopped")
        with pytest.raises(CommandError, match="it is stopped"):
            call(job=job.pk)

        call(job=job.pk, resume=True)

        job.refresh_from_db()
        assert counts(job) == (5, 0, 0)

    def test_does_not_resume_beside_another(self):
        pool = UserPoolFactory()
        job = pending(pool, file_of(5))
        UserImportJob.objects.filter(pk=job.pk).update(status="Stopped")
        pending(pool, file_of(5))

        with pytest.raises(CommandError, match="is running"):
            call(job=job.pk, resume=True)

    def test_can_be_interrupted(self, monkeypatch):
        job = pending(UserPoolFactory(), file_of(5))

        def stop(*_args):
            raise KeyboardInterrupt

        monkeypatch.setattr(module.Command, "_progress", stop)
        with pytest.raises(CommandError, match="Run the command again"):
            call(batch=2)
        monkeypatch.undo()
        call()

        job.refresh_from_db()
        assert counts(job) == (5, 0, 0)

    def test_waits_for_more(self, monkeypatch):
        pool = UserPoolFactory()
        rounds = []

        def sleep(seconds):
            rounds.append(seconds)
            if len(rounds) == 2:
                raise KeyboardInterrupt
            pending(pool, file_of(1))

        monkeypatch.setattr(module.time, "sleep", sleep)
        with pytest.raises(CommandError):
            call(wait=True)

        assert UserImportJob.objects.get().status == "Succeeded"

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"batch": 0}, "1 or more"),
            ({"resume": True}, "needs --job"),
            ({"job": "import-none"}, "There is no import import-none"),
        ],
    )
    def test_refuses_nonsense(self, options, message):
        with pytest.raises(CommandError, match=message):
            call(**options)


class TestExpiry:
    def test_removes_old_files_and_jobs(self):
        now = timezone.now()
        stopped, created, kept = (uploaded(UserPoolFactory(), file_of(1)) for _number in range(3))
        done = run(UserPoolFactory(), file_of(1) + "x\n")
        UserImportJob.objects.filter(pk=stopped.pk).update(
            status="Stopped", completed_at=now - datetime.timedelta(days=8)
        )
        UserImportJob.objects.filter(pk=created.pk).update(created_at=now - datetime.timedelta(days=2))
        UserImportJob.objects.filter(pk=done.pk).update(completed_at=now - datetime.timedelta(days=91))

        for querysets in expiry.over(now).values():
            for queryset in querysets:
                list(expiry.remove(queryset))

        assert set(UserImportChunk.objects.values_list("job_id", flat=True)) == {kept.pk}
        assert set(UserImportJob.objects.values_list("pk", flat=True)) == {stopped.pk, created.pk, kept.pk}

    def test_the_default_dispatcher_is_a_thread_of_its_own(self, monkeypatch):
        from cognito_auth.services import jobs

        ran = []
        monkeypatch.setattr(jobs, "run_serialized", ran.append)
        jobs._in_thread({"job": "user_import", "id": "x"})
        for thread in jobs.threading.enumerate():
            if thread.name == "cognito-user_import":
                thread.join(5)

        assert ran == [{"job": "user_import", "id": "x"}]
        assert running.run("import-none", clock=timezone.now) is False

    def test_unknown_jobs_are_refused(self):
        from cognito_auth.services import jobs

        with pytest.raises(ValueError, match="Unknown kind"):
            jobs.run_serialized({"job": "x", "id": "y"})
