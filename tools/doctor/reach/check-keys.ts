import { array, looseObject, object, optional, parseJson, pipe, safeParse, string } from "valibot";
import { blocked, type Claim, type Finding, fail, pass } from "../../../packages/tls-check/src/index.ts";
import { type Network, NetworkError, send } from "../../lib/network.ts";
import { wrongHostFinding } from "./wrong-host.ts";

const CLAIM: Claim = { id: "auth.keys", title: "JWT_JWKS_URL returns keys for checking tokens" };

const Key = looseObject({ kty: string(), crv: optional(string()), use: optional(string()) });
const KeySet = pipe(string(), parseJson(), object({ keys: array(Key) }));

/** Fetches the key set, as the functions do for the first token. */
export async function checkKeys(url: URL, network: Network): Promise<Finding> {
  const fix = "Correct JWT_JWKS_URL: the jwks_uri of your login's /.well-known/openid-configuration.";
  try {
    const { status, body } = await send(url, { method: "GET" }, network);
    if (status !== 200)
      return fail(CLAIM, `${url.host} answers ${status}; the functions follow no redirect.`, fix);
    const { success, output } = safeParse(KeySet, body.toString("utf8"));
    if (!success) return fail(CLAIM, `The answer of ${url.host} is not a key set.`, fix);
    const usable = output.keys.filter(isUsable).length;
    if (usable > 0) return pass(CLAIM, `${usable} of ${output.keys.length}.`);
    const none = `None of its ${output.keys.length} keys is for RS256, PS256, ES256 or EdDSA.`;
    return fail(CLAIM, none, "Make your login sign with one of these.");
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    return (
      wrongHostFinding(CLAIM, error.code, { host: url.host, variable: "JWT_JWKS_URL", mayBePrivate: true }) ??
      blocked(CLAIM, `${url.host}: ${error.message}.`, "Check that JWT_JWKS_URL is right.")
    );
  }
}

/** The keys that jose accepts for the algorithms of shared/auth/jwt.ts. */
function isUsable({
  kty,
  crv = "",
  use = "sig",
}: {
  kty: string;
  crv?: string | undefined;
  use?: string | undefined;
}) {
  return use === "sig" && (kty === "RSA" || crv === "P-256" || crv === "Ed25519");
}
