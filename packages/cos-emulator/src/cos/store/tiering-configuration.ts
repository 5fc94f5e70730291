import { type CosError, invalidArgument } from "../http/errors.ts";
import { childrenOf, listOf, textOf } from "../xml/fields.ts";
import { malformedXml, parseXml, xmlField } from "../xml/parse-xml.ts";
import { type XmlNode, xmlDocument } from "../xml/xml.ts";

/** When objects of INTELLIGENT_TIERING change their tier (https://cloud.tencent.com/document/product/436/48348). */
export interface TieringConfiguration {
  readonly id: string;
  /** The XML, as received. */
  readonly text: string;
  /** The content of its root. */
  readonly node: XmlNode;
  readonly status: string;
  /** Of its first tier. */
  readonly days: string;
}

/** The id of the rule for the tier of infrequent access; the other rules are for archives. */
export const DEFAULT_TIERING = "default";

const DEFAULT_DAYS: ReadonlySet<string> = new Set(["30", "60", "90"]);
const ARCHIVE_TIERS: ReadonlySet<string> = new Set(["ARCHIVE_ACCESS", "DEEP_ARCHIVE_ACCESS"]);

/**
 * Reads one of a bucket's rules.
 *
 * @throws {CosError} MalformedXML, InvalidArgument
 */
export function parseTieringConfiguration(text: string): TieringConfiguration {
  const root = parseXml(text, "IntelligentTieringConfiguration", new Set());
  const id = textOf(root, "Id");
  if (id === undefined) throw malformedXml("it has no Id");
  if (!/^[\w.-]+$/.test(id))
    throw invalid("Id may contain only letters, digits, hyphens, underscores and dots");
  const tiers = listOf(root, "Tiering");
  if (tiers.length === 0) throw malformedXml("it has no Tiering");
  const [days = ""] = tiers.map((tier) => readDays(tier, id));
  return { id, text, node: childrenOf(root), status: readStatus(root), days };
}

/**
 * Reads the rule for infrequent access in its older form, without an id. On the page, RequestFrequent can only be 1.
 *
 * @throws {CosError} MalformedXML, InvalidArgument
 */
export function readDefaultTiering(text: string): TieringConfiguration {
  const root = parseXml(text, "IntelligentTieringConfiguration", new Set());
  const transition = xmlField(root, "Transition");
  if (transition === undefined) throw malformedXml("it has no Transition");
  const frequent = textOf(transition, "RequestFrequent") ?? "1";
  if (frequent !== "1") throw invalid("RequestFrequent must be 1");
  const Days = textOf(transition, "Days") ?? "30";
  const Tiering = { AccessTier: "INFREQUENT", Days, RequestFrequent: frequent };
  const rule = { Id: DEFAULT_TIERING, Status: readStatus(root), Tiering };
  return parseTieringConfiguration(xmlDocument({ IntelligentTieringConfiguration: rule }));
}

function readStatus(root: unknown): string {
  const status = textOf(root, "Status");
  if (status === "Enabled" || status === "Suspended") return status;
  throw malformedXml("Status must be Enabled or Suspended");
}

function readDays(tier: unknown, id: string): string {
  const days = textOf(tier, "Days") ?? "";
  const accessTier = textOf(tier, "AccessTier") ?? "";
  if (id === DEFAULT_TIERING) {
    if (accessTier !== "INFREQUENT") throw invalid("AccessTier of the rule default must be INFREQUENT");
    if (!DEFAULT_DAYS.has(days))
      throw invalid(`Days of the rule default must be one of ${[...DEFAULT_DAYS].join(", ")}`);
    return days;
  }
  if (!ARCHIVE_TIERS.has(accessTier)) throw invalid(`AccessTier must be ${[...ARCHIVE_TIERS].join(" or ")}`);
  if (!/^[1-9]\d{0,3}$/.test(days)) throw invalid("Days must be a whole number, at least 1");
  return days;
}

function invalid(reason: string): CosError {
  return invalidArgument(`the intelligent tiering: ${reason}`);
}
