import { randomBytes } from "node:crypto";
import type { Rights } from "../cam/rights.ts";

/** How long to remember an expired credential, so that its use is not reported as an unknown key. */
const KEPT_SECONDS = 86_400;

/** A temporary credential that STS has issued, for use with COS. */
export interface TemporaryCredential {
  readonly tmpSecretId: string;
  readonly tmpSecretKey: string;
  readonly token: string;
  /** Unix seconds. */
  readonly issuedTime: number;
  /** Unix seconds; refused from this second on. */
  readonly expiredTime: number;
  /** What the holder may do. */
  readonly rights: Rights;
}

/** Every credential issued since the start, which STS and COS share. */
export class CredentialStore {
  readonly #bySecretId = new Map<string, TemporaryCredential>();

  /** Issues a new credential that is valid for `durationSeconds` from `nowSeconds` (Unix seconds). */
  issue(rights: Rights, durationSeconds: number, nowSeconds: number): TemporaryCredential {
    const credential: TemporaryCredential = {
      tmpSecretId: `AKID${randomBytes(24).toString("base64url")}`,
      tmpSecretKey: randomBytes(32).toString("base64"),
      token: randomBytes(180).toString("base64url"),
      issuedTime: nowSeconds,
      expiredTime: nowSeconds + durationSeconds,
      rights,
    };
    this.#forget(nowSeconds);
    this.#bySecretId.set(credential.tmpSecretId, credential);
    return credential;
  }

  /** Removes those that expired long ago: nobody uses them any more, and an emulator may run for days. */
  #forget(nowSeconds: number): void {
    for (const [secretId, { expiredTime }] of this.#bySecretId) {
      // The oldest come first; most of them expire in the order in which they were issued.
      if (expiredTime > nowSeconds - KEPT_SECONDS) return;
      this.#bySecretId.delete(secretId);
    }
  }

  /** Removes every credential; COS then answers that there is no such key. */
  clear(): void {
    this.#bySecretId.clear();
  }

  find(tmpSecretId: string): TemporaryCredential | undefined {
    return this.#bySecretId.get(tmpSecretId);
  }
}
