// Signs in with openid-client and prints what came of it. Usage: node openid_client.mjs <scenario> '<settings as JSON>'
// Lines of JSON on stdout ask the person to do something, and lines on stdin say what came of it.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [scenario, text] = process.argv.slice(2);
const settings = JSON.parse(text);
const require = createRequire(`${settings.modules}/package.json`);
const oidc = await import(pathToFileURL(require.resolve("openid-client")));

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const ask = async (question) => {
  console.log(JSON.stringify(question));
  return JSON.parse((await lines.next()).value);
};

const discover = () => {
  const authentication = {
    basic: () => oidc.ClientSecretBasic(settings.secret),
    post: () => oidc.ClientSecretPost(settings.secret),
    none: () => oidc.None(),
  }[settings.authentication]();
  // The server of the tests speaks no TLS.
  const options = { execute: [oidc.allowInsecureRequests] };
  return oidc.discovery(new URL(settings.issuer), settings.client, undefined, authentication, options);
};

const signIn = async (config) => {
  const verifier = oidc.randomPKCECodeVerifier();
  const state = oidc.randomState();
  const nonce = oidc.randomNonce();
  const address = oidc.buildAuthorizationUrl(config, {
    redirect_uri: settings.callback,
    scope: "openid email",
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
    state,
    nonce,
    max_age: "3600",
  });
  const location = await ask({ visit: address.href, until: settings.callback });
  return oidc.authorizationCodeGrant(config, new URL(location), {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
    maxAge: 3600,
  });
};

const scenarios = {
  signIn: async () => {
    const config = await discover();
    const tokens = await signIn(config);
    const claims = tokens.claims();
    const told = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub);
    const renewed = await oidc.refreshTokenGrant(config, tokens.refresh_token);
    await oidc.tokenRevocation(config, tokens.refresh_token);
    const refused = await oidc.refreshTokenGrant(config, tokens.refresh_token).catch((error) => error.error);
    const end = oidc.buildEndSessionUrl(config, {
      post_logout_redirect_uri: settings.goodbye,
      id_token_hint: tokens.id_token,
      state: "see you",
    });
    return {
      pkce: config.serverMetadata().supportsPKCE(),
      email: [claims.email, told.email],
      renewed: renewed.claims().sub === claims.sub && renewed.access_token !== tokens.access_token,
      refused,
      end: await ask({ visit: end.href, until: settings.goodbye }),
    };
  },
  clientCredentials: async () => {
    const config = await discover();
    const tokens = await oidc.clientCredentialsGrant(config, { scope: "shop/orders.read" });
    const answer = await oidc.fetchProtectedResource(config, tokens.access_token, new URL(settings.orders), "GET");
    return { type: tokens.token_type, orders: (await answer.json()).orders.length };
  },
  device: async () => {
    const config = await discover();
    const begun = await oidc.initiateDeviceAuthorization(config, { scope: "openid email" });
    const early = await oidc
      .genericGrantRequest(config, "urn:ietf:params:oauth:grant-type:device_code", { device_code: begun.device_code })
      .catch((error) => error.error);
    const polling = oidc.pollDeviceAuthorizationGrant(config, { ...begun, interval: begun.interval });
    const page = await ask({ approve: begun.verification_uri_complete, code: begun.user_code });
    const tokens = await polling;
    return { early, page, email: tokens.claims().email };
  },
};

console.log(JSON.stringify({ found: await scenarios[scenario]() }));
process.exit(0);
