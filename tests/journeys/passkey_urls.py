"""The example project with a page that registers a passkey and signs in with it, over the API."""

from django.http import HttpResponse
from django.urls import path

from example_project.urls import urlpatterns as _project

PAGE = """<!doctype html><title>Passkeys</title><link rel="icon" href="data:,">
<script>
async function call(operation, body) {
  const response = await fetch("/", {
    method: "POST",
    headers: {
      "Content-Type": "application/x-amz-json-1.1",
      "X-Amz-Target": "AWSCognitoIdentityProviderService." + operation,
    },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.__type + ": " + answer.message);
  return answer;
}

async function register(token) {
  const started = await call("StartWebAuthnRegistration", {AccessToken: token});
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(started.CredentialCreationOptions);
  const credential = await navigator.credentials.create({publicKey});
  await call("CompleteWebAuthnRegistration", {AccessToken: token, Credential: credential.toJSON()});
}

async function signIn(clientId, username) {
  const asked = await call("InitiateAuth", {
    ClientId: clientId,
    AuthFlow: "USER_AUTH",
    AuthParameters: {USERNAME: username, PREFERRED_CHALLENGE: "WEB_AUTHN"},
  });
  const options = JSON.parse(asked.ChallengeParameters.CREDENTIAL_REQUEST_OPTIONS);
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
  const credential = await navigator.credentials.get({publicKey});
  return await call("RespondToAuthChallenge", {
    ClientId: clientId,
    ChallengeName: asked.ChallengeName,
    Session: asked.Session,
    ChallengeResponses: {USERNAME: username, CREDENTIAL: JSON.stringify(credential.toJSON())},
  });
}
</script>
"""

urlpatterns = [path("passkeys/", lambda _request: HttpResponse(PAGE)), *_project]
