import { PolicyError, parsePolicy } from "../../cam/parse-policy.ts";
import type { Policy } from "../../cam/policy.ts";
import { membersOf } from "../../json/read-json.ts";
import { invalidArgument } from "../http/errors.ts";

/** A bucket's policy: its text, and the parsed form. */
export interface BucketPolicy {
  /** The JSON, as it was put. */
  readonly text: string;
  readonly policy: Policy;
}

/**
 * Reads the body of PUT Bucket policy (https://cloud.tencent.com/document/product/436/8282). Its samples write
 * `Statement`, `Principal`, `Effect` …, CAM's own pages require lower case, and both are in use, so names may be in
 * any case; a `sid` is ignored. We could not find out which code COS has for a policy that it does not accept; the same
 * API for rapid buckets has InvalidArgument (436/139741).
 *
 * @throws {CosError} InvalidArgument
 */
export function parseBucketPolicy(text: string, onLeniency?: (sentence: string) => void): BucketPolicy {
  try {
    const policy = parsePolicy(JSON.stringify(inLowerCase(text)), {
      principal: "required",
      ...(onLeniency && { onLeniency }),
    });
    return { text, policy };
  } catch (error) {
    if (!(error instanceof PolicyError) && !(error instanceof SyntaxError)) throw error;
    throw invalidArgument(
      error instanceof PolicyError ? `the bucket's ${error.message}` : "the bucket's policy is not JSON",
    );
  }
}

function inLowerCase(text: string): unknown {
  const policy = lowerNames(JSON.parse(text));
  const statements = policy.get("statement");
  if (Array.isArray(statements)) policy.set("statement", statements.map(statementInLowerCase));
  else if (membersOf(statements) !== undefined) policy.set("statement", statementInLowerCase(statements));
  return fromMap(policy);
}

function statementInLowerCase(value: unknown): unknown {
  const statement = lowerNames(value);
  statement.delete("sid");
  const effect = statement.get("effect");
  if (typeof effect === "string") statement.set("effect", effect.toLowerCase());
  return fromMap(statement);
}

/** @throws {PolicyError} when it is not an object, or a name occurs twice */
function lowerNames(value: unknown): Map<string, unknown> {
  const members = membersOf(value);
  if (members === undefined) throw new PolicyError("", "and each of its statements must be an object");
  const lower = new Map<string, unknown>();
  for (const [name, item] of members) {
    if (lower.has(name.toLowerCase())) throw new PolicyError(name, "occurs twice");
    lower.set(name.toLowerCase(), item);
  }
  return lower;
}

function fromMap(map: ReadonlyMap<string, unknown>): object {
  return Object.fromEntries(map);
}
