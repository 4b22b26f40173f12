// Signs in with the JavaScript clients of Amazon Cognito and prints what came of it as one line of JSON.
// Usage: node clients.mjs <scenario> '<settings as JSON>'
import { createHmac } from "node:crypto";
import { createRequire } from "node:module";

// Both clients were made for browsers.
const store = new Map();
const storage = {
  getItem: (key) => store.get(key) ?? null,
  setItem: (key, value) => void store.set(key, value),
  removeItem: (key) => void store.delete(key),
  clear: () => store.clear(),
};
if (!globalThis.navigator) {
  Object.defineProperty(globalThis, "navigator", { value: { userAgent: "node", product: "node" } });
}

const [scenario, text] = process.argv.slice(2);
const settings = JSON.parse(text);
const require = createRequire(`${settings.modules}/package.json`);

const identity = () => {
  const js = require("amazon-cognito-identity-js");
  const pool = new js.CognitoUserPool({
    UserPoolId: settings.pool,
    ClientId: settings.client,
    endpoint: settings.endpoint,
    Storage: storage,
  });
  const user = new js.CognitoUser({ Username: settings.username, Pool: pool, Storage: storage });
  const signIn = (password, onNewPassword) =>
    new Promise((resolve, reject) => {
      const callbacks = {
        onSuccess: resolve,
        onFailure: reject,
        newPasswordRequired: (attributes, required) => onNewPassword(attributes, required, callbacks),
      };
      const details = { Username: settings.username, Password: password };
      user.authenticateUser(new js.AuthenticationDetails(details), callbacks);
    });
  return { user, signIn };
};

const amplify = async () => {
  const { Amplify } = require("aws-amplify");
  const auth = require("aws-amplify/auth");
  const { cognitoUserPoolsTokenProvider } = require("aws-amplify/auth/cognito");
  const Cognito = {
    userPoolId: settings.pool,
    userPoolClientId: settings.client,
    userPoolEndpoint: settings.endpoint,
  };
  Amplify.configure({ Auth: { Cognito } });
  cognitoUserPoolsTokenProvider.setKeyValueStorage({
    getItem: async (key) => storage.getItem(key),
    setItem: async (key, value) => storage.setItem(key, value),
    removeItem: async (key) => storage.removeItem(key),
    clear: async () => storage.clear(),
  });
  return auth;
};

// The code of an authenticator app (RFC 6238), of this half minute or of another.
const appCode = (secret, step = 0) => {
  const bits = [...secret].map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"));
  const key = Buffer.from(bits.join("").match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30000) + step));
  const digest = createHmac("sha1", key).update(counter).digest();
  const number = digest.readUInt32BE(digest.at(-1) & 15) & 0x7fffffff;
  return String(number % 1000000).padStart(6, "0");
};

const scenarios = {
  async amplifyAuthenticatorApp() {
    const auth = await amplify();
    const credentials = { username: settings.username, password: settings.password };
    await auth.signIn(credentials);
    const { sharedSecret } = await auth.setUpTOTP();
    await auth.verifyTOTPSetup({ code: appCode(sharedSecret, -1) });
    await auth.updateMFAPreference({ totp: "PREFERRED" });
    const preference = await auth.fetchMFAPreference();
    await auth.signOut();
    const { nextStep } = await auth.signIn(credentials);
    const wrong = await auth.confirmSignIn({ challengeResponse: "abcdef" }).catch((error) => error.name);
    const { isSignedIn } = await auth.confirmSignIn({ challengeResponse: appCode(sharedSecret) });
    return { preference: preference.preferred, step: nextStep.signInStep, wrong, isSignedIn };
  },
  async amplifyAppAtFirstSignIn() {
    const auth = await amplify();
    const { nextStep } = await auth.signIn({ username: settings.username, password: settings.password });
    const code = appCode(nextStep.totpSetupDetails.sharedSecret);
    const { isSignedIn } = await auth.confirmSignIn({ challengeResponse: code });
    return { step: nextStep.signInStep, isSignedIn };
  },
  async identityAppAtFirstSignIn() {
    const js = require("amazon-cognito-identity-js");
    const { user } = identity();
    const details = new js.AuthenticationDetails({ Username: settings.username, Password: settings.password });
    const session = await new Promise((resolve, reject) => {
      const callbacks = {
        onSuccess: resolve,
        onFailure: reject,
        mfaSetup: () => user.associateSoftwareToken(callbacks),
        associateSecretCode: (secret) => user.verifySoftwareToken(appCode(secret, -1), "phone", callbacks),
      };
      user.authenticateUser(details, callbacks);
    });
    return { username: session.getIdToken().payload["cognito:username"] };
  },
  async identitySignIn() {
    const { user, signIn } = identity();
    const session = await signIn(settings.password);
    const before = session.getAccessToken().getJwtToken();
    const renewed = await new Promise((resolve, reject) =>
      user.refreshSession(session.getRefreshToken(), (error, value) => (error ? reject(error) : resolve(value))),
    );
    const again = await signIn(settings.password);
    const devices = await new Promise((resolve, reject) =>
      user.listDevices(10, null, { onSuccess: resolve, onFailure: reject }),
    );
    await new Promise((resolve) => user.signOut(resolve));
    return {
      username: session.getIdToken().payload["cognito:username"],
      renewed: renewed.getAccessToken().getJwtToken() !== before,
      sameDevice: again.getAccessToken().payload.device_key === session.getAccessToken().payload.device_key,
      devices: devices.Devices.length,
    };
  },
  async identityNewPassword() {
    const { user, signIn } = identity();
    const session = await signIn(settings.password, (attributes, required, callbacks) =>
      user.completeNewPasswordChallenge(settings.newPassword, {}, callbacks),
    );
    return { username: session.getIdToken().payload["cognito:username"] };
  },
  async identityForgottenDevice() {
    const { user, signIn } = identity();
    const first = await signIn(settings.password);
    await new Promise((resolve, reject) => user.forgetDevice({ onSuccess: resolve, onFailure: reject }));
    const key = `CognitoIdentityServiceProvider.${settings.client}.${settings.username}`;
    storage.setItem(`${key}.deviceKey`, first.getAccessToken().payload.device_key);
    storage.setItem(`${key}.deviceGroupKey`, "gone");
    storage.setItem(`${key}.randomPasswordKey`, "gone");
    const again = await signIn(settings.password);
    return { newDevice: again.getAccessToken().payload.device_key !== first.getAccessToken().payload.device_key };
  },
  async amplifySignIn() {
    const auth = await amplify();
    const wrong = await auth.signIn({ username: settings.username, password: "Wr0ng!pass" }).catch((e) => e.name);
    const { nextStep } = await auth.signIn({ username: settings.username, password: settings.password });
    const before = (await auth.fetchAuthSession()).tokens.accessToken.toString();
    const renewed = (await auth.fetchAuthSession({ forceRefresh: true })).tokens.accessToken.toString();
    const { username } = await auth.getCurrentUser();
    const devices = await auth.fetchDevices();
    await auth.signOut();
    const { nextStep: again } = await auth.signIn({ username: settings.username, password: settings.password });
    await auth.signOut();
    return { wrong, step: nextStep.signInStep, renewed: renewed !== before, username, devices: devices.length, again: again.signInStep };
  },
  async amplifyNewPassword() {
    const auth = await amplify();
    const { nextStep } = await auth.signIn({ username: settings.username, password: settings.password });
    const { isSignedIn } = await auth.confirmSignIn({ challengeResponse: settings.newPassword });
    return { step: nextStep.signInStep, isSignedIn };
  },
  async sdk() {
    const sdk = require("@aws-sdk/client-cognito-identity-provider");
    const client = new sdk.CognitoIdentityProviderClient({
      region: "eu-west-1",
      endpoint: settings.endpoint,
      credentials: async () => {
        throw new Error("Public operations need no credentials.");
      },
    });
    const send = (password) =>
      client.send(
        new sdk.InitiateAuthCommand({
          AuthFlow: "USER_PASSWORD_AUTH",
          ClientId: settings.client,
          AuthParameters: { USERNAME: settings.username, PASSWORD: password },
        }),
      );
    const wrong = await send("Wr0ng!pass").catch((error) => error instanceof sdk.NotAuthorizedException);
    const { AuthenticationResult } = await send(settings.password);
    const user = await client.send(new sdk.GetUserCommand({ AccessToken: AuthenticationResult.AccessToken }));
    return { wrong, username: user.Username };
  },
};

try {
  console.log(JSON.stringify(await scenarios[scenario]()));
  process.exit(0);
} catch (error) {
  console.error(error);
  process.exit(1);
}
