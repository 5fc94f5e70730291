import type { CorsRule } from "../http/cors.ts";
import { type CosError, invalidArgument } from "../http/errors.ts";
import { malformedXml, parseXml, xmlField } from "../xml/parse-xml.ts";

/** https://cloud.tencent.com/document/product/436/8279 */
const MAX_RULES = 100;
const METHODS: ReadonlySet<string> = new Set(["GET", "PUT", "POST", "DELETE", "HEAD"]);

const RULE = "CORSConfiguration.CORSRule";
const LISTS: ReadonlySet<string> = new Set([
  RULE,
  ...["AllowedOrigin", "AllowedMethod", "AllowedHeader", "ExposeHeader"].map((name) => `${RULE}.${name}`),
]);

/** A scheme, a host and perhaps a port. One `*` may stand for anything in any part, as in `*.example.com`. */
const ORIGIN = /^[a-z*][a-z\d+.*-]*:\/\/[^\s/?#@]+$|^[^\s/?#@*]*\*[^\s/?#@]*$/i;

/** A bucket's CORS configuration. */
export interface CorsConfiguration {
  /** The XML, as it was put. */
  readonly text: string;
  readonly rules: readonly CorsRule[];
  /** Whether every answer has `Vary: Origin`, even to a request without an Origin. */
  readonly variesAlways: boolean;
}

/**
 * Reads the body of PUT Bucket cors (https://cloud.tencent.com/document/product/436/8279). An ExposeHeader may be `*`, as
 * in the sample of the PHP SDK (https://cloud.tencent.com/document/product/436/41809) and in its testPutBucketCors.
 *
 * @throws {CosError} MalformedXML, InvalidArgument
 */
export function parseCorsConfiguration(text: string): CorsConfiguration {
  const root = parseXml(text, "CORSConfiguration", LISTS);
  const rules = xmlField(root, "CORSRule");
  if (!Array.isArray(rules)) throw malformedXml("it has no CORSRule");
  if (rules.length > MAX_RULES) throw invalid(`there are more than ${MAX_RULES} rules`);
  return { text, rules: rules.map(readRule), variesAlways: xmlField(root, "ResponseVary") === "true" };
}

function readRule(rule: unknown): CorsRule {
  const allowedOrigins = texts(rule, "AllowedOrigin");
  const allowedMethods = texts(rule, "AllowedMethod");
  if (allowedOrigins.length === 0) throw malformedXml("a CORSRule has no AllowedOrigin");
  if (allowedMethods.length === 0) throw malformedXml("a CORSRule has no AllowedMethod");
  for (const origin of allowedOrigins) {
    if (!ORIGIN.test(origin) || origin.split("*").length > 2) {
      throw invalid(
        `AllowedOrigin ${JSON.stringify(origin)} must be * or an origin such as https://*.example.com`,
      );
    }
  }
  for (const method of allowedMethods) {
    if (!METHODS.has(method))
      throw invalid(`AllowedMethod ${JSON.stringify(method)} must be one of ${[...METHODS].join(", ")}`);
  }
  return {
    allowedOrigins,
    allowedMethods,
    allowedHeaders: texts(rule, "AllowedHeader"),
    exposeHeaders: texts(rule, "ExposeHeader"),
    ...readMaxAge(xmlField(rule, "MaxAgeSeconds")),
  };
}

function texts(rule: unknown, name: string): string[] {
  const values = xmlField(rule, name);
  return Array.isArray(values) ? values.map(String).filter((value) => value !== "") : [];
}

function readMaxAge(value: unknown): Pick<CorsRule, "maxAgeSeconds"> {
  if (value === undefined || value === "") return {};
  if (typeof value !== "string" || !/^\d{1,9}$/.test(value)) throw invalid("MaxAgeSeconds is not a number");
  return { maxAgeSeconds: Number(value) };
}

function invalid(reason: string): CosError {
  return invalidArgument(`the CORS rules: ${reason}`);
}
