import { randomBytes } from "node:crypto";
import type { Rights } from "../cam/rights.ts";

/** How long an ended credential is known, so that its use is told from that of an unknown one. */
const KEPT_SECONDS = 86_400;

/** A temporary credential that STS has handed out and COS will be shown. */
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

/** What STS and COS both know: every credential handed out since the start. */
export class CredentialStore {
  readonly #bySecretId = new Map<string, TemporaryCredential>();

  /** Hands out a new credential that lives for `durationSeconds` from `nowSeconds` (Unix seconds). */
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

  /** Those that ended long ago: nobody asks for them any more, and an emulator may run for days. */
  #forget(nowSeconds: number): void {
    for (const [secretId, { expiredTime }] of this.#bySecretId) {
      // The oldest come first; most of them end in the order in which they were made.
      if (expiredTime > nowSeconds - KEPT_SECONDS) return;
      this.#bySecretId.delete(secretId);
    }
  }

  /** Forgets every credential; its holder is then told that there is no such key. */
  clear(): void {
    this.#bySecretId.clear();
  }

  find(tmpSecretId: string): TemporaryCredential | undefined {
    return this.#bySecretId.get(tmpSecretId);
  }
}
