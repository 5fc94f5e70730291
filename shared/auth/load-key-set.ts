import { loadPart } from "../entry/part.ts";
import type { KeySet, remoteKeySet } from "./key-set.ts";

/**
 * The public keys at JWT_JWKS_URL. Their code is in `key-set.js`.
 *
 * @throws ConfigurationError when that file is missing
 */
export function loadKeySet(url: URL): KeySet {
  const part = loadPart(
    "key-set.js",
    "JWT_JWKS_URL is set",
    (): { readonly remoteKeySet: typeof remoteKeySet } => require("./key-set.js"),
  );
  return part.remoteKeySet(url);
}
