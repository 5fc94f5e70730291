import type { CauseOfKind } from "../../../cos-explain/src/index.ts";

/** One condition of a statement: `numeric_less_than_equal: { "cos:content-length": 5 }` is one. */
export interface Condition {
  /** The operator in lower case without its `_if_exist` ending. */
  readonly operator: string;
  /** Whether the condition holds when the request lacks the key (`…_if_exist`). */
  readonly ifExist: boolean;
  readonly key: string;
  /** Any of these may match. */
  readonly values: readonly string[];
}

/** One statement of a CAM policy. All of its conditions must hold for it to apply. */
export interface Statement {
  /** Whom it applies to, such as `qcs::cam::anyone:anyone`; in a bucket policy only. */
  readonly principals?: readonly string[];
  readonly effect: "allow" | "deny";
  /** Action patterns such as `name/cos:PutObject`; `*` matches any run of characters. */
  readonly actions: readonly string[];
  /** Six-part resource patterns; `*` matches any run of characters. */
  readonly resources: readonly string[];
  readonly conditions: readonly Condition[];
}

/** A CAM policy, parsed. */
export interface Policy {
  readonly version: "2.0";
  readonly statements: readonly Statement[];
}

/** What a request wants to do, in CAM's terms. */
export interface AccessRequest {
  /** Such as `name/cos:PutObject`. */
  readonly action: string;
  /** Such as `qcs::cos:ap-guangzhou:uid/1250000000:uploads-1250000000/a/b.jpg`. */
  readonly resource: string;
  /** The condition keys that this request has, such as `cos:content-length` → `"1024"`. */
  readonly keys: ReadonlyMap<string, string>;
}

/** Why a policy does not allow a request. */
export type PolicyCause = CauseOfKind<
  "action-not-allowed" | "resource-not-allowed" | "condition-not-met" | "nothing-allowed" | "denied"
>;

/** Allowed, or refused with the part of the policy that failed. */
export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly cause: PolicyCause };
