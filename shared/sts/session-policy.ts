import type { BucketConfig } from "../config.ts";

/** What a temporary credential is to allow: one action on one object. */
export interface Grant {
  /** Such as `PutObject`. */
  readonly action: string;
  /** The object key, raw. */
  readonly key: string;
  /** What must hold besides; none when empty. */
  readonly condition?: Condition;
}

/** CAM conditions: operator → key → value (https://cloud.tencent.com/document/product/598/10608). */
export type Condition = Readonly<Record<string, Readonly<Record<string, string | number>>>>;

interface Statement {
  readonly effect: "allow";
  readonly action: readonly string[];
  readonly resource: readonly string[];
  readonly condition?: Condition;
}

/**
 * A session policy. STS forbids `principal` in it (https://cloud.tencent.com/document/product/1312/48195),
 * which is why `getPolicy` of qcloud-cos-sts, which writes one, is not used.
 */
export interface SessionPolicy {
  readonly version: "2.0";
  readonly statement: readonly Statement[];
}

/** The policy that allows these grants and nothing else. Grants of one kind share a statement. */
export function sessionPolicy(grants: readonly Grant[], bucket: BucketConfig): SessionPolicy {
  const statements = new Map<string, { grant: Grant; resources: string[] }>();
  for (const grant of grants) {
    const kind = JSON.stringify([grant.action, grant.condition]);
    const statement = statements.get(kind) ?? { grant, resources: [] };
    statement.resources.push(resource(grant.key, bucket));
    statements.set(kind, statement);
  }
  return {
    version: "2.0",
    statement: [...statements.values()].map(({ grant, resources }) => ({
      effect: "allow",
      action: [`name/cos:${grant.action}`],
      resource: resources,
      ...(grant.condition !== undefined && { condition: grant.condition }),
    })),
  };
}

/**
 * The six-part name of one object. A key is written into it as it is, so one that would mean more than
 * one object, or could not be told from another in a URL, is a fault of the caller's.
 *
 * @throws TypeError for an empty key, `*`, a control character, a lone surrogate or a leading slash.
 */
export function resource(key: string, { region, appId, bucket }: BucketConfig): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (key === "" || key.startsWith("/") || /[*\u0000-\u001f\u007f\p{Surrogate}]/u.test(key)) {
    throw new TypeError("An object key that cannot stand in a policy.");
  }
  return `qcs::cos:${region}:uid/${appId}:${bucket}/${key}`;
}
