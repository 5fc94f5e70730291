import { isDeepStrictEqual } from "node:util";
import { check, instance, is, pipe } from "valibot";
import type { BucketConfig } from "../../../shared/config.ts";

/**
 * The statement that forces HTTPS: it denies everything to everyone over plain HTTP
 * (https://cloud.tencent.com/document/product/436/71306). The value is the string "false", not the boolean.
 */
export function forceStatement({ bucket, region, appId }: BucketConfig) {
  return {
    effect: "deny",
    principal: { qcs: ["qcs::cam::anyone:anyone"] },
    action: ["*"],
    resource: [`qcs::cos:${region}:uid/${appId}:${bucket}/*`],
    condition: { bool_equal: { "cos:secure-transport": "false" } },
  };
}

/**
 * Whether a statement is the same as {@link forceStatement}. Its elements may be in another order, their names in another
 * case, a string may replace a list of one, and COS may have added a `sid`. If it contains anything else, it is not the
 * same.
 */
export function isForceStatement(statement: unknown, bucket: BucketConfig): boolean {
  return isDeepStrictEqual(canonical(statement), canonical(forceStatement(bucket)));
}

/** Whether a statement depends on plain HTTP in any way. */
export function mentionsTransport(statement: unknown): boolean {
  return JSON.stringify(statement)?.toLowerCase().includes("cos:secure-transport") ?? false;
}

const Mapping = pipe(
  instance(Object),
  check((value) => !Array.isArray(value)),
);

function canonical(statement: unknown): unknown {
  if (!is(Mapping, statement)) return statement;
  const elements = Object.entries(statement).map(([name, value]): [string, unknown] => [
    name.toLowerCase(),
    value,
  ]);
  return new Map(
    elements
      .filter(([name]) => name !== "sid")
      .map(([name, value]) => [
        name,
        name === "effect" && typeof value === "string" ? value.toLowerCase() : listed(value),
      ]),
  );
}

/** Replaces every single value by a list of one, which means the same. */
function listed(value: unknown): unknown {
  if (Array.isArray(value)) return value;
  if (!is(Mapping, value)) return [value];
  return new Map(Object.entries(value).map(([name, item]) => [name, listed(item)]));
}
