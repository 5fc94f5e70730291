import { type CosError, invalidArgument } from "../http/errors.ts";
import { listOf, nodeOf, textOf } from "../xml/fields.ts";
import { malformedXml, parseXml, xmlField } from "../xml/parse-xml.ts";
import type { XmlNode } from "../xml/xml.ts";
import { parseBucketId } from "./bucket-id.ts";

/** One list of a bucket's objects that COS makes (https://cloud.tencent.com/document/product/436/33707). */
export interface InventoryConfiguration {
  readonly id: string;
  /** XML, as it came. */
  readonly text: string;
  /** The content of its root. */
  readonly node: XmlNode;
  /** Whether it is made once, at once: it has no schedule. */
  readonly isOnce: boolean;
}

const FREQUENCIES: ReadonlySet<string> = new Set(["Daily", "Weekly", "Monthly"]);
/** The page has CSV alone; cos-java-sdk-v5 knows the others, and parquet in lower case. */
const FORMAT = /^(?:CSV|ORC|Parquet)$/i;

/**
 * The fields of a list are not looked at: COS adds more and more of them.
 *
 * @throws {CosError} MalformedXML, InvalidArgument
 */
export function parseInventoryConfiguration(text: string): InventoryConfiguration {
  const root = parseXml(text, "InventoryConfiguration", new Set());
  const id = textOf(root, "Id");
  if (id === undefined) throw malformedXml("it has no Id");
  if (!/^[\w.-]+$/.test(id)) throw invalid("Id is made of letters, digits, hyphens, underscores and dots");
  const versions = textOf(root, "IncludedObjectVersions");
  if (versions !== "All" && versions !== "Current") {
    throw malformedXml("IncludedObjectVersions is All or Current");
  }
  checkDestination(xmlField(xmlField(root, "Destination"), "COSBucketDestination"));
  const isOnce = xmlField(root, "Schedule") === undefined && xmlField(root, "IsEnabled") === undefined;
  if (!isOnce) checkSchedule(root);
  if (listOf(xmlField(root, "OptionalFields"), "Field").some((field) => typeof field !== "string")) {
    throw malformedXml("a Field is no text");
  }
  return { id, text, node: nodeOf(root), isOnce };
}

function checkDestination(destination: unknown): void {
  if (destination === undefined) throw malformedXml("it has no COSBucketDestination in a Destination");
  const bucket = textOf(destination, "Bucket");
  const format = textOf(destination, "Format");
  if (bucket === undefined) throw malformedXml("its COSBucketDestination has no Bucket");
  if (format === undefined) throw malformedXml("its COSBucketDestination has no Format");
  if (parseBucketId(bucket) === undefined) throw invalid("Bucket is qcs::cos:<Region>::<BucketName-APPID>");
  if (!FORMAT.test(format)) throw invalid("Format is CSV, ORC or Parquet");
}

function checkSchedule(root: unknown): void {
  const enabled = textOf(root, "IsEnabled");
  if (enabled === undefined || !/^(?:true|false)$/i.test(enabled)) {
    throw malformedXml("IsEnabled is true or false");
  }
  const frequency = textOf(xmlField(root, "Schedule"), "Frequency");
  if (frequency === undefined) throw malformedXml("it has no Frequency in a Schedule");
  if (!FREQUENCIES.has(frequency)) throw invalid(`Frequency is ${[...FREQUENCIES].join(", ")}`);
}

function invalid(reason: string): CosError {
  return invalidArgument(`the inventory: ${reason}`);
}
