"""Taking the file of an import job by PUT, as a pre-signed address of S3 does.

======  =====================  ======================================================
status  code                   when
======  =====================  ======================================================
200     —                      the file is kept, instead of any earlier one
400     IncompleteBody         fewer bytes came than were announced; nothing is kept
400     BadDigest              the bytes are not those of ``Content-MD5``
400     MissingRequestBody     no bytes at all
403     AccessDenied           not signed by us, or its time has passed
404     NoSuchUpload           the job is gone
405     MethodNotAllowed       anything but PUT
409     OperationAborted       the job was started or has ended
411     MissingContentLength   the size was not announced
413     EntityTooLarge         larger than 100 MB
======  =====================  ======================================================

Source: Amazon S3 API Reference, "PutObject", "Error responses".
"""

import base64
import datetime
import hashlib
import tempfile
import uuid
from typing import IO
from xml.sax.saxutils import escape

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.http.request import UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from cognito_auth.exceptions import PreconditionNotMetException
from cognito_auth.models import UserImportJob
from cognito_auth.services.user_import import files, upload_links

_PIECE_BYTES = 65_536
_IN_MEMORY_BYTES = 1_000_000


class _Refused(Exception):
    """The file is not taken."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


# The address itself is the proof; a cookie proves nothing here.
@csrf_exempt
# The file arrives before the transaction that keeps it.
@transaction.non_atomic_requests
def user_import_upload(request: HttpRequest, user_pool_id: str, job_id: str) -> HttpResponse:
    """Keep the body as the file of the job."""
    request_id = str(uuid.uuid4())
    try:
        etag = _take(request, user_pool_id, job_id, now=datetime.datetime.now(tz=datetime.UTC))
    except _Refused as refused:
        return _refusal(refused, request_id)
    return HttpResponse(headers={"ETag": f'"{etag}"', "x-amz-request-id": request_id})


def _take(request: HttpRequest, user_pool_id: str, job_id: str, *, now: datetime.datetime) -> str:
    """Keep the body and return its MD5 digest in hexadecimal digits, which S3 calls the entity's tag."""
    if request.method != "PUT":
        raise _Refused(405, "MethodNotAllowed", "The specified method is not allowed against this resource.")
    if not upload_links.is_signed(user_pool_id, job_id, request.GET.dict()):
        raise _Refused(403, "AccessDenied", "The address is not signed for this job.")
    if upload_links.is_over(request.GET.dict(), now=now):
        raise _Refused(403, "AccessDenied", "Request has expired")
    size = _announced_size(request)
    job = UserImportJob.objects.filter(pool_id=user_pool_id, pk=job_id).first()
    if job is None:
        raise _Refused(404, "NoSuchUpload", "The import job does not exist.")
    _refuse_started(job, now=now)
    # On disk first: nothing is kept of an upload that breaks off, and no transaction waits for a slow one.
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as content:
        digest = _receive(request, content, size)
        _check_digest(request, digest)
        content.seek(0)
        try:
            files.store(job, content, now=now)
        except PreconditionNotMetException:
            raise _Refused(409, "OperationAborted", "The import job was started or has ended.") from None
    return digest.hex()


def _announced_size(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or ""
    if not (text.isascii() and text.isdigit()):
        raise _Refused(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
    size = int(text[:20])
    if size > files.MAX_BYTES:
        raise _Refused(413, "EntityTooLarge", f"The file is larger than {files.MAX_BYTES} bytes.")
    if not size:
        raise _Refused(400, "MissingRequestBody", "Request body is empty.")
    return size


def _refuse_started(job: UserImportJob, *, now: datetime.datetime) -> None:
    """Refuse before reading a hundred megabytes; what counts is the check when they are kept."""
    if not files.is_wanted(job, now=now):
        raise _Refused(409, "OperationAborted", "The import job was started or has ended.")


def _receive(request: HttpRequest, content: IO[bytes], size: int) -> bytes:
    """Write the body to ``content`` and return its MD5 digest."""
    digest = hashlib.md5(usedforsecurity=False)
    received = 0
    try:
        while received < size and (piece := request.read(min(_PIECE_BYTES, size - received))):
            received += len(piece)
            digest.update(piece)
            content.write(piece)
    except UnreadablePostError:
        received = -1
    if received != size:
        raise _Refused(400, "IncompleteBody", "You did not provide the number of bytes specified by Content-Length.")
    return digest.digest()


def _check_digest(request: HttpRequest, digest: bytes) -> None:
    expected = request.headers.get("Content-MD5")
    if expected is not None and expected.strip() != base64.b64encode(digest).decode():
        raise _Refused(400, "BadDigest", "The Content-MD5 you specified did not match what we received.")


def _refusal(refused: _Refused, request_id: str) -> HttpResponse:
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Error><Code>{refused.code}</Code><Message>{escape(refused.message)}</Message>"
        f"<RequestId>{request_id}</RequestId></Error>"
    )
    headers = {"x-amz-request-id": request_id}
    if refused.status == 405:
        headers["Allow"] = "PUT"
    response = HttpResponse(body, status=refused.status, content_type="application/xml", headers=headers)
    # An answer, not a "Bad Request" to be logged by Django.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response
