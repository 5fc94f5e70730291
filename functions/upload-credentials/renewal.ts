import type { Caller } from "../../shared/auth/caller.ts";
import { createSeal } from "../../shared/auth/seal.ts";
import type { FileToUpload } from "../../shared/upload/file.ts";

/** What storage can enforce on an upload in parts, if the caller asks for it. */
export type Pinned = Pick<FileToUpload["pinned"], "type" | "size">;

/** An upload as it was begun; every later credential for it keeps to this. */
export interface Begun {
  readonly key: string;
  readonly ruleName: string;
  readonly pinned: Pinned;
  /** Until when credentials for it are renewed; Unix seconds. */
  readonly renewableUntil: number;
}

/** Proof that a caller began an upload. */
export interface Renewals {
  /** How long an upload may be renewed, in seconds from its start. */
  readonly seconds: number;
  /** The proof to hand out, good for this caller, this key and this rule. */
  proofFor(begun: Begun, caller: Caller): string;
  /** What was begun, from a proof that we made; undefined for any other. The caller checks whether it has ended. */
  read(proof: string, key: string, ruleName: string, caller: Caller): Begun | undefined;
}

/**
 * Proofs for uploads to one bucket: services for several may have the same secret, and other rules and quotas.
 *
 * A proof holds what was begun and an HMAC over it, so nothing needs to be stored and no proof can be made from
 * another. A renewed credential comes with the same proof that was sent to ask for it, so the end does not
 * move.
 */
export function renewals(secret: string, bucket: string, seconds: number): Renewals {
  const seal = createSeal<Pick<Begun, "renewableUntil" | "pinned">>(secret, "renewal");
  const bound = (key: string, ruleName: string, { user = "" }: Caller) => [bucket, key, ruleName, user];
  return {
    seconds,
    proofFor: ({ key, ruleName, pinned, renewableUntil }, caller) =>
      seal.close({ renewableUntil, pinned }, bound(key, ruleName, caller)),
    read(proof, key, ruleName, caller) {
      const claims = seal.open(proof, bound(key, ruleName, caller));
      return claims && { key, ruleName, ...claims };
    },
  };
}
