// Checks a token with aws-jwt-verify, the reference, and prints the subject or the name of the refusal as JSON.
// Usage: node verify.mjs '<settings as JSON>'
import { createRequire } from "node:module";

const { modules, pool, keys, token, options } = JSON.parse(process.argv[2]);
const { CognitoJwtVerifier } = createRequire(`${modules}/package.json`)("aws-jwt-verify");
const verifier = CognitoJwtVerifier.create({ userPoolId: pool });
verifier.cacheJwks({ keys });
let found;
try {
  found = verifier.verifySync(token, options).sub;
} catch (error) {
  found = error.name === "Error" ? error.constructor.name : error.name;
}
console.log(JSON.stringify(found));
