"""A team moves its users here: a file with hashed passwords, sent with boto3 and a plain PUT."""

import http.client
from urllib.parse import urlsplit

import bcrypt
import pytest
from botocore.exceptions import ClientError

from tests.journeys.test_boto3_sign_up_to_sign_out import PASSWORD, connect


@pytest.fixture
def admin(site):
    return connect(site, aws_access_key_id=site.key.id, aws_secret_access_key=site.key.secret)


def put(address, data):
    """Send ``data`` as any HTTP client would; return the status."""
    parts = urlsplit(address)
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    headers = {"x-amz-server-side-encryption": "aws:kms", "Connection": "close"}
    connection.request("PUT", f"{parts.path}?{parts.query}", body=data, headers=headers)
    status = connection.getresponse().status
    connection.close()
    return status


def test_users_keep_their_passwords(site, admin, settings):
    settings.PASSWORD_HASHERS = [*settings.PASSWORD_HASHERS, "cognito_auth.hashers.ImportedPasswordHasher"]
    # Inline: a thread would still use the database when the test takes it away.
    settings.COGNITO_AUTH = {**settings.COGNITO_AUTH, "JOB_DISPATCHER": "cognito_auth.services.jobs.run_serialized"}
    pool = admin.create_user_pool(PoolName="people", AliasAttributes=["email"])["UserPool"]["Id"]
    client_id = admin.create_user_pool_client(
        UserPoolId=pool, ClientName="web", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    columns = [*admin.get_csv_header(UserPoolId=pool)["CSVHeader"], "cognito:password_hash"]
    jane = {
        "cognito:username": "jane",
        "email": "jane@example.com",
        "email_verified": "true",
        "cognito:mfa_enabled": "false",
        "cognito:password_hash": bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode(),
    }
    john = {**jane, "cognito:username": "john", "email": "john@example.com", "cognito:password_hash": ""}
    lines = [",".join(columns), *(",".join(person.get(name, "") for name in columns) for person in (jane, john))]
    job = admin.create_user_import_job(
        JobName="move",
        UserPoolId=pool,
        CloudWatchLogsRoleArn="arn:aws:iam::000000000000:role/logs",
        PasswordHashingAlgorithm="BCRYPT",
    )["UserImportJob"]

    assert job["PreSignedUrl"].startswith(site.endpoint)
    assert put(job["PreSignedUrl"], "\n".join(lines).encode()) == 200
    admin.start_user_import_job(UserPoolId=pool, JobId=job["JobId"])

    done = admin.describe_user_import_job(UserPoolId=pool, JobId=job["JobId"])["UserImportJob"]
    assert (done["Status"], done["ImportedUsers"], done["FailedUsers"]) == ("Succeeded", 2, 0)
    parameters = {"USERNAME": "jane@example.com", "PASSWORD": PASSWORD}
    for _time in range(2):
        answer = admin.initiate_auth(ClientId=client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters=parameters)
        assert answer["AuthenticationResult"]["AccessToken"]
    with pytest.raises(ClientError) as refused:
        admin.initiate_auth(
            ClientId=client_id, AuthFlow="USER_PASSWORD_AUTH", AuthParameters={**parameters, "USERNAME": "john"}
        )
    # Nobody can know a password that is not there; the reset begins with ForgotPassword.
    assert refused.value.response["Error"]["Code"] in ("PasswordResetRequiredException", "NotAuthorizedException")
    assert put(job["PreSignedUrl"], b"again") == 409
