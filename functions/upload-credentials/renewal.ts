import { createHmac, timingSafeEqual } from "node:crypto";
import type { Caller } from "../../shared/auth/caller.ts";
import type { FileToUpload } from "../../shared/upload/file.ts";

/** What of the caller's wishes storage can enforce on an upload in parts. */
export type Pinned = Pick<FileToUpload["pinned"], "type" | "size">;

/** An upload as it was begun: what every later credential for it holds to. */
export interface Begun {
  readonly key: string;
  readonly ruleName: string;
  readonly pinned: Pinned;
  /** Until when credentials for it are renewed; Unix seconds. */
  readonly renewableUntil: number;
}

/** Proof that a caller began an upload. */
export interface Renewals {
  /** How long an upload may be renewed, in seconds from its beginning. */
  readonly seconds: number;
  /** The proof to hand out, good for this caller, this key and this rule. */
  proofFor(begun: Begun, caller: Caller): string;
  /** What was begun, by a proof of ours; undefined for any other. Whether it has ended is for the caller to look at. */
  read(proof: string, key: string, ruleName: string, caller: Caller): Begun | undefined;
}

/**
 * A proof holds what was begun, and an HMAC over that, so that nothing needs to be stored, and one proof cannot be made
 * from another. A renewed credential comes with the proof that it was asked with: its end does not move.
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
