import { randomBytes } from "node:crypto";
import type { Policy } from "../cam/policy.ts";

/** A temporary credential that STS has handed out and COS will be shown. */
export interface TemporaryCredential {
  readonly tmpSecretId: string;
  readonly tmpSecretKey: string;
  readonly token: string;
  /** Unix seconds. */
  readonly issuedTime: number;
  /** Unix seconds; refused from this second on. */
  readonly expiredTime: number;
  /** What the holder may do; undefined for a credential that its role alone limits. */
  readonly policy: Policy | undefined;
}

/** What STS and COS both know: every credential handed out since the start. */
export class CredentialStore {
  readonly #bySecretId = new Map<string, TemporaryCredential>();

  /** Hands out a new credential that lives for `durationSeconds` from `nowSeconds` (Unix seconds). */
  issue(policy: Policy | undefined, durationSeconds: number, nowSeconds: number): TemporaryCredential {
    const credential: TemporaryCredential = {
      tmpSecretId: `AKID${randomBytes(24).toString("base64url")}`,
      tmpSecretKey: randomBytes(32).toString("base64"),
      token: randomBytes(180).toString("base64url"),
      issuedTime: nowSeconds,
      expiredTime: nowSeconds + durationSeconds,
      policy,
    };
    this.#bySecretId.set(credential.tmpSecretId, credential);
    return credential;
  }

  find(tmpSecretId: string): TemporaryCredential | undefined {
    return this.#bySecretId.get(tmpSecretId);
  }
}
