"""Real AWS clients whose requests are answered by Django's test client instead of a socket."""

import io
from urllib.parse import urlsplit

import botocore.awsrequest
import botocore.config
import botocore.session
from django.test import Client

ACCESS_KEY_ID = "AKIATESTSTESTSTESTST"
SECRET_ACCESS_KEY = "tests-secret-access-key-0123456789abcdef"

_session = botocore.session.Session()


class _Raw(io.BytesIO):
    """A body as urllib3 gives it."""

    def stream(self, **_kwargs):
        content = self.read()
        while content:
            yield content
            content = self.read()


def answer(request, **_kwargs):
    """Send a prepared AWS request to Django; a handler of botocore's ``before-send`` event."""
    url = urlsplit(request.url)
    headers = {
        name: value.decode("latin-1") if isinstance(value, bytes) else value for name, value in request.headers.items()
    }
    content_type = headers.pop("Content-Type", "")
    headers.pop("Content-Length", None)
    response = Client(raise_request_exception=False).generic(
        request.method,
        url.path or "/",
        data=request.body or b"",
        content_type=content_type,
        QUERY_STRING=url.query,
        headers={"Host": url.netloc, **headers},
    )
    return botocore.awsrequest.AWSResponse(request.url, response.status_code, response.headers, _Raw(response.content))


def client(
    *,
    endpoint_url="http://testserver",
    region_name="eu-west-1",
    access_key_id=ACCESS_KEY_ID,
    secret_access_key=SECRET_ACCESS_KEY,
    session_token=None,
    send=answer,
):
    """Return a boto3-like client for the test site; ``send`` answers its requests."""
    made = _session.create_client(
        "cognito-idp",
        region_name=region_name,
        endpoint_url=endpoint_url,
        aws_access_key_id=access_key_id,
        aws_secret_access_key=secret_access_key,
        aws_session_token=session_token,
        config=botocore.config.Config(retries={"max_attempts": 0}, parameter_validation=False),
    )
    made.meta.events.register("before-send.cognito-idp", send)
    return made
