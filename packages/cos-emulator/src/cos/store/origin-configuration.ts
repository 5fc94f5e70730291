import { type CosError, invalidArgument } from "../http/errors.ts";
import { listOf, textOf } from "../xml/fields.ts";
import { malformedXml, parseXml, xmlField } from "../xml/parse-xml.ts";

/** Where COS fetches objects that a bucket does not have (https://cloud.tencent.com/document/product/436/34533). */
export interface OriginConfiguration {
  /** The XML, as received. */
  readonly text: string;
}

const MAX_HOSTS = 10;
const MAX_NEW_HEADERS = 10;

/**
 * HttpRedirectCode is not checked: cos-nodejs-sdk-v5's own tests send two of them for a Mirror, and COS accepts that.
 *
 * @throws {CosError} MalformedXML, InvalidArgument
 */
export function parseOriginConfiguration(text: string): OriginConfiguration {
  const rules = listOf(parseXml(text, "OriginConfiguration", new Set()), "OriginRule");
  if (rules.length === 0) throw malformedXml("it has no OriginRule");
  const priorities = rules.map(readRule);
  if (new Set(priorities).size < priorities.length) throw invalid("a RulePriority occurs twice");
  return { text };
}

/** Checks a rule and returns its priority. */
function readRule(rule: unknown): string {
  const priority = textOf(rule, "RulePriority");
  if (priority === undefined) throw malformedXml("an OriginRule has no RulePriority");
  if (!/^\d{1,9}$/.test(priority)) throw invalid("RulePriority must be a whole number");
  const type = textOf(rule, "OriginType");
  if (type === undefined) throw malformedXml("an OriginRule has no OriginType");
  if (type !== "Mirror" && type !== "Proxy" && type !== "Redirect") {
    throw invalid("OriginType must be Mirror, Proxy or Redirect");
  }
  checkCondition(xmlField(rule, "OriginCondition"), type);
  checkParameter(xmlField(rule, "OriginParameter"));
  checkInfo(xmlField(rule, "OriginInfo"), type);
  return priority;
}

function checkCondition(condition: unknown, type: string): void {
  const status = textOf(condition, "HTTPStatusCode");
  if (status === undefined) throw malformedXml("an OriginCondition has no HTTPStatusCode");
  if (type !== "Redirect" && status !== "404") throw invalid(`HTTPStatusCode of a ${type} must be 404`);
  if (!/^[45](?:\d\d|XX)$/i.test(status)) throw invalid("HTTPStatusCode of a Redirect must be 400 to 599");
}

function checkParameter(parameter: unknown): void {
  if (parameter === undefined) throw malformedXml("an OriginRule has no OriginParameter");
  const protocol = textOf(parameter, "Protocol") ?? "FOLLOW";
  if (!/^(?:HTTP|HTTPS|FOLLOW)$/.test(protocol)) throw invalid("Protocol must be HTTP, HTTPS or FOLLOW");
  for (const name of ["FollowQueryString", "FollowRedirection", "TransparentErrorCode"]) {
    const value = textOf(parameter, name);
    if (value !== undefined && !/^(?:true|false)$/i.test(value))
      throw invalid(`${name} must be true or false`);
  }
  const added = listOf(xmlField(xmlField(parameter, "HttpHeader"), "NewHttpHeaders"), "Header");
  if (added.length > MAX_NEW_HEADERS)
    throw invalid(`NewHttpHeaders has more than ${MAX_NEW_HEADERS} headers`);
}

function checkInfo(info: unknown, type: string): void {
  const hosts = listOf(info, "HostInfo");
  if (hosts.length === 0) throw malformedXml("an OriginInfo has no HostInfo");
  const max = type === "Mirror" ? MAX_HOSTS : 1;
  if (hosts.length > max) throw invalid(`a ${type} has more than ${max} HostInfo`);
  for (const host of hosts) {
    if (textOf(host, "HostName") === undefined) throw malformedXml("a HostInfo has no HostName");
  }
}

function invalid(reason: string): CosError {
  return invalidArgument(`the origin: ${reason}`);
}
