import { createPublicKey } from "node:crypto";
import {
  array,
  type InferOutput,
  looseObject,
  object,
  optional,
  parseJson,
  pipe,
  safeParse,
  string,
} from "valibot";
import { blocked, type Claim, type Finding, fail, pass } from "../../../packages/tls-check/src/index.ts";
import { type Network, NetworkError, send } from "../../lib/network.ts";
import { wrongAddressFinding } from "./wrong-address.ts";

const CLAIM: Claim = { id: "auth.keys", title: "JWT_JWKS_URL returns keys for checking tokens" };

const Key = looseObject({ kty: string(), use: optional(string()) });
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
    const none = `None of its ${output.keys.length} keys can be used: RSA of 2048 bits or more, P-256, P-384, P-521 or Ed25519.`;
    return fail(CLAIM, none, "Make your login sign with one of these kinds.");
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    return (
      wrongAddressFinding(CLAIM, error.code, {
        host: url.host,
        variable: "JWT_JWKS_URL",
        mayBePrivate: true,
      }) ?? blocked(CLAIM, `${url.host}: ${error.message}.`, "Check that JWT_JWKS_URL is right.")
    );
  }
}

/** In OpenSSL's words. */
const CURVES: readonly unknown[] = ["prime256v1", "secp384r1", "secp521r1"];

/** Whether jose accepts it for the algorithms of shared/auth/key-set.ts. */
function isUsable({ use = "sig", ...jwk }: InferOutput<typeof Key>): boolean {
  if (use !== "sig") return false;
  try {
    const { asymmetricKeyType, asymmetricKeyDetails = {} } = createPublicKey({ key: jwk, format: "jwk" });
    const { modulusLength = 0, namedCurve } = asymmetricKeyDetails;
    if (asymmetricKeyType === "rsa") return modulusLength >= 2048;
    return asymmetricKeyType === "ed25519" || CURVES.includes(namedCurve);
  } catch {
    // Its parts are missing or malformed, or it is of a kind that OpenSSL does not know.
    return false;
  }
}
