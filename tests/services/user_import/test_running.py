"""The work of an import."""

import datetime
import logging

import bcrypt
import pytest
from django.contrib.auth import get_user_model
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cognito_auth.choices import UserImportJobStatus, UserStatus
from cognito_auth.exceptions import PreconditionNotMetException, UserImportInProgressException
from cognito_auth.models import UserAlias, UserImportChunk, UserImportJob, UserImportResult
from cognito_auth.services import passwords, planner_statistics, user_names, user_pools
from cognito_auth.services.attributes import schema_changes
from cognito_auth.services.attributes.attribute import Attribute
from cognito_auth.services.user_import import batches, files, jobs, running
from tests.concurrency import race
from tests.factories import SchemaAttributeFactory, UserFactory, UserPoolFactory
from tests.services.user_import.imports import HEADER, counts, file_of, pending, report, rows, run, uploaded

pytestmark = pytest.mark.django_db


def users(pool):
    return get_user_model().objects.filter(pool=pool)


def only(pool):
    return users(pool).get()


@pytest.fixture
def pool():
    return UserPoolFactory(alias_attributes=["email"])


class TestUsers:
    def test_have_to_reset_their_password(self, pool):
        job = run(pool, file_of(3))

        assert (job.status, job.completion_message) == ("Succeeded", "Import Job Completed Successfully.")
        assert counts(job) == (3, 0, 0)
        user = user_names.find(pool, "USER1@example.com")
        assert (user.username, user.status, user.email_verified) == ("user1", UserStatus.RESET_REQUIRED, True)
        assert not user.has_usable_password()

    def test_are_confirmed_where_a_code_signs_them_in(self, pool):
        pool.allowed_first_auth_factors = ["PASSWORD", "EMAIL_OTP"]
        pool.save()

        run(pool, file_of(1))

        assert only(pool).status == UserStatus.CONFIRMED

    def test_keep_a_hashed_password(self, pool, settings):
        settings.PASSWORD_HASHERS = [*settings.PASSWORD_HASHERS, "cognito_auth.hashers.ImportedPasswordHasher"]
        hashed = bcrypt.hashpw(b"Passw0rd!", bcrypt.gensalt(4)).decode()
        text = f"{HEADER},cognito:password_hash\na,a@example.com,true,false,{hashed}\nb,b@example.com,true,false,\n"
        text += "c,c@example.com,true,false,plain\n"

        job = run(pool, text, password_hash_algorithm="BCRYPT")

        assert counts(job) == (2, 0, 1)
        assert "plain" not in report(job)[0][2]
        user = users(pool).get(username="a")
        assert user.status == UserStatus.CONFIRMED
        assert passwords.verify(user, "Passw0rd!")
        # Replaced by the preferred hasher's.
        user.refresh_from_db()
        assert user.password.startswith("md5$")
        assert users(pool).get(username="b").status == UserStatus.RESET_REQUIRED

    def test_have_all_their_attributes_in_any_order(self, pool):
        SchemaAttributeFactory(pool=pool, name="custom:level", type="Number")
        pool.refresh_from_db()
        text = (
            "phone_number,birthdate,custom:level,name,cognito:username,phone_number_verified,cognito:mfa_enabled\r\n"
            '+14155550100,7/04/1999,007,"Doe, ""J""\nJr",jane,TRUE,true\r\n'
        )

        run(pool, text)

        user = only(pool)
        assert (user.birthdate, user.name, user.phone_number_verified) == ("1999-07-04", 'Doe, "J"\nJr', True)
        assert user.custom_attributes == {"custom:level": 7}
        assert user.sms_mfa_enabled

    def test_are_called_by_their_address_where_there_are_no_usernames(self):
        pool = UserPoolFactory(username_attributes=["email"])
        text = "email,email_verified\nA@example.com,true\na@example.com,true\n,true\n"

        job = run(pool, text)

        assert counts(job) == (1, 1, 1)
        assert only(pool).username == str(only(pool).sub)
        assert user_names.find(pool, "a@EXAMPLE.com") == only(pool)


class TestRows:
    @pytest.mark.parametrize(
        ("row", "message"),
        [
            ("a,b@example.com,false,false", "Neither email_verified nor phone_number_verified is true."),
            ("a,b@example.com,yes,false", "Attributes did not conform to the schema: email_verified: Value must be"),
            ("a,nonsense,true,false", "Invalid email address format."),
            ("a,,true,false", "Email is required to verify"),
            (",b@example.com,true,false", "cognito:username: The attribute is required"),
            ("a b,b@example.com,true,false", "cognito:username: Value is no username"),
            ("x@example.com,b@example.com,true,false", "Username cannot be of email format"),
            ("a,b@example.com,true,maybe", "cognito:mfa_enabled: Value must be true or false"),
            ("a,b@example.com,true,true", "cognito:mfa_enabled is true and there is no phone_number."),
            ("a,b@example.com", "The line has 2 values instead of 4."),
            ('a,"b"@example.com,true,false', "The line is not valid CSV."),
            ("a\x00,b@example.com,true,false", "cognito:username: Value is no username"),
        ],
    )
    def test_that_make_no_user_say_why(self, pool, row, message):
        job = run(pool, f"{HEADER}\n{row}\n{rows(1)}")

        assert counts(job) == (1, 0, 1)
        ((line, outcome, text),) = report(job)
        assert (line, outcome) == (2, "failed")
        assert text.startswith(message)

    def test_that_are_not_utf_8_fail_alone(self, pool):
        job = run(pool, HEADER.encode() + b"\nJos\xe9,j@example.com,true,false\n" + rows(1).encode())

        assert report(job) == [(2, "failed", "The line has characters that are not UTF-8.")]

    def test_with_a_bad_date_fail(self, pool):
        job = run(
            pool, f"{HEADER},birthdate\na,a@example.com,true,false,1999-07-04\nb,b@example.com,true,false,13/40/1999"
        )

        assert [line for line, *_rest in report(job)] == [2, 3]

    def test_lack_a_required_attribute(self):
        pool = UserPoolFactory()
        SchemaAttributeFactory(pool=pool, name="given_name", required=True, min_length=0, max_length=2048)
        pool.refresh_from_db()

        job = run(pool, f"{HEADER},given_name\na,a@example.com,true,false,\nb,b@example.com,true,false,Bo\n")

        assert counts(job) == (1, 0, 1)
        assert "given_name: The attribute is required" in report(job)[0][2]

    def test_of_users_who_exist_are_skipped(self, pool):
        UserFactory(pool=pool, username="User1")
        UserFactory(username="user2")

        job = run(pool, file_of(3) + rows(1))

        assert counts(job) == (2, 2, 0)
        assert report(job) == [(3, "skipped", "The user already exists."), (5, "skipped", "The user already exists.")]

    def test_with_an_address_of_another_fail(self, pool):
        other = UserFactory(pool=pool, username="other", email="user1@example.com", confirmed=True)
        user_names.sync_aliases(other)

        job = run(pool, file_of(3) + "twin,USER2@example.com,true,false\n")

        assert counts(job) == (2, 0, 2)
        assert report(job) == [
            (3, "failed", "An account with the email already exists."),
            (5, "failed", "An account with the email already exists."),
        ]

    def test_may_not_be_called_like_the_sub_of_somebody(self, pool):
        other = UserFactory(pool=pool)

        job = run(pool, f"{HEADER}\n{other.sub},a@example.com,true,false\n{rows(1)}")

        assert counts(job) == (1, 1, 0)

    def test_whose_names_are_taken_meanwhile_are_skipped(self, pool, monkeypatch):
        """Somebody signs up between the look and the insert."""
        monkeypatch.setattr(batches, "_without_taken", lambda pool, people: (list(people), []))
        UserFactory(pool=pool, username="user1")
        owner = UserFactory(pool=pool, username="other", email="user2@example.com", confirmed=True)
        user_names.sync_aliases(owner)

        job = run(pool, file_of(4))

        assert counts(job) == (2, 1, 1)
        assert not users(pool).filter(username="user2").exists()
        assert UserAlias.objects.filter(pool=pool).count() == 3


class TestFile:
    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("", "The file is empty."),
            ("cognito:username,emial\na,b", "The header has unknown columns: emial."),
            ("cognito:username,email,email\na,b,c", "The header has columns twice: email."),
            ("email\nb", "The header lacks columns: cognito:username."),
            (f"{HEADER},cognito:password_hash\n", "The header has unknown columns: cognito:password_hash. A job with"),
            ('"a\n', "The header cannot be read."),
            ("a;b\n", "The header has unknown columns: a;b."),
            (f'{HEADER}\n"a,' + "b\n" * 20_000, "Line 2: a quoted value does not end"),
            ("\x00\xff".encode("latin-1"), "The header has unknown columns"),
        ],
    )
    def test_that_cannot_be_read_fails_the_job(self, pool, text, message):
        job = run(pool, text)

        assert job.status == "Failed"
        assert job.completion_message.startswith(message)
        assert not UserImportChunk.objects.exists()

    def test_needs_every_column_in_strict_pools(self):
        job = run(UserPoolFactory(strict=True), file_of(1))

        assert job.completion_message == (
            "The header lacks columns: name, given_name, family_name, middle_name, nickname …."
        )

    def test_may_have_so_many_rows(self, pool, monkeypatch):
        monkeypatch.setattr(running, "MAX_ROWS", 5)

        job = run(pool, file_of(6), batch=3)

        assert (job.status, job.completion_message) == ("Failed", "The file has more than 5 rows.")

    def test_with_a_byte_order_mark_is_read(self, pool):
        assert counts(run(pool, "\ufeff" + file_of(2))) == (2, 0, 0)

    def test_is_gone_after_success(self, pool):
        run(pool, file_of(1))

        assert not UserImportChunk.objects.exists()


class TestFailing:
    def test_when_nobody_could_be_imported(self, pool):
        job = run(pool, f"{HEADER}\na\nb\n")

        assert job.status == "Failed"
        assert job.completion_message == "Too many users have failed or been skipped during the import."

    def test_when_most_of_many_rows_fail(self, pool):
        job = run(pool, file_of(400) + "x\n" * 5000, batch=200)

        assert job.status == "Failed"
        assert counts(job) == (400, 0, 600)

    def test_not_when_everybody_exists(self, pool):
        run(pool, file_of(3))

        job = run(pool, file_of(3))

        assert (job.status, counts(job)) == ("Succeeded", (0, 3, 0))


class TestInterruption:
    def test_loses_and_doubles_nothing(self, pool, monkeypatch):
        job = pending(pool, file_of(95) + "bad\n")
        worked = 0

        def die(job):
            nonlocal worked
            worked += 1
            if worked % 2 == 0:
                raise KeyboardInterrupt

        for _run in range(10):
            try:
                running.run(job.pk, clock=timezone.now, batch=10, progress=die)
            except KeyboardInterrupt:
                continue
            break

        job.refresh_from_db()
        assert (job.status, counts(job)) == ("Succeeded", (95, 0, 1))
        assert users(pool).count() == 95
        assert report(job)[0][0] == 97

    def test_within_a_batch_undoes_the_batch(self, pool, monkeypatch):
        job = pending(pool, file_of(20))
        real = UserImportResult.objects.bulk_create
        calls = []

        def fail(rows):
            calls.append(rows)
            if len(calls) == 2:
                raise KeyboardInterrupt
            return real(rows)

        monkeypatch.setattr(UserImportResult.objects, "bulk_create", fail)
        with pytest.raises(KeyboardInterrupt):
            running.run(job.pk, clock=timezone.now, batch=10)

        job.refresh_from_db()
        assert (users(pool).count(), counts(job), job.worker) == (10, (10, 0, 0), "")
        running.run(job.pk, clock=timezone.now, batch=10)
        job.refresh_from_db()
        assert (users(pool).count(), counts(job)) == (20, (20, 0, 0))

    def test_by_an_error_leaves_a_job_that_can_be_resumed(self, pool, monkeypatch, caplog):
        monkeypatch.setattr(batches, "insert", lambda *_args: 1 / 0)

        job = run(pool, file_of(2))

        assert (job.status, job.completion_message) == ("Stopped", running.INTERNAL_ERROR)
        assert UserImportChunk.objects.exists()

    def test_what_the_database_refuses_for_a_moment_is_tried_again(self, pool, monkeypatch):
        real, calls = batches.insert, []

        def fail_once(*args):
            calls.append(args)
            if len(calls) == 1:
                raise OperationalError("deadlock")
            return real(*args)

        monkeypatch.setattr(batches, "insert", fail_once)

        assert counts(run(pool, file_of(2))) == (2, 0, 0)

    def test_a_commit_that_was_not_heard_of_is_not_repeated(self, pool, monkeypatch):
        real, calls = running._Run._write_once, []

        def deaf(self, batch):
            calls.append(batch)
            done = real(self, batch)
            if len(calls) == 1:
                self._job.next_byte = 0
                self._job.imported_users = 0
                raise OperationalError("connection lost")
            return done

        monkeypatch.setattr(running._Run, "_write_once", deaf)

        job = run(pool, file_of(2))

        assert counts(job) == (2, 0, 0)
        assert not report(job)

    def test_a_worker_that_was_taken_over_writes_nothing(self, pool):
        job = pending(pool, file_of(30))

        def take_over(seen):
            UserImportJob.objects.filter(pk=job.pk).update(worker="another")

        running.run(job.pk, clock=timezone.now, batch=10, progress=take_over)

        job.refresh_from_db()
        assert (job.status, counts(job), job.worker) == ("InProgress", (10, 0, 0), "another")
        assert users(pool).count() == 10


class TestClaim:
    def test_leaves_a_job_to_whoever_works_at_it(self, pool):
        now = timezone.now()
        job = pending(pool, file_of(1))

        assert running.claim(job.pk, "first", now=now)
        assert running.claim(job.pk, "second", now=now + datetime.timedelta(seconds=59)) is None
        assert running.claim(job.pk, "third", now=now + datetime.timedelta(seconds=61))

    @pytest.mark.postgresql
    @pytest.mark.django_db(transaction=True)
    def test_gives_a_silent_job_to_one_of_several(self):
        job = pending(UserPoolFactory(), file_of(1))
        now = timezone.now()
        UserImportJob.objects.filter(pk=job.pk).update(
            status="InProgress", worker="dead", worker_seen_at=now - datetime.timedelta(seconds=90)
        )

        found = race(*[lambda name=name: running.claim(job.pk, name, now=now) for name in "abcd"])

        assert sum(item is not None for item in found) == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
class TestConcurrency:
    def test_a_sign_up_with_the_same_name_skips_the_row(self):
        pool = UserPoolFactory(alias_attributes=["email"])
        job = pending(pool, file_of(300))

        def sign_up():
            for number in range(0, 300, 7):
                user = UserFactory.build(pool=pool, username=f"user{number}", email=f"user{number}@example.com")
                user.email_verified = True
                try:
                    user.save()
                    user_names.sync_aliases(user)
                except Exception:
                    continue

        results = race(lambda: running.run(job.pk, clock=timezone.now, batch=20), sign_up)

        assert results[0] is True
        job.refresh_from_db()
        assert job.status == "Succeeded"
        assert sum(counts(job)) == 300
        assert job.imported_users + job.skipped_users + job.failed_users == 300
        assert users(pool).values("username_key").distinct().count() == users(pool).count()

    def test_one_of_two_starts_wins(self):
        pool = UserPoolFactory()
        first, second = uploaded(pool, file_of(1)), uploaded(pool, file_of(1))

        def start(job):
            jobs._activate(job, UserImportJobStatus.CREATED, now=timezone.now())

        results = race(lambda: start(first), lambda: start(second))

        assert sorted(type(item).__name__ for item in results) == ["NoneType", "PreconditionNotMetException"]

    def test_the_later_of_two_uploads_stays_whole(self):
        import io

        pool = UserPoolFactory()
        job = uploaded(pool, b"old")
        texts = [b"a" * 2_500_000, b"b" * 1_200_000]

        race(*[lambda text=text: files.store(job, io.BytesIO(text), now=timezone.now()) for text in texts])

        job.refresh_from_db()
        found = b"".join(files.read(job))
        assert found in texts
        assert job.file_size == len(found)


class TestStop:
    def test_ends_behind_the_batch_and_resume_goes_on(self, pool):
        job = pending(pool, file_of(30))

        running.run(job.pk, clock=timezone.now, batch=10, progress=lambda seen: jobs.stop(job, now=timezone.now()))

        job.refresh_from_db()
        assert (job.status, job.completion_message) == ("Stopped", "The Import Job was stopped by the developer.")
        assert counts(job) == (10, 0, 0)
        jobs.resume(job, now=timezone.now())
        assert running.run(job.pk, clock=timezone.now, batch=10)
        job.refresh_from_db()
        assert (job.status, counts(job)) == ("Succeeded", (30, 0, 0))

    def test_is_at_once_where_nobody_works(self, pool):
        job = pending(pool, file_of(1))

        jobs.stop(job, now=timezone.now())

        assert job.status == "Stopped"

    def test_refuses_what_does_not_run(self, pool):
        with pytest.raises(PreconditionNotMetException):
            jobs.stop(uploaded(pool, file_of(1)), now=timezone.now())

    def test_resume_needs_a_stopped_job_with_its_file(self, pool):
        job = run(pool, file_of(1))
        with pytest.raises(PreconditionNotMetException):
            jobs.resume(job, now=timezone.now())
        job.status = "Stopped"
        with pytest.raises(PreconditionNotMetException):
            jobs.resume(job, now=timezone.now())


class TestWhileImporting:
    def test_schema_and_pool_stay(self, pool):
        pending(pool, file_of(1))

        with pytest.raises(UserImportInProgressException):
            schema_changes.apply(pool, [schema_changes.AddAttribute(Attribute("custom:x"))], now=timezone.now())
        with pytest.raises(UserImportInProgressException):
            user_pools.delete(pool)


class TestLog:
    def test_has_the_lines_of_aws(self, pool, caplog):
        UserFactory(pool=pool, username="user1")
        with caplog.at_level(logging.INFO, "cognito_auth.user_import"):
            run(pool, file_of(2) + "x\n")

        assert [record.getMessage() for record in caplog.records] == [
            "[SUCCEEDED] Line Number 2 - The import succeeded.",
            "[SKIPPED] Line Number 3 - The user already exists.",
            "[FAILED] Line Number 4 - The line has 1 values instead of 4.",
        ]


class TestQueries:
    def test_do_not_grow_with_the_rows_of_a_batch(self, pool):
        few, many = pending(pool, file_of(5)), None
        with CaptureQueriesContext(connection) as few_queries:
            running.run(few.pk, clock=timezone.now)
        many = pending(pool, file_of(200, start=1000))
        with CaptureQueriesContext(connection) as many_queries:
            running.run(many.pk, clock=timezone.now)

        # SQLite takes a limited number of values in one statement.
        assert len(many_queries) - len(few_queries) <= (0 if connection.vendor == "postgresql" else 40)

    @pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL's planner looks so seldom")
    def test_tell_the_planner_of_the_new_rows_now_and_then(self, pool, monkeypatch):
        monkeypatch.setattr(running, "_ANALYZED_FROM_ROWS", 20)
        job = pending(pool, file_of(100))
        planner_statistics.analyze()

        with CaptureQueriesContext(connection) as queries:
            running.run(job.pk, clock=timezone.now, batch=10)

        # After 20 rows and after 80.
        analyzed = [query["sql"] for query in queries if query["sql"].startswith("ANALYZE")]
        assert (
            analyzed
            == [f'ANALYZE (SKIP_LOCKED) "{table}"' for table in ("cognito_auth_user", "cognito_auth_useralias")] * 2
        )
