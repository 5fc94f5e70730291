import { membersOf } from "../../json/read-json.ts";
import { CosError } from "../http/errors.ts";

/** One condition on a form field: the whole value, or how it begins. */
export interface PostCondition {
  readonly match: "eq" | "starts-with";
  /** The field's name in lower case. */
  readonly field: string;
  readonly value: string;
}

/** The policy of a POST Object form. */
export interface PostPolicy {
  /** The policy's text, of which the SHA-1 is signed. */
  readonly text: Buffer;
  /** Milliseconds since the Unix epoch. */
  readonly expiration: number;
  readonly conditions: readonly PostCondition[];
  /** content-length-range: the smallest and largest file in bytes. */
  readonly lengthRange: { readonly min: number; readonly max: number } | undefined;
}

/** Fields for which a condition may fix the beginning or the whole value; x-cos-meta-* too. */
const BY_PREFIX: ReadonlySet<string> = new Set([
  "acl",
  "key",
  "cache-control",
  "content-type",
  "content-disposition",
  "content-encoding",
  "expires",
  "success_action_redirect",
]);

/**
 * Fields for which a condition may fix only the whole value; x-cos-* too. Content-MD5 is a form field of POST Object
 * that the table of conditions does not list; it is allowed here, since nothing says that COS refuses it.
 */
const BY_VALUE: ReadonlySet<string> = new Set([
  "bucket",
  "success_action_status",
  "content-md5",
  "q-sign-algorithm",
  "q-ak",
  "q-sign-time",
]);

const REQUIRED = ["q-sign-algorithm", "q-ak", "q-sign-time"] as const;

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const ISO_8601_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z$/;

/**
 * Reads the `policy` field. Source: https://cloud.tencent.com/document/product/436/14690, "signature protection".
 *
 * @throws {CosError} InvalidPolicyDocument with COS's message for a malformed policy
 */
export function parsePostPolicy(base64: string): PostPolicy {
  if (base64 === "" || !BASE64.test(base64)) throw invalid("the policy is not base64");
  const text = Buffer.from(base64, "base64");
  const policy = object(json(text), "the policy");
  for (const name of policy.keys()) {
    if (name !== "expiration" && name !== "conditions")
      throw invalid(`the policy has the unknown element ${name}`);
  }
  const expiration = policy.get("expiration");
  if (
    typeof expiration !== "string" ||
    !ISO_8601_UTC.test(expiration) ||
    Number.isNaN(Date.parse(expiration))
  ) {
    throw invalid("expiration must be a time such as 2019-08-30T09:38:12.414Z");
  }
  const list = policy.get("conditions");
  if (!Array.isArray(list) || list.length === 0) throw invalid("conditions must be a list that is not empty");

  const conditions: PostCondition[] = [];
  let lengthRange: PostPolicy["lengthRange"];
  for (const item of list) {
    if (Array.isArray(item) && item[0] === "content-length-range") {
      if (lengthRange !== undefined) throw invalid("content-length-range occurs twice");
      lengthRange = parseLengthRange(item);
    } else {
      conditions.push(...parseCondition(item));
    }
  }
  for (const field of REQUIRED) {
    if (!conditions.some((condition) => condition.field === field))
      throw invalid(`the condition ${field} is missing`);
  }
  return { text, expiration: Date.parse(expiration), conditions, lengthRange };
}

function parseCondition(item: unknown): PostCondition[] {
  if (!Array.isArray(item)) {
    return [...object(item, "a condition")].map(([name, value]) => condition("eq", name, value));
  }
  const [match, field, value] = item;
  if (item.length !== 3 || (match !== "eq" && match !== "starts-with") || typeof field !== "string") {
    throw invalid('a condition in brackets must be ["eq" or "starts-with", "$field", value]');
  }
  if (!field.startsWith("$")) throw invalid(`the condition's field ${field} must begin with $`);
  return [condition(match, field.slice(1), value)];
}

function condition(match: "eq" | "starts-with", name: string, value: unknown): PostCondition {
  if (typeof value !== "string") throw invalid(`the condition on ${name} must have a string as its value`);
  const field = name.toLowerCase();
  const byPrefix = BY_PREFIX.has(field) || field.startsWith("x-cos-meta-");
  const byValue = byPrefix || BY_VALUE.has(field) || field.startsWith("x-cos-");
  if (!byValue) throw invalid(`a condition on the field ${name} is not supported`);
  if (match === "starts-with" && !byPrefix)
    throw invalid(`the field ${name} can only be matched by its whole value`);
  return { match, field, value };
}

function parseLengthRange(item: readonly unknown[]): { min: number; max: number } {
  const [, min, max] = item;
  if (item.length !== 3 || !isSize(min) || !isSize(max) || min > max) {
    throw invalid('content-length-range must be ["content-length-range", smallest, largest]');
  }
  return { min, max };
}

function isSize(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function json(text: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text));
  } catch {
    throw invalid("the policy is not JSON");
  }
}

function object(value: unknown, what: string): Map<string, unknown> {
  const members = membersOf(value);
  if (members === undefined) throw invalid(`${what} must be an object`);
  return members;
}

function invalid(reason: string): CosError {
  return new CosError(
    "InvalidPolicyDocument",
    "You must provide condition if you specify a policy in post object request.",
    { reason },
  );
}
