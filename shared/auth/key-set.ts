import { createLocalJWKSet, type JWTVerifyGetKey } from "jose";
import type { Invocation } from "../invocation.ts";
import { exchange, target } from "../net/https.ts";

/** How long keys are used before they are fetched anew. */
const MAX_AGE_MS = 600_000;
/** How soon a token by an unknown key may have them fetched again: anyone can make one up. */
const COOLDOWN_MS = 30_000;
const TIMEOUT_MS = 2000;

/**
 * The public keys at JWT_JWKS_URL, fetched when first needed. Over node:https and not jose's own fetch:
 * Node's `fetch` costs tens of milliseconds at its first call, and would not know the function's deadline.
 */
export function remoteKeySet(url: URL): (invocation: Invocation) => JWTVerifyGetKey {
  const source = target(url);
  let keys: JWTVerifyGetKey | undefined;
  let fetchedAt = 0;
  let triedAt = 0;

  async function fetchKeys(invocation: Invocation): Promise<JWTVerifyGetKey> {
    triedAt = performance.now();
    const request = { method: "GET", headers: {}, timeoutMs: TIMEOUT_MS } as const;
    const { status, text } = await exchange(source, request, invocation);
    if (status !== 200) throw new Error(`The key set answered ${status}.`);
    keys = createLocalJWKSet(JSON.parse(text));
    fetchedAt = performance.now();
    return keys;
  }

  return (invocation) => async (header, token) => {
    const age = performance.now() - fetchedAt;
    const current = keys === undefined || age > MAX_AGE_MS ? await fetchKeys(invocation) : keys;
    try {
      return await current(header, token);
    } catch (error) {
      const isUnknown = Object(error).code === "ERR_JWKS_NO_MATCHING_KEY";
      if (!isUnknown || performance.now() - triedAt < COOLDOWN_MS) throw error;
      return await (await fetchKeys(invocation))(header, token);
    }
  };
}
