"""Sending the file of an import."""

import base64
import datetime
import hashlib
import io
from xml.etree import ElementTree

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from cognito_auth.models import UserImportChunk, UserImportJob
from cognito_auth.services.user_import import files, jobs, upload_links
from tests.factories import UserPoolFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def job():
    return jobs.create(UserPoolFactory(), "people", now=timezone.now())


def put(address, data=b"a,b\n", **headers):
    path = address.removeprefix("http://testserver")
    client = Client(enforce_csrf_checks=True)
    return client.generic("PUT", path, data, content_type=headers.pop("content_type", "text/csv"), headers=headers)


def link(job, now=None):
    return upload_links.link(job, now=now or timezone.now())


def code_of(response):
    assert response["Content-Type"] == "application/xml"
    return response.status_code, ElementTree.fromstring(response.content).findtext("Code")


def stored(job):
    return b"".join(files.read(job))


class TestUpload:
    def test_keeps_the_file_in_pieces(self, job):
        data = bytes(range(256)) * 10_000

        response = put(link(job), data, **{"x-amz-server-side-encryption": "aws:kms"})

        assert response.status_code == 200
        assert response["ETag"] == f'"{hashlib.md5(data).hexdigest()}"'
        job.refresh_from_db()
        assert (stored(job), job.file_size) == (data, len(data))
        assert UserImportChunk.objects.count() == 3

    def test_replaces_an_earlier_file(self, job):
        put(link(job), b"x" * 2_500_000)

        put(link(job), b"short", content_type="application/octet-stream")

        job.refresh_from_db()
        assert (stored(job), job.file_size) == (b"short", 5)

    def test_works_under_a_prefix(self, job, settings):
        settings.ROOT_URLCONF = "tests.api.prefix_urls"
        address = link(job)

        assert put(address).status_code == 200
        assert not address.startswith(f"http://testserver/{job.pool_id}")

    def test_is_read_from_any_byte(self, job):
        data = bytes(range(250)) * 10_000
        put(link(job), data)

        for start in (0, 5, 999_999, 1_000_000, 2_400_000, 2_500_000):
            assert b"".join(files.read(job, from_byte=start)) == data[start:]

    def test_is_over_after_a_quarter_of_an_hour(self, job):
        address = link(job)

        with time_machine.travel(timezone.now() + datetime.timedelta(minutes=14)):
            assert put(address).status_code == 200
        with time_machine.travel(timezone.now() + datetime.timedelta(minutes=16)):
            assert code_of(put(address)) == (403, "AccessDenied")

    def test_needs_an_address_that_was_signed_for_the_job(self, job):
        other = jobs.create(job.pool, "other", now=timezone.now())
        address = link(job)

        for wrong in (
            address.replace(job.pk, other.pk),
            address.replace(job.pool_id, UserPoolFactory().pk),
            address.replace("Expires=900", "Expires=90000"),
            address.split("?")[0],
            f"{address}é",
            address[:-1] + ("0" if address[-1] != "0" else "1"),
        ):
            assert code_of(put(wrong)) == (403, "AccessDenied")
        assert not UserImportChunk.objects.exists()

    def test_refuses_what_is_too_large_or_of_unknown_size(self, job, monkeypatch):
        monkeypatch.setattr(files, "MAX_BYTES", 10)

        assert code_of(put(link(job), b"x" * 11)) == (413, "EntityTooLarge")
        assert code_of(put(link(job), b"")) == (411, "MissingContentLength")
        path = link(job).removeprefix("http://testserver")
        assert code_of(Client().generic("PUT", path, b"x", CONTENT_LENGTH="0")) == (400, "MissingRequestBody")
        assert code_of(Client().generic("PUT", path, b"x", CONTENT_LENGTH="-1")) == (411, "MissingContentLength")

    def test_keeps_the_older_file_when_the_new_one_breaks_off(self, job):
        put(link(job), b"whole")
        path = link(job).removeprefix("http://testserver")

        response = Client().generic("PUT", path, b"hal", CONTENT_LENGTH="5", **{"wsgi.input": io.BytesIO(b"hal")})

        assert code_of(response) == (400, "IncompleteBody")
        assert stored(job) == b"whole"

    def test_compares_the_digest(self, job):
        good = base64.b64encode(hashlib.md5(b"a").digest()).decode()

        assert put(link(job), b"a", **{"content-md5": good}).status_code == 200
        assert code_of(put(link(job), b"b", **{"content-md5": good})) == (400, "BadDigest")
        assert stored(job) == b"a"

    def test_is_refused_after_the_start(self, job):
        put(link(job), b"first")
        jobs.start(UserImportJob.objects.get(pk=job.pk), now=timezone.now())

        assert code_of(put(link(job), b"second")) == (409, "OperationAborted")
        assert stored(job) == b"first"

    def test_is_refused_when_the_job_starts_meanwhile(self, job, monkeypatch):
        monkeypatch.setattr(files, "is_wanted", lambda job, now: True)
        UserImportJob.objects.update(status="Pending")

        assert code_of(put(link(job), b"second")) == (409, "OperationAborted")

    def test_is_refused_for_jobs_that_are_gone(self, job):
        address = link(job)
        job.delete()

        assert code_of(put(address)) == (404, "NoSuchUpload")

    @pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "HEAD"])
    def test_takes_put_only(self, job, method):
        response = Client().generic(method, link(job).removeprefix("http://testserver"))

        assert response.status_code == 405
        assert response["Allow"] == "PUT"
