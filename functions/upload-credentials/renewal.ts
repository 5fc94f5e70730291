import { createHmac, timingSafeEqual } from "node:crypto";
import type { Caller } from "../../shared/auth/authorize.ts";

/** Proof that a caller was given a key to upload to. */
export interface Renewals {
  /** The proof to hand out with a key: good for this caller, this key and this rule. */
  proofFor(key: string, ruleName: string, caller: Caller): string;
  accepts(proof: string, key: string, ruleName: string, caller: Caller): boolean;
}

/** A proof is an HMAC, so that nothing needs to be stored, and one proof cannot be made from another. */
export function renewals(secret: string): Renewals {
  const proofFor = (key: string, ruleName: string, { user = "" }: Caller) =>
    createHmac("sha256", secret)
      .update(JSON.stringify(["renewal", key, ruleName, user]))
      .digest("base64url");
  return {
    proofFor,
    accepts(proof, key, ruleName, caller) {
      const given = Buffer.from(proof);
      const expected = Buffer.from(proofFor(key, ruleName, caller));
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}
