import { createLocalJWKSet, type JWTVerifyGetKey } from "jose";
import { JWKSNoMatchingKey } from "jose/errors";
import { clockMs } from "../clock.ts";
import type { Invocation } from "../entry/invocation.ts";
import type { ServiceError } from "../errors.ts";
import { exchange, NetworkError, target } from "../net/https.ts";
import { keysRefusal, reasonOf } from "./keys-error.ts";

/** How long keys are used before they are fetched again. */
const MAX_AGE_MS = 600_000;
/**
 * How long they are still used while fetching fails. A key that was withdrawn in the meantime stays valid for
 * as long, so this is no more than a day.
 */
const MAX_STALE_MS = 86_400_000;
/** How soon a token with an unknown key may cause another fetch: anyone can make one up. */
const COOLDOWN_MS = 30_000;
/** How soon a fetch that failed is tried again, whoever asks: each costs up to {@link TIMEOUT_MS}. */
const RETRY_MS = 5000;
const TIMEOUT_MS = 2000;

/**
 * What a public key may sign with (RFC 7518, section 3.1): a login's keys decide, such as Logto's, which sign ES384
 * (https://github.com/logto-io/logto/issues/4910). Never HS256: its key would be public.
 */
const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];
/** One algorithm by its former and its present name (RFC 9864, section 2.2). */
const EDWARDS = ["EdDSA", "Ed25519"];

/** The keys that tokens are checked with. */
export interface KeySet {
  /** What they may be used for. */
  readonly algorithms: readonly string[];
  /** Finds a token's key. Rejects with an error of jose or of the network, whose class may be another bundle's. */
  readonly keyFor: (invocation: Invocation) => JWTVerifyGetKey;
  /** What to tell the caller about such an error, if it does not say that the token is bad. Of another bundle too. */
  readonly refusal: (error: unknown) => ServiceError;
}

/**
 * The public keys at JWT_JWKS_URL, fetched when first needed. Over node:https and not jose's own fetch:
 * Node's `fetch` costs tens of milliseconds at its first call, and would not know the function's deadline.
 *
 * Why a fetch failed, and why a key of the set could not be used, is noted in the invocation's log as `keysError`.
 */
export function remoteKeySet(url: URL): KeySet {
  const source = target(url);
  let keys: JWTVerifyGetKey | undefined;
  let fetchedAt = Number.NEGATIVE_INFINITY;
  let triedAt = Number.NEGATIVE_INFINITY;
  let failure: NetworkError | undefined;

  async function fetchKeys(invocation: Invocation): Promise<JWTVerifyGetKey> {
    triedAt = clockMs();
    try {
      const request = { method: "GET", headers: {}, timeoutMs: TIMEOUT_MS } as const;
      keys = readKeySet(await exchange(source, request, invocation));
      fetchedAt = clockMs();
      failure = undefined;
      return keys;
    } catch (error) {
      failure = new NetworkError(reasonOf(error));
      invocation.note({ keysError: failure.code });
      throw failure;
    }
  }

  /** Keys that are new enough, or else the old ones while new ones cannot be fetched. */
  async function currentKeys(invocation: Invocation): Promise<JWTVerifyGetKey> {
    const now = clockMs();
    if (keys !== undefined && now - fetchedAt <= MAX_AGE_MS) return keys;
    if (failure === undefined || now - triedAt >= RETRY_MS) {
      const fresh = await fetchKeys(invocation).catch(() => undefined);
      if (fresh !== undefined) return fresh;
    }
    if (keys !== undefined && now - fetchedAt <= MAX_STALE_MS) return keys;
    throw failure ?? new NetworkError("UNKNOWN");
  }

  const keyFor: KeySet["keyFor"] = (invocation) => async (header, token) => {
    const current = await currentKeys(invocation);
    try {
      return await current(header, token);
    } catch (error) {
      if (!(error instanceof JWKSNoMatchingKey)) {
        invocation.note({ keysError: reasonOf(error) });
        throw error;
      }
      if (clockMs() - triedAt < COOLDOWN_MS) throw error;
      return await (await fetchKeys(invocation))(header, token);
    }
  };
  return { algorithms: [...ALGORITHMS, ...EDWARDS], keyFor, refusal: keysRefusal };
}

function readKeySet({ status, text }: { readonly status: number; readonly text: string }): JWTVerifyGetKey {
  if (status !== 200) throw new NetworkError(`HTTP_${status}`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // Without JSON.parse's message, which quotes the text.
    throw new NetworkError("NOT_JSON");
  }
  return createLocalJWKSet(Object(json));
}
