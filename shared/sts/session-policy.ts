import type { BucketConfig } from "../config.ts";
import { isPlainKey } from "../object/object-key.ts";

/** What a temporary credential should allow on one object, or on all that are under a prefix. */
export interface Grant {
  /** The object key, raw; or the prefix, without a slash at its end. */
  readonly key: string;
  /**
   * Says that `key` is a prefix, of everything under it and of a listing of that, of which COS takes the prefix for its
   * resource (https://www.tencentcloud.com/document/product/436/30580). For a credential that stays here.
   */
  readonly isPrefix?: boolean;
  readonly permissions: readonly Permission[];
  /**
   * Says that the temporary credential stays here and signs only this one key. Then a `*` in the key, which CAM
   * reads as a wildcard and cannot escape, gives nobody more.
   */
  readonly credentialStaysHere?: boolean;
}

export interface Permission {
  /** Such as `PutObject`. */
  readonly actions: readonly string[];
  /** Further conditions. */
  readonly condition?: Condition;
}

/**
 * CAM conditions: operator → key → value, or values of which one must match
 * (https://cloud.tencent.com/document/product/598/10608).
 */
export type Condition = Readonly<
  Record<string, Readonly<Record<string, string | number | readonly string[]>>>
>;

interface Statement {
  readonly effect: "allow";
  readonly action: readonly string[];
  readonly resource: readonly string[];
  readonly condition: Condition;
}

/**
 * A session policy. STS forbids `principal` in it (https://cloud.tencent.com/document/product/1312/48195),
 * which is why `getPolicy` of qcloud-cos-sts, which writes one, is not used.
 */
export interface SessionPolicy {
  readonly version: "2.0";
  readonly statement: readonly Statement[];
}

/**
 * Every statement requires HTTPS: a bucket may still answer plain HTTP, where a token could be read on the way
 * (https://cloud.tencent.com/document/product/436/71306).
 */
const SECURE_TRANSPORT = { "cos:secure-transport": "true" };

/** The policy that allows these grants and nothing else. Permissions of one kind share a statement. */
export function sessionPolicy(grants: readonly Grant[], bucket: BucketConfig): SessionPolicy {
  const statements = new Map<unknown, { permission: Permission; resources: string[] }>();
  // An object's own permissions are of different kinds anyway.
  const kindOf = (permission: Permission) => (grants.length > 1 ? JSON.stringify(permission) : permission);
  for (const { key, isPrefix, permissions, credentialStaysHere } of grants) {
    for (const permission of permissions) {
      const kind = kindOf(permission);
      const statement = statements.get(kind) ?? { permission, resources: [] };
      statement.resources.push(resource(key, bucket, credentialStaysHere) + (isPrefix ? "/*" : ""));
      statements.set(kind, statement);
    }
  }
  return {
    version: "2.0",
    statement: [...statements.values()].map(({ permission: { actions, condition }, resources }) => ({
      effect: "allow",
      action: actions.map((action) => `name/cos:${action}`),
      resource: resources,
      condition: { ...condition, bool_equal: { ...condition?.["bool_equal"], ...SECURE_TRANSPORT } },
    })),
  };
}

/**
 * The six-part name of one object. A key is written into it as it is, so a key that could mean more than
 * one object, or look like another in a URL, is the caller's mistake.
 *
 * @throws TypeError for a key that is not plain (see {@link isPlainKey}) or has a `*`.
 */
export function resource(
  key: string,
  { region, appId, bucket }: BucketConfig,
  credentialStaysHere = false,
): string {
  if (!isPlainKey(key) || (key.includes("*") && !credentialStaysHere)) {
    throw new TypeError("An object key that cannot go into a policy.");
  }
  return `qcs::cos:${region}:uid/${appId}:${bucket}/${key}`;
}
