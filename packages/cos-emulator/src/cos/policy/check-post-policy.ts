import type { EmulatorCause } from "../../../../cos-explain/src/index.ts";
import { unixSeconds } from "../../cloud/clock.ts";
import { CosError } from "../http/errors.ts";
import type { CosService } from "../store/service.ts";
import type { PostCondition, PostPolicy } from "./post-policy.ts";

/** Replaces a value that must not appear in a log. */
const HIDDEN = "***";

/**
 * Checks a form against its policy, except for the file's size. Every field that the policy names, except `bucket`,
 * must be in the form; fields that it does not name are free.
 *
 * Source: https://cloud.tencent.com/document/product/436/14690; the messages and the order (the policy's time, then
 * its conditions, then the signature) from https://www.tencentcloud.com/document/product/436/41164, where a wrong q-ak
 * fails its condition and is not an unknown key.
 *
 * @param fields names in lower case, with `key` as it will be stored
 * @throws {CosError} AccessDenied
 */
export function checkPostPolicy(
  service: CosService,
  policy: PostPolicy,
  fields: ReadonlyMap<string, string>,
): void {
  if (service.clock() >= policy.expiration) {
    const now = unixSeconds(service.clock);
    const expiration = Math.floor(policy.expiration / 1000);
    throw new CosError(
      "AccessDenied",
      `You post object request has been expired, expiration time: ${expiration} but the time now : ${now}`,
      { cause: { kind: "post-policy-expired", expiration, now } },
    );
  }
  for (const condition of policy.conditions) {
    const given = condition.field === "bucket" ? service.bucket.name : fields.get(formField(condition.field));
    if (given !== undefined && holds(condition, given, service)) continue;
    throw new CosError(
      "AccessDenied",
      `Condition key ${condition.field} doesn't match the value ${condition.value}`,
      { cause: conditionCause(condition, given) },
    );
  }
}

function holds({ match, field, value }: PostCondition, given: string, { leniency }: CosService): boolean {
  if (match === "eq") return given === value;
  if (given.startsWith(value)) return true;
  // `image/*` in Tencent's cos-demo and on 436/104266, although 436/14690 has only prefixes.
  const isFamily = formField(field) === "content-type" && value.endsWith("/*");
  if (!isFamily || leniency.policy === undefined || !given.startsWith(value.slice(0, -1))) return false;
  leniency.policy(
    `the policy's ["starts-with", "$Content-Type", ${JSON.stringify(value)}] was read as ${JSON.stringify(value.slice(0, -1))}; leave out the * (https://cloud.tencent.com/document/product/436/14690)`,
  );
  return true;
}

function conditionCause({ match, field, value }: PostCondition, given: string | undefined): EmulatorCause {
  const isSecret = field === "x-cos-security-token";
  return {
    kind: "post-condition",
    field: formField(field),
    match,
    wanted: isSecret ? HIDDEN : value,
    ...(given !== undefined && { received: isSecret ? HIDDEN : given }),
  };
}

/** The policy calls KeyTime q-sign-time, the form q-key-time. */
function formField(condition: string): string {
  return condition === "q-sign-time" ? "q-key-time" : condition;
}

/**
 * content-length-range, https://cloud.tencent.com/document/product/436/39963. Two of Tencent's pages differ on
 * the answer to a file that is too large: 400 EntityTooLarge (436/41164), which is used here, or 403 (436/104266);
 * clients must understand both.
 *
 * @param size the file's size in bytes
 * @throws {CosError} EntityTooLarge or EntityTooSmall
 */
export function checkLengthRange(policy: PostPolicy | undefined, size: number): void {
  const range = policy?.lengthRange;
  if (range === undefined || (size >= range.min && size <= range.max)) return;
  throw outOfRange(size > range.max ? "EntityTooLarge" : "EntityTooSmall", range);
}

/** The refusal of a file whose size is outside content-length-range. */
export function outOfRange(
  code: "EntityTooLarge" | "EntityTooSmall",
  range: { readonly min: number; readonly max: number },
): CosError {
  return new CosError(code, "Condition key content-length-range doesn't match the value", {
    cause: { kind: "length-range", min: range.min, max: range.max },
  });
}
