"""Jobs that import users."""

import datetime
import io

import pytest
import time_machine
from django.utils import timezone

from cognito_auth.models import UserImportChunk, UserImportJob
from cognito_auth.services.user_import import files, jobs
from tests.factories import SchemaAttributeFactory, UserPoolFactory
from tests.services.user_import.imports import file_of, pending

ROLE = "arn:aws:iam::000000000000:role/logs"


@pytest.fixture
def pool(db):
    return UserPoolFactory()


def create(cognito, pool, **more):
    return cognito.create_user_import_job(UserPoolId=pool.pk, JobName="people", CloudWatchLogsRoleArn=ROLE, **more)[
        "UserImportJob"
    ]


def upload(job, text):
    row = UserImportJob.objects.get(pk=job["JobId"])
    files.store(row, io.BytesIO(text.encode()), now=timezone.now())


class TestGetCSVHeader:
    def test_lists_what_a_file_may_have(self, cognito, pool):
        SchemaAttributeFactory(pool=pool, name="custom:team")

        response = cognito.get_csv_header(UserPoolId=pool.pk)

        assert response["UserPoolId"] == pool.pk
        assert response["CSVHeader"] == [
            "name",
            "given_name",
            "family_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "profile",
            "picture",
            "website",
            "email",
            "email_verified",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "phone_number",
            "phone_number_verified",
            "address",
            "updated_at",
            "custom:team",
            "cognito:mfa_enabled",
            "cognito:username",
        ]

    def test_refuses_an_unknown_pool(self, cognito):
        with pytest.raises(cognito.exceptions.ResourceNotFoundException):
            cognito.get_csv_header(UserPoolId="eu-west-1_AAAAAAAAA")


class TestCreate:
    def test_answers_with_where_to_send_the_file(self, cognito, pool):
        job = create(cognito, pool)

        assert job["Status"] == "Created"
        assert job["JobId"].startswith("import-")
        assert job["PreSignedUrl"].startswith(f"http://testserver/{pool.pk}/userImport/{job['JobId']}?X-Amz-Date=")
        assert job["CloudWatchLogsRoleArn"] == ROLE
        assert (job["ImportedUsers"], job["SkippedUsers"], job["FailedUsers"]) == (0, 0, 0)
        assert "StartDate" not in job

    def test_remembers_how_passwords_are_hashed(self, cognito, pool, settings):
        settings.PASSWORD_HASHERS = [*settings.PASSWORD_HASHERS, "cognito_auth.hashers.ImportedPasswordHasher"]

        assert create(cognito, pool, PasswordHashingAlgorithm="SCRYPT")["PasswordHashingAlgorithm"] == "SCRYPT"

    def test_refuses_hashes_that_nobody_could_sign_in_with(self, cognito, pool):
        with pytest.raises(cognito.exceptions.InvalidParameterException, match="SCRYPT hashes cannot be imported"):
            create(cognito, pool, PasswordHashingAlgorithm="SCRYPT")

    def test_is_limited_in_strict_pools(self, cognito, monkeypatch):
        monkeypatch.setattr(jobs, "MAX_JOBS", 1)
        strict = UserPoolFactory(strict=True)
        create(cognito, strict)

        with pytest.raises(cognito.exceptions.LimitExceededException):
            create(cognito, strict)


class TestStart:
    def test_hands_the_job_over_after_the_commit(self, cognito, pool, settings, django_capture_on_commit_callbacks):
        settings.COGNITO_AUTH = {
            **settings.COGNITO_AUTH,
            "JOB_DISPATCHER": "cognito_auth.services.jobs.run_serialized",
        }
        job = create(cognito, pool)
        upload(job, file_of(2))

        with django_capture_on_commit_callbacks(execute=True):
            started = cognito.start_user_import_job(UserPoolId=pool.pk, JobId=job["JobId"])["UserImportJob"]

        assert started["Status"] == "Pending"
        assert started["StartDate"]
        done = cognito.describe_user_import_job(UserPoolId=pool.pk, JobId=job["JobId"])["UserImportJob"]
        assert (done["Status"], done["ImportedUsers"]) == ("Succeeded", 2)
        assert done["CompletionMessage"] == "Import Job Completed Successfully."
        assert done["CompletionDate"]

    def test_keeps_a_job_that_nobody_took(self, cognito, pool, settings, caplog, django_capture_on_commit_callbacks):
        settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "JOB_DISPATCHER": "builtins.int"}
        job = create(cognito, pool)
        upload(job, file_of(2))

        with django_capture_on_commit_callbacks(execute=True):
            cognito.start_user_import_job(UserPoolId=pool.pk, JobId=job["JobId"])

        assert "could not be handed over" in caplog.text
        assert jobs.waiting(timezone.now()).get().pk == job["JobId"]

    def test_needs_a_file(self, cognito, pool):
        job = create(cognito, pool)

        with pytest.raises(cognito.exceptions.PreconditionNotMetException, match="was not uploaded"):
            cognito.start_user_import_job(UserPoolId=pool.pk, JobId=job["JobId"])

    def test_is_done_once(self, cognito, pool):
        job = create(cognito, pool)
        upload(job, file_of(2))
        cognito.start_user_import_job(UserPoolId=pool.pk, JobId=job["JobId"])

        with pytest.raises(cognito.exceptions.PreconditionNotMetException, match="Current status is Pending"):
            cognito.start_user_import_job(UserPoolId=pool.pk, JobId=job["JobId"])

    def test_waits_for_another_import_of_the_pool(self, cognito, pool):
        pending(pool, file_of(1))
        pending(UserPoolFactory(), file_of(1))
        job = create(cognito, pool)
        upload(job, file_of(2))

        with pytest.raises(cognito.exceptions.PreconditionNotMetException, match="already in progress"):
            cognito.start_user_import_job(UserPoolId=pool.pk, JobId=job["JobId"])

    def test_is_too_late_after_a_day(self, cognito, pool):
        job = create(cognito, pool)
        upload(job, file_of(2))

        with time_machine.travel(timezone.now() + datetime.timedelta(hours=25)):
            with pytest.raises(cognito.exceptions.PreconditionNotMetException, match="Current status is Expired"):
                cognito.start_user_import_job(UserPoolId=pool.pk, JobId=job["JobId"])
            found = cognito.describe_user_import_job(UserPoolId=pool.pk, JobId=job["JobId"])["UserImportJob"]

        assert found["CompletionMessage"] == "The user import job has expired."
        assert not UserImportChunk.objects.exists()


class TestStop:
    def test_stops_what_runs(self, cognito, pool):
        job = pending(pool, file_of(1))
        UserImportJob.objects.filter(pk=job.pk).update(
            status="InProgress", worker="somebody", worker_seen_at=timezone.now()
        )

        found = cognito.stop_user_import_job(UserPoolId=pool.pk, JobId=job.pk)["UserImportJob"]

        assert found["Status"] == "Stopping"

    def test_refuses_what_does_not(self, cognito, pool):
        job = create(cognito, pool)

        with pytest.raises(cognito.exceptions.PreconditionNotMetException, match="Current status is Created"):
            cognito.stop_user_import_job(UserPoolId=pool.pk, JobId=job["JobId"])


class TestDescribe:
    def test_knows_jobs_of_the_pool_only(self, cognito, pool):
        job = create(cognito, UserPoolFactory())

        with pytest.raises(
            cognito.exceptions.ResourceNotFoundException, match=f"Import job {job['JobId']} does not exist"
        ):
            cognito.describe_user_import_job(UserPoolId=pool.pk, JobId=job["JobId"])


class TestList:
    def test_pages_newest_first(self, cognito, pool):
        made = []
        for hours in range(5):
            with time_machine.travel(timezone.now() + datetime.timedelta(hours=hours), tick=False):
                made.append(create(cognito, pool)["JobId"])
        create(cognito, UserPoolFactory())

        found, token = [], {}
        while True:
            page = cognito.list_user_import_jobs(UserPoolId=pool.pk, MaxResults=2, **token)
            found += [job["JobId"] for job in page["UserImportJobs"]]
            if "PaginationToken" not in page:
                break
            token = {"PaginationToken": page["PaginationToken"]}

        assert found == made[::-1]

    def test_is_empty_at_first(self, cognito, pool):
        assert "UserImportJobs" not in cognito.list_user_import_jobs(UserPoolId=pool.pk, MaxResults=60)

    def test_refuses_a_token_of_another_pool(self, cognito, pool):
        for _number in range(2):
            create(cognito, pool)
        token = cognito.list_user_import_jobs(UserPoolId=pool.pk, MaxResults=1)["PaginationToken"]

        with pytest.raises(cognito.exceptions.InvalidParameterException, match="token"):
            cognito.list_user_import_jobs(UserPoolId=UserPoolFactory().pk, MaxResults=1, PaginationToken=token)


class TestWhileImporting:
    def test_the_pool_stays_as_it_is(self, cognito, pool):
        pending(pool, file_of(1))

        for call in (
            lambda: cognito.update_user_pool(UserPoolId=pool.pk),
            lambda: cognito.delete_user_pool(UserPoolId=pool.pk),
            lambda: cognito.add_custom_attributes(
                UserPoolId=pool.pk, CustomAttributes=[{"Name": "x", "AttributeDataType": "String"}]
            ),
        ):
            with pytest.raises(cognito.exceptions.UserImportInProgressException):
                call()
        cognito.update_user_pool(UserPoolId=UserPoolFactory().pk)
