// A real SAML identity provider on a free port of 127.0.0.1. Everybody is Jane; nobody is asked.
import { createRequire } from "node:module";
import http from "node:http";

const settings = JSON.parse(process.argv[2]);
const require = createRequire(`${settings.modules}/package.json`);
const express = require("express");
const samlp = require("samlp");

const app = express();
const server = http.createServer(app);
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;

const shared = { issuer: settings.issuer, cert: settings.cert, key: settings.key };
const person = (req) => ({
  id: req.query.person ?? "jane-7",
  displayName: "Jane Roe",
  name: { givenName: "Jane", familyName: "Roe" },
  emails: [{ value: "jane@example.com" }],
});

app.get("/sso", (req, res, next) =>
  samlp.auth({
    ...shared,
    getUserFromRequest: person,
    getPostURL: (_audience, _request, _req, callback) => callback(null, settings.acs),
    audience: settings.audience,
    recipient: settings.acs,
    destination: settings.acs,
    signResponse: settings.sign === "response",
    signAssertion: settings.sign !== "response" && settings.sign !== "nothing",
    sessionIndex: "session-1",
    lifetimeInSeconds: 300,
    ...(settings.encryption ?? {}),
    ...(req.query.SAMLRequest ? {} : { RelayState: req.query.RelayState }),
  })(req, res, next),
);
app.get("/metadata", samlp.metadata({ ...shared, redirectEndpointPath: "/sso", postEndpointPath: "/sso" }));

// The provider's own session ends here. At /sign-out it begins, and tells its apps, those of the query: they
// answer to /slo, which says OK once all have, with signatures that hold.
const participants = new (require("samlp/lib/sessionParticipants"))();
const states = new Map();
const store = {
  save: (_req, state, done) => {
    const key = `state-${states.size}`;
    states.set(key, state);
    done(null, key);
  },
  load: (_req, key, options, done = options) => done(null, states.get(key)),
  update: (_req, key, state, done) => done(null, states.set(key, state)),
};
const logout = (req, res, next) =>
  samlp.logout({
    ...shared,
    sessionParticipants: participants,
    store,
    deflate: req.query.binding !== "POST",
    protocolBinding: `urn:oasis:names:tc:SAML:2.0:bindings:HTTP-${req.query.binding ?? "Redirect"}`,
  })(req, res, next);
app.get("/sign-out", (req, res, next) => {
  participants._participants.push(...JSON.parse(req.query.apps));
  req.body = {};
  logout(req, res, next);
});
app.get("/slo", (req, res, next) => {
  if (!req.query.SAMLResponse) return res.json(req.query);
  req.body = {};
  logout(req, res, next);
});
app.use((error, _req, res, _next) => res.status(500).send(error.message));

process.stdout.write(`${origin}\n`);
