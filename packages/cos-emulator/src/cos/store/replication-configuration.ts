import { type CosError, invalidArgument } from "../http/errors.ts";
import { listOf, textOf } from "../xml/fields.ts";
import { malformedXml, parseXml, xmlField } from "../xml/parse-xml.ts";
import { parseBucketId } from "./bucket-id.ts";
import { readStorageClass } from "./storage-class.ts";

/** Which objects are copied to which other bucket (https://cloud.tencent.com/document/product/436/19223). */
export interface ReplicationConfiguration {
  /** The XML, as received. */
  readonly text: string;
}

interface Rule {
  readonly id: string | undefined;
  readonly prefix: string;
  readonly bucket: string;
  readonly priority: string | undefined;
}

const MAX_RULES = 1000;
const MAX_TAGS = 10;

/**
 * Rules without a priority must not have overlapping prefixes if they have the same destination. We found nothing about
 * whether COS checks the destination bucket; the emulator does not, so that it may belong to another emulator. A rule
 * without a prefix is for every object: cos-go-sdk-v5's own tests put one.
 *
 * @throws {CosError} MalformedXML, InvalidArgument
 */
export function parseReplicationConfiguration(text: string): ReplicationConfiguration {
  const root = parseXml(text, "ReplicationConfiguration", new Set());
  // An example in the documentation has one Role for each rule.
  const roles = listOf(root, "Role");
  if (roles.length === 0) throw malformedXml("it has no Role");
  if (!roles.every((role) => /^qcs::cam::uin\/\d+:(?:uin\/\d+|roleName\/[\w+=,.@-]+)$/.test(String(role)))) {
    throw invalid("Role must be qcs::cam::uin/<OwnerUin>:uin/<SubUin>");
  }
  const rules = listOf(root, "Rule").map(readRule);
  if (rules.length === 0) throw malformedXml("it has no Rule");
  if (rules.length > MAX_RULES) throw invalid(`there are more than ${MAX_RULES} rules`);
  checkUnique(
    rules.flatMap(({ id }) => id ?? []),
    "an ID",
  );
  const priorities = rules.flatMap(({ priority }) => priority ?? []);
  checkUnique(priorities, "a Priority");
  if (priorities.length === 0) checkPrefixes(rules);
  else if (priorities.length < rules.length) throw invalid("either every rule must have a Priority or none");
  return { text };
}

function readRule(rule: unknown): Rule {
  const status = textOf(rule, "Status");
  if (status !== "Enabled" && status !== "Disabled") throw malformedXml("Status must be Enabled or Disabled");
  const filter = xmlField(rule, "Filter");
  const all = xmlField(filter, "And") ?? filter;
  const tags = listOf(all, "Tag");
  if (tags.length > MAX_TAGS) throw invalid(`a rule has more than ${MAX_TAGS} tags`);
  const markers = textOf(xmlField(rule, "DeleteMarkerReplication"), "Status") ?? "Enabled";
  if (markers !== "Enabled" && markers !== "Disabled") {
    throw malformedXml("Status of DeleteMarkerReplication must be Enabled or Disabled");
  }
  if (tags.length > 0 && markers === "Enabled") {
    throw invalid("a rule with tags must have DeleteMarkerReplication Disabled");
  }
  const priority = textOf(rule, "Priority");
  if (priority !== undefined && !/^(?:[1-9]\d{0,2}|1000)$/.test(priority)) {
    throw invalid("Priority must be a whole number from 1 to 1000");
  }
  const destination = xmlField(rule, "Destination");
  if (destination === undefined) throw malformedXml("a Rule has no Destination");
  const bucket = textOf(destination, "Bucket");
  if (bucket === undefined) throw malformedXml("a Destination has no Bucket");
  if (parseBucketId(bucket) === undefined)
    throw invalid("Bucket must be qcs::cos:<Region>::<BucketName-APPID>");
  const storageClass = textOf(destination, "StorageClass");
  if (storageClass !== undefined && readStorageClass(storageClass) === undefined) {
    throw invalid(`StorageClass ${JSON.stringify(storageClass)} is not one of COS's`);
  }
  const prefix = textOf(all, "Prefix") ?? textOf(rule, "Prefix") ?? "";
  return { id: textOf(rule, "ID"), prefix, bucket, priority };
}

function checkUnique(values: readonly string[], what: string): void {
  if (new Set(values).size < values.length) throw invalid(`${what} occurs twice`);
}

function checkPrefixes(rules: readonly Rule[]): void {
  const overlap = rules.some((rule, index) =>
    rules.some(
      (other, at) => at !== index && other.bucket === rule.bucket && other.prefix.startsWith(rule.prefix),
    ),
  );
  if (overlap) throw invalid("two rules without a Priority have prefixes that overlap");
}

function invalid(reason: string): CosError {
  return invalidArgument(`the replication: ${reason}`);
}
