import { type CosError, invalidArgument } from "../http/errors.ts";
import { malformedXml, parseXml, xmlField } from "../xml/parse-xml.ts";

/** One custom domain of the bucket (https://cloud.tencent.com/document/product/436/41982). */
export interface DomainRule {
  readonly status: "ENABLED" | "DISABLED";
  /** As it was put. */
  readonly name: string;
  readonly type: "REST" | "WEBSITE" | "ACCELERATE";
}

const MAX_DOMAINS = 20;

const NAME = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}$/;

const STATUSES = ["ENABLED", "DISABLED"] as const;
const TYPES = ["REST", "WEBSITE", "ACCELERATE"] as const;

/**
 * Reads the body of PUT Bucket domain. ForcedReplacement, which says how to prove that the caller owns the name, is
 * ignored: nothing has to be proved here.
 *
 * @throws {CosError} MalformedXML, InvalidArgument
 */
export function parseDomainConfiguration(text: string): DomainRule[] {
  const rules = xmlField(
    parseXml(text, "DomainConfiguration", new Set(["DomainConfiguration.DomainRule"])),
    "DomainRule",
  );
  if (!Array.isArray(rules)) throw malformedXml("it has no DomainRule");
  const read = rules.map((rule: unknown) =>
    readDomainRule(xmlField(rule, "Name"), xmlField(rule, "Status"), xmlField(rule, "Type")),
  );
  if (read.length > MAX_DOMAINS) throw invalid(`there are more than ${MAX_DOMAINS} domains`);
  if (new Set(read.map(({ name }) => name.toLowerCase())).size < read.length)
    throw invalid("a Name occurs twice");
  return read;
}

/** Whether a rule is about this domain. DNS names are case-insensitive. */
export function isOf(rule: DomainRule, domain: string): boolean {
  return rule.name.toLowerCase() === domain.toLowerCase();
}

/** @throws {CosError} InvalidArgument */
export function readDomainRule(name: unknown, status: unknown, type: unknown): DomainRule {
  const domain = String(name);
  if (!NAME.test(domain.toLowerCase())) throw invalid(`Name "${domain}" is not a domain name`);
  return { status: oneOf(STATUSES, status, "Status"), name: domain, type: oneOf(TYPES, type, "Type") };
}

function oneOf<T extends string>(allowed: readonly T[], value: unknown, element: string): T {
  const found = allowed.find((item) => item === value);
  if (found === undefined) throw invalid(`${element} must be one of ${allowed.join(", ")}`);
  return found;
}

function invalid(reason: string): CosError {
  return invalidArgument(`the domains: ${reason}`);
}
