"""The address to which the file of a job is sent: whoever has it may upload for a quarter of an hour.

It looks like a pre-signed address of S3 and is one of ours: under the pool's issuer, signed for one
job and moment.
Source: AWS API_CreateUserImportJob, "PreSignedUrl".
"""

import datetime
from collections.abc import Mapping
from urllib.parse import urlencode

from cognito_auth import crypto
from cognito_auth.models import UserImportJob
from cognito_auth.services.tokens import issuer

LIFETIME = datetime.timedelta(minutes=15)
_PURPOSE = "user_import.upload"
_DATE_FORMAT = "%Y%m%dT%H%M%SZ"


def link(job: UserImportJob, *, now: datetime.datetime) -> str:
    """Return an address that takes the file of ``job`` by PUT for the next 15 minutes.

    Raises:
        ImproperlyConfigured: no base URL is set.
    """
    date, seconds = now.astimezone(datetime.UTC).strftime(_DATE_FORMAT), str(int(LIFETIME.total_seconds()))
    signature = crypto.keyed_digest(_PURPOSE, job.pool_id, job.pk, date, seconds)
    query = urlencode({"X-Amz-Date": date, "X-Amz-Expires": seconds, "X-Amz-Signature": signature})
    return f"{issuer.issuer_of(job.pool_id)}/userImport/{job.pk}?{query}"


def is_signed(pool_id: str, job_id: str, query: Mapping[str, str]) -> bool:
    """Tell whether the query of an address was made by :func:`link` for this job, at any time."""
    date, seconds = query.get("X-Amz-Date", ""), query.get("X-Amz-Expires", "")
    signature = query.get("X-Amz-Signature", "")
    return signature.isascii() and crypto.matches_keyed_digest(signature, _PURPOSE, pool_id, job_id, date, seconds)


def is_over(query: Mapping[str, str], *, now: datetime.datetime) -> bool:
    """Tell whether the time of a signed address has passed."""
    signed_at = datetime.datetime.strptime(query["X-Amz-Date"], _DATE_FORMAT).replace(tzinfo=datetime.UTC)
    return now >= signed_at + datetime.timedelta(seconds=int(query["X-Amz-Expires"]))
