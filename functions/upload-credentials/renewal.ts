import { createHmac, timingSafeEqual } from "node:crypto";
import type { Caller } from "../../shared/auth/caller.ts";
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
 * A proof holds what was begun and an HMAC over it, so nothing needs to be stored and no proof can be made
 * from another. A renewed credential comes with the same proof that it was asked for with: the end does not move.
 */
export function renewals(secret: string, seconds: number): Renewals {
  const seal = (claims: string, key: string, ruleName: string, { user = "" }: Caller) =>
    createHmac("sha256", secret)
      .update(JSON.stringify(["renewal", key, ruleName, user, claims]))
      .digest("base64url");
  return {
    seconds,
    proofFor({ key, ruleName, pinned, renewableUntil }, caller) {
      const claims = Buffer.from(JSON.stringify({ renewableUntil, pinned })).toString("base64url");
      return `${claims}.${seal(claims, key, ruleName, caller)}`;
    },
    read(proof, key, ruleName, caller) {
      const [claims = "", given = ""] = proof.split(".", 2);
      const expected = Buffer.from(`${claims}.${seal(claims, key, ruleName, caller)}`);
      const whole = Buffer.from(proof);
      if (given === "" || whole.length !== expected.length || !timingSafeEqual(whole, expected))
        return undefined;
      // Sealed, so it is what was written above.
      const { renewableUntil, pinned }: Pick<Begun, "renewableUntil" | "pinned"> = JSON.parse(
        Buffer.from(claims, "base64url").toString("utf8"),
      );
      return { key, ruleName, pinned, renewableUntil };
    },
  };
}
