import { equalInConstantTime } from "../../cloud/constant-time.ts";
import type { TemporaryCredential } from "../../sts/credential-store.ts";
import { CosError } from "../http/errors.ts";
import type { CosAccount } from "../store/service.ts";

/** Who signed a request. */
export type Caller =
  | { readonly kind: "account" }
  | { readonly kind: "temporary"; readonly credential: TemporaryCredential };

/** What is needed to find out who signed. */
export type Keys = Pick<CosAccount, "account" | "credentials" | "clock" | "leniency">;

/** A key that may sign, and for whom. */
export interface KnownKey {
  readonly secretKey: string;
  readonly caller: Caller;
}

/**
 * Finds the key of a q-ak: the account's permanent one, or a temporary one together with its session token.
 *
 * A temporary key is useless without its token, so a missing or foreign token gets the same answer as an unknown key;
 * we could not find out which code COS has for it. A permanent key's token, if any, is ignored.
 *
 * @throws {CosError} InvalidAccessKeyId
 */
export function findKey(service: Keys, secretId: string, token: string | undefined): KnownKey {
  if (secretId === service.account.secretId) {
    return { secretKey: service.account.secretKey, caller: { kind: "account" } };
  }
  const credential = service.credentials.find(secretId);
  if (credential === undefined) throw unknownKey("key-unknown");
  if (token === undefined) throw unknownKey("token-missing");
  if (!equalInConstantTime(token, credential.token)) throw unknownKey("token-foreign");
  return { secretKey: credential.tmpSecretKey, caller: { kind: "temporary", credential } };
}

/**
 * Refuses an expired temporary credential. Called after the check of the signature's own times: a signature that ended
 * with its credential gets "Request has expired", which is what Mini Programs report
 * (https://www.tencentcloud.com/document/product/436/38958).
 *
 * @param nowSeconds Unix seconds
 * @throws {CosError} ExpiredToken
 */
export function checkCredentialTime(caller: Caller, nowSeconds: number): void {
  if (caller.kind === "account" || nowSeconds < caller.credential.expiredTime) return;
  throw new CosError("ExpiredToken", "The provided token has expired.", {
    cause: { kind: "temporary-key-expired", end: caller.credential.expiredTime, now: nowSeconds },
  });
}

function unknownKey(kind: "key-unknown" | "token-missing" | "token-foreign"): CosError {
  return new CosError("InvalidAccessKeyId", "The Access Key Id you provided does not exist in our records.", {
    cause: { kind },
  });
}
