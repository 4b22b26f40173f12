// What the page of an app with Amplify loads; bundled by the test.
import { Amplify } from "aws-amplify";
import * as auth from "aws-amplify/auth";
import "aws-amplify/auth/enable-oauth-listener";
import { Hub } from "aws-amplify/utils";

const kept = sessionStorage.getItem("configuration");
window.events = [];
Hub.listen("auth", ({ payload }) => window.events.push(payload.event));
window.start = (configuration) => {
  sessionStorage.setItem("configuration", JSON.stringify(configuration));
  Amplify.configure({ Auth: { Cognito: configuration } });
};
window.auth = auth;
if (kept) Amplify.configure({ Auth: { Cognito: JSON.parse(kept) } });
