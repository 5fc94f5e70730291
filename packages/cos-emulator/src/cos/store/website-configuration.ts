import { type CosError, invalidArgument, notImplemented } from "../http/errors.ts";
import { textOf } from "../xml/fields.ts";
import { malformedXml, parseXml, xmlField } from "../xml/parse-xml.ts";

/** A bucket's static website (https://cloud.tencent.com/document/product/436/31930). */
export interface WebsiteConfiguration {
  /** The XML, as it was put. */
  readonly text: string;
  /** The document for a folder, such as `index.html`. */
  readonly indexSuffix: string;
  /** Whether every HTTP request is redirected to HTTPS. */
  readonly forcesHttps: boolean;
  /** Whether `page` finds `page.html`. */
  readonly addsHtml: boolean;
  readonly errorKey: string | undefined;
  /** Whether the error document is sent with the error's own status instead of 200. */
  readonly keepsStatus: boolean;
  readonly rules: readonly RoutingRule[];
}

export interface RoutingRule {
  readonly when: { readonly prefix: string } | { readonly status: number };
  readonly protocol: "http" | "https" | undefined;
  readonly to: { readonly key: string } | { readonly prefix: string };
}

const MAX_RULES = 100;

/** @throws {CosError} MalformedXML, InvalidArgument; NotImplemented for Charity404 and URLRedirect Disabled */
export function parseWebsiteConfiguration(text: string): WebsiteConfiguration {
  const lists = new Set(["WebsiteConfiguration.RoutingRules.RoutingRule"]);
  const root = parseXml(text, "WebsiteConfiguration", lists);
  const indexSuffix = textOf(xmlField(root, "IndexDocument"), "Suffix");
  if (indexSuffix === undefined) throw malformedXml("it has no IndexDocument with a Suffix");
  if (indexSuffix.includes("/")) throw invalid("Suffix has a slash");
  const error = xmlField(root, "ErrorDocument");
  if (textOf(error, "Charity404") === "Enabled") throw notImplemented("Charity404 of a static website");
  const all = textOf(xmlField(root, "RedirectAllRequestsTo"), "Protocol");
  if (all !== undefined && all !== "https") throw invalid("Protocol of RedirectAllRequestsTo must be https");
  const rules = xmlField(xmlField(root, "RoutingRules"), "RoutingRule") ?? [];
  if (!Array.isArray(rules)) throw malformedXml("RoutingRules has no RoutingRule");
  if (rules.length > MAX_RULES) throw invalid(`there are more than ${MAX_RULES} rules`);
  return {
    text,
    indexSuffix,
    forcesHttps: all === "https",
    addsHtml: textOf(xmlField(root, "AutoAddressing"), "Status") === "Enabled",
    errorKey: textOf(error, "Key"),
    keepsStatus: textOf(error, "OriginalHttpStatus") !== "Disabled",
    rules: rules.map(readRule),
  };
}

function readRule(rule: unknown): RoutingRule {
  const condition = xmlField(rule, "Condition");
  const redirect = xmlField(rule, "Redirect");
  const prefix = textOf(condition, "KeyPrefixEquals");
  const status = textOf(condition, "HttpErrorCodeReturnedEquals");
  if ((prefix === undefined) === (status === undefined)) {
    throw malformedXml("a Condition must have either KeyPrefixEquals or HttpErrorCodeReturnedEquals");
  }
  if (status !== undefined && !/^4\d\d$/.test(status))
    throw invalid("HttpErrorCodeReturnedEquals must be 400 to 499");
  const key = textOf(redirect, "ReplaceKeyWith");
  const newPrefix = textOf(redirect, "ReplaceKeyPrefixWith");
  if ((key === undefined) === (newPrefix === undefined)) {
    throw malformedXml("a Redirect must have either ReplaceKeyWith or ReplaceKeyPrefixWith");
  }
  const protocol = textOf(redirect, "Protocol");
  if (protocol !== undefined && protocol !== "http" && protocol !== "https") {
    throw invalid("Protocol must be http or https");
  }
  if (textOf(redirect, "URLRedirect") === "Disabled")
    throw notImplemented("URLRedirect Disabled of a website");
  return {
    when: prefix === undefined ? { status: Number(status) } : { prefix },
    protocol,
    to: key === undefined ? { prefix: newPrefix ?? "" } : { key },
  };
}

function invalid(reason: string): CosError {
  return invalidArgument(`the website: ${reason}`);
}
