"""Lines to paste, filled with the ids of the demonstration; shown in the terminal and on the first page."""

from dataclasses import dataclass
from urllib.parse import urlencode

from cognito_auth.models import AccessKey


@dataclass(frozen=True)
class Recipe:
    """A few lines that work as they are.

    Attributes:
        id: for anchors.
        title: name of the tool.
        text: the lines.
    """

    id: str
    title: str
    text: str


def curl(*, endpoint: str, client_id: str) -> Recipe:
    """Sign up, confirm, sign in and call a protected view, with nothing but a shell."""
    return Recipe(
        "curl",
        "curl",
        f"""\
app={client_id}
cognito() {{ curl -s {endpoint} -H 'Content-Type: application/x-amz-json-1.1' \\
    -H "X-Amz-Target: AWSCognitoIdentityProviderService.$1" -d "$2"; echo; }}
cognito SignUp '{{"ClientId": "'$app'", "Username": "alan", "Password": "Passw0rd!",
    "UserAttributes": [{{"Name": "email", "Value": "alan@example.com"}}]}}'

code=<code from the e-mail>
cognito ConfirmSignUp '{{"ClientId": "'$app'", "Username": "alan", "ConfirmationCode": "'$code'"}}'
token=$(cognito InitiateAuth '{{"ClientId": "'$app'", "AuthFlow": "USER_PASSWORD_AUTH",
    "AuthParameters": {{"USERNAME": "alan", "PASSWORD": "Passw0rd!"}}}}' \\
    | grep -o '"AccessToken": *"[^"]*' | cut -d'"' -f4)
curl -s {endpoint}whoami -H "Authorization: Bearer $token"; echo""",
    )


def boto3(*, endpoint: str, client_id: str, region: str) -> Recipe:
    """Do the same in Python."""
    return Recipe(
        "boto3",
        "Python, boto3",
        f"""\
import boto3
from botocore import UNSIGNED
from botocore.config import Config

cognito = boto3.client("cognito-idp", endpoint_url="{endpoint}", region_name="{region}",
                       config=Config(signature_version=UNSIGNED))
app = "{client_id}"
cognito.sign_up(ClientId=app, Username="grace", Password="Passw0rd!",
                UserAttributes=[{{"Name": "email", "Value": "grace@example.com"}}])

code = "<code from the e-mail>"
cognito.confirm_sign_up(ClientId=app, Username="grace", ConfirmationCode=code)
signed_in = cognito.initiate_auth(ClientId=app, AuthFlow="USER_PASSWORD_AUTH",
                                  AuthParameters={{"USERNAME": "grace", "PASSWORD": "Passw0rd!"}})
print(cognito.get_user(AccessToken=signed_in["AuthenticationResult"]["AccessToken"]))""",
    )


def aws_cli(*, endpoint: str, pool_id: str, region: str, key: AccessKey | None) -> Recipe:
    """Administration, signed with an access key; without one, how to make it."""
    if key is None:
        credentials = 'eval "$(.venv/bin/python manage.py cognito_create_access_key)"'
    else:
        credentials = f"export AWS_ACCESS_KEY_ID={key.id}\nexport AWS_SECRET_ACCESS_KEY={key.secret}"
    call = f"aws cognito-idp --endpoint-url {endpoint} --region {region}"
    return Recipe(
        "aws-cli",
        "AWS CLI",
        f"""\
{credentials}
{call} list-users --user-pool-id {pool_id}
{call} admin-create-user --user-pool-id {pool_id} --username katherine \
--user-attributes Name=email,Value=katherine@example.com
{call} admin-add-user-to-group --user-pool-id {pool_id} --username katherine --group-name premium""",
    )


def authorize_address(*, base_url: str, pool_id: str, client_id: str) -> str:
    """Return where a browser begins a sign-in; it comes back to the single-page app with a code.

    Without PKCE and ``state``, as only an address to paste may be: the app makes its own.
    """
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": f"{base_url}/spa",
        "scope": "openid email",
    }
    return f"{base_url}/{pool_id}/oauth2/authorize?{urlencode(asked)}"
