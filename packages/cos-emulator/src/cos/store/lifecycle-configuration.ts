import { CosError, invalidArgument } from "../http/errors.ts";
import { listOf, textOf } from "../xml/fields.ts";
import { malformedXml, parseXml, xmlField } from "../xml/parse-xml.ts";
import { readStorageClass } from "./storage-class.ts";
import type { Tag } from "./tags.ts";

/** A bucket's lifecycle rules (https://cloud.tencent.com/document/product/436/8280). */
export interface LifecycleConfiguration {
  /** The XML, as it was put. */
  readonly text: string;
  readonly rules: readonly LifecycleRule[];
}

export interface LifecycleRule {
  readonly isEnabled: boolean;
  readonly prefix: string;
  /** An object must have all of them. */
  readonly tags: readonly Tag[];
  /** When an object expires. */
  readonly expiration: Due | undefined;
  /** Whether to remove a delete marker that is all that is left of a key. */
  readonly removesLoneMarkers: boolean;
  readonly transitions: readonly (Due & { readonly storageClass: string })[];
  /** How many days after it was replaced or deleted a version expires. */
  readonly noncurrentDays: number | undefined;
  readonly noncurrentTransitions: readonly { readonly days: number; readonly storageClass: string }[];
  /** How many days after it began a multipart upload is aborted. */
  readonly abortDays: number | undefined;
}

/** Days after an object was stored, or a time in milliseconds since the Unix epoch. */
export type Due = { readonly days: number } | { readonly time: number };

const MAX_RULES = 1000;
const MAX_ID_CHARACTERS = 255;
/** Of an expiration, and of a noncurrent version's. */
const MAX_DAYS = 3650;
const MAX_TAGS = 10;

const RULE = "LifecycleConfiguration.Rule";
const LISTS: ReadonlySet<string> = new Set([
  RULE,
  `${RULE}.Transition`,
  `${RULE}.NoncurrentVersionTransition`,
  `${RULE}.Filter.And.Tag`,
]);

/** @throws {CosError} MalformedXML, InvalidArgument */
export function parseLifecycleConfiguration(text: string): LifecycleConfiguration {
  const list = xmlField(parseXml(text, "LifecycleConfiguration", LISTS), "Rule");
  if (!Array.isArray(list)) throw malformedXml("it has no Rule");
  if (list.length > MAX_RULES) throw invalid(`there are more than ${MAX_RULES} rules`);
  const ids = list.flatMap((rule: unknown) => textOf(rule, "ID") ?? []);
  if (ids.some((id) => id.length > MAX_ID_CHARACTERS)) {
    throw invalid(`an ID has more than ${MAX_ID_CHARACTERS} characters`);
  }
  if (new Set(ids).size < ids.length) {
    const message = "Rule ID must be unique. Found same ID for more than one rule";
    throw new CosError("InvalidArgument", message, { reason: "the lifecycle: an ID occurs twice" });
  }
  return { text, rules: list.map(readRule) };
}

function readRule(rule: unknown): LifecycleRule {
  const status = textOf(rule, "Status");
  if (status !== "Enabled" && status !== "Disabled") throw malformedXml("Status must be Enabled or Disabled");
  const filter = xmlField(rule, "Filter");
  const all = xmlField(filter, "And") ?? filter;
  const tags = xmlField(all, "Tag");
  const expiration = xmlField(rule, "Expiration");
  const removesLoneMarkers = textOf(expiration, "ExpiredObjectDeleteMarker") === "true";
  const noncurrent = xmlField(rule, "NoncurrentVersionExpiration");
  const abort = xmlField(rule, "AbortIncompleteMultipartUpload");
  const read: LifecycleRule = {
    isEnabled: status === "Enabled",
    prefix: textOf(all, "Prefix") ?? textOf(rule, "Prefix") ?? "",
    tags: (Array.isArray(tags) ? tags : [tags]).flatMap((tag: unknown) =>
      tag === undefined ? [] : { key: textOf(tag, "Key") ?? "", value: textOf(tag, "Value") ?? "" },
    ),
    expiration: expiration === undefined || removesLoneMarkers ? undefined : readDue(expiration, 1, MAX_DAYS),
    removesLoneMarkers,
    transitions: listOf(rule, "Transition").map((item) => ({ ...readDue(item, 0), ...readClass(item) })),
    noncurrentDays:
      noncurrent === undefined ? undefined : readDays(noncurrent, "NoncurrentDays", 1, MAX_DAYS),
    noncurrentTransitions: listOf(rule, "NoncurrentVersionTransition").map((item) => ({
      days: readDays(item, "NoncurrentDays", 0),
      ...readClass(item),
    })),
    abortDays: abort === undefined ? undefined : readDays(abort, "DaysAfterInitiation", 1),
  };
  const { transitions, noncurrentTransitions, noncurrentDays, abortDays } = read;
  const actions = [read.expiration, noncurrentDays, abortDays, ...transitions, ...noncurrentTransitions];
  if (!removesLoneMarkers && actions.every((action) => action === undefined)) {
    throw malformedXml("a Rule has no action, such as Expiration");
  }
  const dues = [read.expiration, ...transitions].filter((due) => due !== undefined);
  if (dues.some((due) => "days" in due) && dues.some((due) => "time" in due)) {
    throw malformedXml("Days and Date cannot be used in the same Rule");
  }
  if (read.tags.length > MAX_TAGS) throw invalid(`there are more than ${MAX_TAGS} tags`);
  return read;
}

function readDue(action: unknown, least: number, most?: number): Due {
  const date = textOf(action, "Date");
  if (date === undefined) return { days: readDays(action, "Days", least, most) };
  if (xmlField(action, "Days") !== undefined) throw malformedXml("Days and Date cannot be used together");
  const time = Date.parse(date);
  if (Number.isNaN(time)) throw invalid(`Date ${JSON.stringify(date)} is not a time`);
  return { time };
}

function readDays(action: unknown, name: string, least: number, most = Number.POSITIVE_INFINITY): number {
  const text = textOf(action, name) ?? "";
  const days = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (days < least) throw invalid(`${name} must be a whole number, at least ${least}`);
  if (days > most) throw invalid(`${name} must be at most ${most}`);
  return days;
}

/** STANDARD is accepted, though no rule moves an object there: cos-go-sdk-v5's and cos-cpp-sdk-v5's own tests put it. */
function readClass(action: unknown): { readonly storageClass: string } {
  const text = textOf(action, "StorageClass") ?? "";
  const storageClass = readStorageClass(text);
  if (storageClass !== undefined) return { storageClass };
  throw invalid(`StorageClass ${JSON.stringify(text)} is not one of COS's`);
}

function invalid(reason: string): CosError {
  return invalidArgument(`the lifecycle: ${reason}`);
}
