import { createHmac, timingSafeEqual, webcrypto } from "node:crypto";

type KeyAlgorithm =
  | webcrypto.HmacImportParams
  | webcrypto.RsaHashedImportParams
  | webcrypto.EcKeyImportParams;
type Key = HmacKey | webcrypto.CryptoKey;

/**
 * What jose gets in the bundle for the global `crypto` (see tools/build.ts): WebCrypto, but that an HMAC is computed
 * at once, by node:crypto. WebCrypto hands it to a thread, which costs more than all else that a token needs, and
 * the first one milliseconds; and Node 18 has no such global.
 */
export const crypto = {
  subtle: {
    /** jose imports the bytes of an HMAC's key as `raw`, and every public key as `jwk`. */
    async importKey(
      _format: "raw" | "jwk",
      key: Uint8Array | webcrypto.JsonWebKey,
      algorithm: KeyAlgorithm,
      extractable: boolean,
      usages: webcrypto.KeyUsage[],
    ): Promise<Key> {
      return key instanceof Uint8Array
        ? new HmacKey(key, algorithm, usages)
        : await webcrypto.subtle.importKey("jwk", key, algorithm, extractable, usages);
    },

    async sign(algorithm: webcrypto.Algorithm, key: Key, data: Uint8Array): Promise<Uint8Array> {
      if (key instanceof HmacKey) return key.sign(data);
      return new Uint8Array(await webcrypto.subtle.sign(algorithm, key, data));
    },

    async verify(
      algorithm: webcrypto.Algorithm,
      key: Key,
      signature: Uint8Array,
      data: Uint8Array,
    ): Promise<boolean> {
      if (!(key instanceof HmacKey)) return await webcrypto.subtle.verify(algorithm, key, signature, data);
      const expected = key.sign(data);
      return signature.length === expected.length && timingSafeEqual(signature, expected);
    },
  },
};

/** As much of a CryptoKey as jose looks at. */
class HmacKey {
  readonly algorithm: { readonly name: string; readonly hash: { readonly name: string } };
  readonly usages: readonly webcrypto.KeyUsage[];
  readonly #secret: Uint8Array;

  constructor(secret: Uint8Array, algorithm: KeyAlgorithm, usages: readonly webcrypto.KeyUsage[]) {
    const hash = "hash" in algorithm && typeof algorithm.hash === "string" ? algorithm.hash : "";
    this.algorithm = { name: algorithm.name, hash: { name: hash } };
    this.usages = usages;
    this.#secret = secret;
  }

  sign(data: Uint8Array): Buffer {
    return createHmac(this.algorithm.hash.name.replace("-", ""), this.#secret).update(data).digest();
  }
}
