/** A real OpenID Connect provider for the tests: `node oidc.mjs`. Says its port; POST /control {clients, accounts, keys} sets it up anew. */

import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";

let issuer = "";
let answer = null;
const keys = Array.from({ length: 2 }, (_, index) => ({
  ...generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" }),
  kid: `key-${index}`,
  use: "sig",
  alg: "RS256",
}));
const elliptic = { ...generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" }), kid: "curve", use: "sig", alg: "ES256" };

/** `accounts`: what is said of whoever signs in under a name; `key`: which of the two RSA keys signs and is published. */
function setUp({ clients, accounts, key = 0 }) {
  const provider = new Provider(issuer, {
    clients,
    jwks: { keys: [keys[key], elliptic] },
    pkce: { required: () => true },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    cookies: { keys: ["of the tests"] },
    enabledJWA: { idTokenSigningAlgValues: ["RS256", "ES256"] },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, ...accounts[id] }) }),
  });
  answer = provider.callback();
}

const server = createServer((request, response) => {
  if (request.url !== "/control") return answer(request, response);
  let body = "";
  request.on("data", (chunk) => (body += chunk));
  request.on("end", () => {
    setUp(JSON.parse(body));
    response.end("{}");
  });
});
server.listen(0, "127.0.0.1", () => {
  issuer = `http://127.0.0.1:${server.address().port}`;
  setUp({ clients: [], accounts: {} });
  console.log(server.address().port);
});
process.stdin.resume();
process.stdin.on("end", () => process.exit()); // with the test run that started it
