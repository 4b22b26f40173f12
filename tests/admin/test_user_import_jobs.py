"""Imports of users in the admin site."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cognito_auth.models import UserImportJob
from cognito_auth.services.user_import import files
from tests.admin.pages import errors, listed, said, url
from tests.services.user_import.imports import file_of, pending, run, uploaded


@pytest.fixture(autouse=True)
def _inline(settings):
    settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "JOB_DISPATCHER": "cognito_auth.services.jobs.run_serialized"}


def csv_file(text):
    return SimpleUploadedFile("people.csv", text.encode(), content_type="text/csv")


def act(browser, job, action):
    return browser.post(url("userimportjob", "action", job.pk, action))


class TestPage:
    def test_uploads_starts_and_reports(self, browser, pool, django_capture_on_commit_callbacks):
        data = {"pool": pool.pk, "name": "people", "content": csv_file(file_of(3) + "x\n")}
        response = browser.post(url("userimportjob", "add"), data)
        job = UserImportJob.objects.get()
        assert response.url == url("userimportjob", "change", job.pk)
        assert 'value="Start"' in browser.get(response.url).text

        with django_capture_on_commit_callbacks(execute=True):
            act(browser, job, "start")

        page = browser.get(url("userimportjob", "change", job.pk))
        assert "100%" in page.text
        assert "The line has 1 values instead of 4." in page.text
        assert "Refresh" not in page
        report = browser.get(url("userimportjob", "report", job.pk))
        assert report.getvalue().decode().splitlines() == [
            "line,outcome,message",
            "5,failed,The line has 1 values instead of 4.",
        ]
        assert "people-report.csv" in report["Content-Disposition"]

    def test_shows_how_far_it_is_again_and_again(self, browser, pool):
        job = pending(pool, file_of(10))
        UserImportJob.objects.update(status="InProgress", next_byte=job.file_size // 2)

        page = browser.get(url("userimportjob", "change", job.pk))

        assert page["Refresh"] == "5"
        assert 'value="49"' in page.text or 'value="50"' in page.text
        assert 'value="Stop"' in page.text

    def test_stops_and_resumes(self, browser, pool, django_capture_on_commit_callbacks):
        job = pending(pool, file_of(3))

        act(browser, job, "stop")
        job.refresh_from_db()
        assert job.status == "Stopped"
        with django_capture_on_commit_callbacks(execute=True):
            response = act(browser, job, "resume")

        job.refresh_from_db()
        assert (job.status, job.imported_users) == ("Succeeded", 3)
        assert said(response)[-1] == "The import goes on."

    def test_says_why_it_cannot_start(self, browser, pool):
        job = run(pool, file_of(1))

        assert "stopped be resumed" in said(act(browser, job, "start"))[0]
        assert act(browser, job, "jump").status_code == 404
        assert browser.get(url("userimportjob", "action", job.pk, "stop")).status_code == 405

    def test_refuses_a_large_file_and_hashes_that_cannot_be_used(self, browser, pool, monkeypatch):
        data = {"pool": pool.pk, "name": "people", "hashes": "SCRYPT"}

        response = browser.post(url("userimportjob", "add"), {**data, "content": csv_file("a")})
        assert "PASSWORD_HASHERS" in errors(response)["__all__"][0]
        monkeypatch.setattr(files, "MAX_BYTES", 3)
        response = browser.post(url("userimportjob", "add"), {**data, "content": csv_file("abcd")})
        assert "larger than" in errors(response)["content"][0]
        assert not UserImportJob.objects.exists()

    def test_deletes_what_does_not_run(self, browser, pool):
        running, waiting = pending(pool, file_of(1)), uploaded(pool, file_of(1))

        assert browser.post(url("userimportjob", "delete", running.pk), {"post": "yes"}).status_code == 403
        browser.post(url("userimportjob", "delete", waiting.pk), {"post": "yes"})
        selected = {"action": "delete_selected", "_selected_action": [running.pk], "post": "yes"}
        browser.post(url("userimportjob", "changelist"), selected)

        assert UserImportJob.objects.get() == running

    def test_an_unknown_job_leads_back(self, browser):
        assert browser.get(url("userimportjob", "change", "import-x")).status_code == 302
        assert browser.get(url("userimportjob", "report", "import-x")).status_code == 404


class TestList:
    def test_shows_newest_first(self, browser, pool):
        for name in ("one", "two"):
            job = uploaded(pool, file_of(1))
            UserImportJob.objects.filter(pk=job.pk).update(name=name)
        assert listed(browser.get(url("userimportjob", "changelist"))) == ["two", "one"]


class TestPermissions:
    def test_include_that_to_add_users(self, staff_browser, pool):
        job = uploaded(pool, file_of(1))
        names = ("view_userimportjob", "add_userimportjob", "change_userimportjob")
        half = staff_browser(*names)
        whole = staff_browser(*names, "add_user")

        assert half.get(url("userimportjob", "add")).status_code == 403
        assert act(half, job, "start").status_code == 403
        assert 'value="Start"' not in half.get(url("userimportjob", "change", job.pk)).text
        assert whole.get(url("userimportjob", "add")).status_code == 200
        assert act(whole, job, "start").status_code == 302
        assert staff_browser("view_user").get(url("userimportjob", "report", job.pk)).status_code == 403
