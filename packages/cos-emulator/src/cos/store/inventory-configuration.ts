import { type CosError, invalidArgument } from "../http/errors.ts";
import { childrenOf, listOf, textOf } from "../xml/fields.ts";
import { malformedXml, parseXml, xmlField } from "../xml/parse-xml.ts";
import type { XmlNode } from "../xml/xml.ts";
import { parseBucketId } from "./bucket-id.ts";

/** A list of a bucket's objects that COS writes (https://cloud.tencent.com/document/product/436/33707). */
export interface InventoryConfiguration {
  readonly id: string;
  /** The XML, as received. */
  readonly text: string;
  /** The content of its root, as returned. */
  readonly node: { readonly [name: string]: XmlNode };
  /** Whether COS writes it only once: it has no schedule. */
  readonly isOnce: boolean;
}

const FREQUENCIES: ReadonlySet<string> = new Set(["Daily", "Weekly", "Monthly"]);
/** The page has only CSV; cos-java-sdk-v5 knows the others, and parquet in lower case. */
const FORMAT = /^(?:CSV|ORC|Parquet)$/i;

/**
 * The names of a list's fields are not checked: COS adds more and more of them. IsEnabled is returned in lower case:
 * cos-go-sdk-v5's own tests put True and expect true.
 *
 * @throws {CosError} MalformedXML, InvalidArgument
 */
export function parseInventoryConfiguration(text: string): InventoryConfiguration {
  const root = parseXml(text, "InventoryConfiguration", new Set());
  const id = textOf(root, "Id");
  if (id === undefined) throw malformedXml("it has no Id");
  if (!/^[\w.-]+$/.test(id))
    throw invalid("Id may contain only letters, digits, hyphens, underscores and dots");
  const versions = textOf(root, "IncludedObjectVersions");
  if (versions !== "All" && versions !== "Current") {
    throw malformedXml("IncludedObjectVersions must be All or Current");
  }
  checkDestination(xmlField(xmlField(root, "Destination"), "COSBucketDestination"));
  const isOnce = xmlField(root, "Schedule") === undefined && xmlField(root, "IsEnabled") === undefined;
  if (!isOnce) checkSchedule(root);
  if (listOf(xmlField(root, "OptionalFields"), "Field").some((field) => typeof field !== "string")) {
    throw malformedXml("a Field is not text");
  }
  const enabled = textOf(root, "IsEnabled");
  const node = { ...childrenOf(root), ...(enabled !== undefined && { IsEnabled: enabled.toLowerCase() }) };
  return { id, text, node, isOnce };
}

function checkDestination(destination: unknown): void {
  if (destination === undefined) throw malformedXml("it has no COSBucketDestination in a Destination");
  const bucket = textOf(destination, "Bucket");
  const format = textOf(destination, "Format");
  if (bucket === undefined) throw malformedXml("its COSBucketDestination has no Bucket");
  if (format === undefined) throw malformedXml("its COSBucketDestination has no Format");
  if (parseBucketId(bucket) === undefined)
    throw invalid("Bucket must be qcs::cos:<Region>::<BucketName-APPID>");
  if (!FORMAT.test(format)) throw invalid("Format must be CSV, ORC or Parquet");
}

function checkSchedule(root: unknown): void {
  const enabled = textOf(root, "IsEnabled");
  if (enabled === undefined || !/^(?:true|false)$/i.test(enabled)) {
    throw malformedXml("IsEnabled must be true or false");
  }
  const frequency = textOf(xmlField(root, "Schedule"), "Frequency");
  if (frequency === undefined) throw malformedXml("it has no Frequency in a Schedule");
  if (!FREQUENCIES.has(frequency)) throw invalid(`Frequency must be one of ${[...FREQUENCIES].join(", ")}`);
}

function invalid(reason: string): CosError {
  return invalidArgument(`the inventory: ${reason}`);
}
