import type { Caller } from "../auth/caller.ts";
import type { BucketConfig } from "../config.ts";
import type { Invocation } from "../entry/invocation.ts";
import type { ServiceError } from "../errors.ts";
import type { NamedRule, Rules } from "../object/rule.ts";
import type { Sts } from "../sts/sts.ts";

/** A file that a caller wants to upload, as the quota counts it. */
export interface Claim {
  /** The key that was made for it, also where it waits for a check under another. */
  readonly key: string;
  readonly rule: NamedRule;
  /** The most that it can have: its size where that is signed, else what its rule allows. */
  readonly bytes: number;
  /** How long new signatures for it are given out, in seconds: an upload in parts can be ended hours after it began. */
  readonly seconds?: number;
  /**
   * Nothing that was signed for it is good for a second upload: of one in parts, COS forgets the parts when they are
   * joined.
   */
  readonly isOnce?: boolean;
}

/** A stored file, as the quota counts it. */
export interface CountedFile {
  /** Of the form that `newKey` makes. */
  readonly key: string;
  /** The user's segment in it. */
  readonly user?: string | undefined;
  /** In bytes. */
  readonly size: number;
  /** By COS's clock; Unix seconds. */
  readonly storedAt: number;
}

/** What is left of the caller's limits after this request. */
export interface Left {
  /** Until midnight in Beijing. */
  readonly files?: number;
  /** Until midnight in Beijing. */
  readonly bytes?: number;
  /** Until the end of the minute. */
  readonly requests?: number;
}

/** What the quota says of a request. */
export type Decision =
  | { readonly kind: "taken"; readonly left: Left }
  | Exceeded
  /** It cannot be told; `lasting` is why, where that stays so until a setting or a policy is corrected. */
  | { readonly kind: "unknown"; readonly error: string; readonly lasting?: ServiceError };

export interface Exceeded {
  readonly kind: "exceeded";
  readonly what: keyof Left;
  /** The rule whose own limit it is; undefined for the limit over all rules. */
  readonly rule: string | undefined;
  readonly limit: number;
  readonly left: Left;
  readonly retryAfterSeconds: number;
}

/** What counts, in whichever store. Nothing here throws: errors of another bundle could not be recognized. */
export interface Counter {
  /** Takes what a request asks for, all or nothing. */
  take(claims: readonly Claim[], caller: Caller, invocation: Invocation): Promise<Decision>;
  /**
   * Counts a request that permits no upload. These have a count of their own, so that a caller who waits for a
   * file, or looks at many, can still upload.
   */
  count(caller: Caller, invocation: Invocation): Promise<Decision>;
  /** Gives back what {@link Counter.take} took for these, since no signature was issued. */
  giveBack(claims: readonly Claim[], caller: Caller, invocation: Invocation): Promise<void>;
  /**
   * Counts a stored file by its size instead of what was taken for it; may be called repeatedly. While its
   * signature can still store something larger, it counts no less than what was taken.
   *
   * @returns false when the store cannot be reached, and the call is to be repeated
   */
  settle(file: CountedFile, invocation: Invocation): Promise<boolean>;
}

/**
 * How much longer than its signature the amount taken for a file is kept, in seconds: STS's clock may differ,
 * and a request that began in its last second continues for a while.
 */
const GRACE_SECONDS = 300;

/**
 * Until when a file may still be written, Unix milliseconds: for as long as the last signature lives.
 *
 * @param now when its signature was asked for
 * @param signatureSeconds the life of a signature, if its rule sets none
 */
export function writableUntil({ seconds = 0, rule }: Claim, now: number, signatureSeconds: number): number {
  return now + (seconds + (rule.signatureSeconds ?? signatureSeconds) + GRACE_SECONDS) * 1000;
}

/** What the function lends to its counter. */
export interface CounterParts {
  readonly rules: Rules;
  readonly bucket: BucketConfig;
  readonly sts: Sts;
  /** The life of a signature in seconds, if the rule sets none. */
  readonly signatureSeconds: number;
}
