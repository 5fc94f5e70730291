import { createHmac, timingSafeEqual, webcrypto } from "node:crypto";

type KeyAlgorithm = webcrypto.Algorithm & { readonly hash?: unknown };
type Usages = webcrypto.KeyUsage[];

/**
 * What jose gets in the bundle for the global `crypto` (see tools/build/bundle.ts): WebCrypto, except that an HMAC is
 * computed at once, by node:crypto. WebCrypto hands it to a thread, which costs more than everything else about a
 * token, and the first one milliseconds; and Node 18 has no such global.
 */
export const crypto = { subtle: { importKey, sign, verify } };

/** jose imports the bytes of an HMAC's key as `raw`, and every public key as `jwk`. */
function importKey(
  format: "raw",
  key: Uint8Array,
  algorithm: KeyAlgorithm,
  extractable: boolean,
  usages: Usages,
): HmacKey;
function importKey(
  format: "jwk",
  key: webcrypto.JsonWebKey,
  algorithm: KeyAlgorithm,
  extractable: boolean,
  usages: Usages,
): Promise<webcrypto.CryptoKey>;
function importKey(
  _format: string,
  key: Uint8Array | webcrypto.JsonWebKey,
  algorithm: KeyAlgorithm,
  extractable: boolean,
  usages: Usages,
) {
  return key instanceof Uint8Array
    ? new HmacKey(key, String(algorithm.hash), usages)
    : webcrypto.subtle.importKey("jwk", key, algorithm, extractable, usages);
}

/** Signing here is always done with a secret. */
function sign(_algorithm: webcrypto.Algorithm, key: HmacKey, data: Uint8Array): Uint8Array {
  return key.sign(data);
}

function verify(
  algorithm: webcrypto.Algorithm,
  key: HmacKey | webcrypto.CryptoKey,
  signature: Uint8Array,
  data: Uint8Array,
): boolean | Promise<boolean> {
  if (!(key instanceof HmacKey)) return webcrypto.subtle.verify(algorithm, key, signature, data);
  const expected = key.sign(data);
  return signature.length === expected.length && timingSafeEqual(signature, expected);
}

/** The parts of a CryptoKey that jose looks at. */
class HmacKey {
  readonly algorithm: { readonly name: "HMAC"; readonly hash: { readonly name: string } };
  readonly usages: Usages;
  readonly #secret: Uint8Array;

  constructor(secret: Uint8Array, hash: string, usages: Usages) {
    this.algorithm = { name: "HMAC", hash: { name: hash } };
    this.usages = usages;
    this.#secret = secret;
  }

  sign(data: Uint8Array): Buffer {
    // OpenSSL's own name, SHA256, is found in a third of the time that WebCrypto's takes.
    return createHmac(this.algorithm.hash.name.replace("-", ""), this.#secret).update(data).digest();
  }
}
