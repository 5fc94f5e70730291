import { type CosError, invalidArgument } from "../http/errors.ts";
import { malformedXml, parseXml, xmlField } from "../xml/parse-xml.ts";

/** A bucket's protection against links from other sites (https://cloud.tencent.com/document/product/436/32492). */
export interface RefererConfiguration {
  /** The XML, as it was put, with the EmptyReferConfiguration that GET always returns (436/32493). */
  readonly text: string;
  readonly isEnabled: boolean;
  readonly isAllowList: boolean;
  /** Beginnings of addresses, such as `*.qq.com` or `www.example.com:8080/path`, without their scheme. */
  readonly domains: readonly string[];
  /** Whether a request without Referer is allowed. */
  readonly takesEmpty: boolean;
}

/** As many as the console allows (https://cloud.tencent.com/document/product/436/13319). */
const MAX_DOMAINS = 10;

const EMPTY_BY_DEFAULT = "<EmptyReferConfiguration>Deny</EmptyReferConfiguration>";

/** @throws {CosError} MalformedXML, InvalidArgument */
export function parseRefererConfiguration(text: string): RefererConfiguration {
  const root = parseXml(text, "RefererConfiguration", new Set(["RefererConfiguration.DomainList.Domain"]));
  const list = xmlField(xmlField(root, "DomainList"), "Domain");
  if (!Array.isArray(list)) throw malformedXml("it has no Domain in a DomainList");
  const domains = list.map((domain: unknown) => String(domain).replace(/^https?:\/\//, ""));
  if (domains.length > MAX_DOMAINS) throw invalid(`there are more than ${MAX_DOMAINS} domains`);
  if (domains.some((domain) => domain === "")) throw invalid("a Domain is empty");
  const isEmptyStated = xmlField(root, "EmptyReferConfiguration") !== undefined;
  return {
    text: isEmptyStated ? text : text.replace(/(?=<\/RefererConfiguration\s*>)/, EMPTY_BY_DEFAULT),
    isEnabled: oneOf(root, "Status", "Enabled", "Disabled") === "Enabled",
    isAllowList: oneOf(root, "RefererType", "White-List", "Black-List") === "White-List",
    domains,
    takesEmpty: oneOf(root, "EmptyReferConfiguration", "Allow", "Deny", "Deny") === "Allow",
  };
}

function oneOf(root: unknown, name: string, yes: string, no: string, byDefault?: string): string {
  const value = xmlField(root, name) ?? byDefault;
  if (value === yes || value === no) return value;
  throw invalid(`${name} must be ${yes} or ${no}`);
}

function invalid(reason: string): CosError {
  return invalidArgument(`the referer rule: ${reason}`);
}
