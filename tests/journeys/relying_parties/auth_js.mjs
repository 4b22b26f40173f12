// Signs in with Auth.js (NextAuth) and its Cognito provider and prints what came of it.
// Usage: node auth_js.mjs <scenario> '<settings as JSON>'
// Lines of JSON on stdout ask the person to do something, and lines on stdin say what came of it.
import { createInterface } from "node:readline";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [, text] = process.argv.slice(2);
const settings = JSON.parse(text);
const require = createRequire(`${settings.modules}/package.json`);
const { Auth } = await import(pathToFileURL(require.resolve("@auth/core")));
const { default: Cognito } = await import(pathToFileURL(require.resolve("@auth/core/providers/cognito")));

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const ask = async (question) => {
  console.log(JSON.stringify(question));
  return JSON.parse((await lines.next()).value);
};

const options = {
  secret: "not secret, but long enough for the tests",
  trustHost: true,
  basePath: "/auth",
  providers: [
    Cognito({
      clientId: settings.client,
      clientSecret: settings.secret,
      issuer: settings.issuer,
      checks: ["pkce", "state", "nonce"],
    }),
  ],
  callbacks: { session: ({ session, token }) => ({ ...session, sub: token.sub }) },
};
const { origin } = new URL(settings.callback);
const cookies = new Map();
// A browser that shows the pages of the app.
const visit = async (address, fields) => {
  const headers = { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join("; ") };
  const form = fields && { method: "POST", body: new URLSearchParams(fields) };
  const answer = await Auth(new Request(new URL(address, origin), { headers, ...form }), options);
  for (const cookie of answer.headers.getSetCookie()) {
    const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie);
    cookies.set(name, value);
  }
  return answer;
};

const { csrfToken } = await (await visit("/auth/csrf")).json();
const begun = await visit("/auth/signin/cognito", { csrfToken });
const location = await ask({ visit: begun.headers.get("location"), until: settings.callback });
const ended = await visit(location);
const session = await (await visit("/auth/session")).json();
console.log(
  JSON.stringify({ found: { end: ended.headers.get("location"), email: session?.user?.email, named: !!session?.sub } }),
);
process.exit(0);
