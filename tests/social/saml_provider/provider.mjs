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

// The provider's own session ends here; a real one would also tell its other apps.
app.get("/slo", (req, res) => res.json(req.query));

process.stdout.write(`${origin}\n`);
