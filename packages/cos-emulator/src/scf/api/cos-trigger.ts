import type { Bucket } from "../../cloud/account.ts";
import { areInConflict, OBJECT_EVENTS, type ObjectRule } from "../../cloud/object-events.ts";
import { ApiError } from "../../cloud-api/api-error.ts";
import { members, onlyMembers, textMember } from "../../cloud-api/json.ts";
import type { ScfOptions } from "./options.ts";
import { readTriggerDesc } from "./trigger-desc.ts";

/** How many COS triggers a bucket may have (https://cloud.tencent.com/document/product/583/11637). */
const MAX_RULES = 10;

/** A bucket's address, which is the name of its triggers. */
const BUCKET_ADDRESS = /^([a-z0-9][a-z0-9-]*-\d+)\.cos\.([a-z0-9-]+)\.myqcloud\.com$/;

/**
 * The objects and events of a trigger of type cos. Its name is the bucket's address, unless its TriggerDesc has a
 * bucketUrl (https://cloud.tencent.com/document/product/583/39901).
 *
 * @throws {ApiError} InvalidParameterValue.TriggerDesc, InvalidParameterValue.TriggerName
 */
export function readObjectRule(name: string, triggerDesc: string): ObjectRule {
  const desc = readTriggerDesc(triggerDesc);
  onlyMembers(desc, ["event", "filter", "bucketUrl"], "TriggerDesc");
  const event = textMember(desc, "event", "TriggerDesc") ?? "";
  if (!OBJECT_EVENTS.has(event)) {
    throw new ApiError(
      "InvalidParameterValue.TriggerDesc",
      `TriggerDesc.event must be one of ${[...OBJECT_EVENTS].join(", ")}.`,
    );
  }
  const filter = members(desc.get("filter") ?? {}, "TriggerDesc.filter");
  onlyMembers(filter, ["Prefix", "Suffix"], "TriggerDesc.filter");
  const [, bucketName, region] =
    BUCKET_ADDRESS.exec(textMember(desc, "bucketUrl", "TriggerDesc") ?? name) ?? [];
  if (bucketName === undefined || region === undefined) {
    throw new ApiError(
      "InvalidParameterValue.TriggerName",
      "The name of a COS trigger must be <bucket>-<appid>.cos.<region>.myqcloud.com.",
    );
  }
  return {
    bucket: { name: bucketName, region },
    event,
    prefix: textMember(filter, "Prefix", "TriggerDesc.filter") ?? "",
    suffix: textMember(filter, "Suffix", "TriggerDesc.filter") ?? "",
  };
}

/**
 * Refuses a rule that cannot be added to the bucket's.
 *
 * @throws {ApiError} InvalidParameterValue.Cos, LimitExceeded.Trigger, InvalidParameterValue.CosNotifyRuleConflict
 */
export function checkObjectRule(rule: ObjectRule, options: ScfOptions): void {
  const { region, objectEvents } = options;
  const { bucket } = rule;
  if (bucket.region !== region) {
    throw new ApiError(
      "InvalidParameterValue.Cos",
      `The bucket is in ${bucket.region} and the function in ${region}; both must be in the same region.`,
    );
  }
  if (!objectEvents.hasBucket(bucket)) {
    throw new ApiError("InvalidParameterValue.Cos", `The bucket ${bucket.name} does not exist.`);
  }
  const others = objectEvents.subscribers.map((subscriber) => subscriber.rule);
  if (others.filter((other) => isSame(other.bucket, bucket)).length >= MAX_RULES) {
    throw new ApiError("LimitExceeded.Trigger", `A bucket has at most ${MAX_RULES} COS triggers.`);
  }
  if (others.some((other) => areInConflict(rule, other))) {
    throw new ApiError(
      "InvalidParameterValue.CosNotifyRuleConflict",
      "Another COS trigger of the bucket already has this event for these keys.",
    );
  }
}

/** The TriggerDesc in ListTriggers. */
export function objectRuleDesc({ event, prefix, suffix }: ObjectRule): string {
  return JSON.stringify({ event, filter: { Prefix: prefix, Suffix: suffix } });
}

function isSame(a: Bucket, b: Bucket): boolean {
  return a.name === b.name && a.region === b.region;
}
