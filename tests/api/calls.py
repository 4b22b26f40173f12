"""Raw requests to the API, for what no SDK would send."""

import json

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from django.test import Client

from tests import aws

JSON = "application/x-amz-json-1.1"
TARGET = "AWSCognitoIdentityProviderService"


def post(operation, body=b"{}", *, content_type=JSON, path="/", **headers):
    """Return Django's response to an unsigned request."""
    if not isinstance(body, (bytes, str)):
        body = json.dumps(body)
    if operation is not None:
        headers["X-Amz-Target"] = f"{TARGET}.{operation}"
    return Client(raise_request_exception=False).post(path, data=body, content_type=content_type, headers=headers)


def send_signed(operation, body, *, content_type=JSON):
    """Return the answer to a request that is signed with the tests' access key, whatever its body."""
    headers = {"Content-Type": content_type, "X-Amz-Target": f"{TARGET}.{operation}"}
    signed = AWSRequest("POST", "http://testserver/", headers=headers, data=body)
    SigV4Auth(Credentials(aws.ACCESS_KEY_ID, aws.SECRET_ACCESS_KEY), "cognito-idp", "eu-west-1").add_auth(signed)
    return aws.answer(signed.prepare())


def members_of(response):
    """Return the members of a body; Django's own ``json()`` insists on another content type."""
    return json.loads(response.content)


def error_of(response):
    """Return name and message of a refusal, after checking its form."""
    assert 400 <= response.status_code < 500, response.content
    assert response["Content-Type"] == JSON
    body = members_of(response)
    assert response["x-amzn-ErrorType"] == body["__type"]
    assert response["x-amzn-RequestId"]
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["x-cognito-auth-reason"] == body["reason"]
    assert body["detail"]
    return body["__type"], body.get("message")
