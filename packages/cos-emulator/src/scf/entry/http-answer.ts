import { validateHeaderName, validateHeaderValue } from "node:http";
import { membersOf, readJson } from "../../json/read-json.ts";
import type { Invocation } from "../runtime/function-runtime.ts";
import type { PlatformFailure } from "../runtime/platform-failure.ts";

/** What calls the functions: a Function URL, or an API Gateway trigger. */
export type EventShape = "function-url" | "apigw";

/** The header with the call's id in SCF's log. */
export const REQUEST_ID = "x-scf-request-id";

/** What a client receives. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: Buffer;
}

const JSON_TYPE = "application/json";
/** Headers of the connection, which belongs to the entry: functions cannot set them. */
const CONNECTION_HEADERS = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);
const INVALID_RESPONSE = JSON.stringify({
  errno: 403,
  error: "Invalid scf response format. please check your scf response format.",
});

/** Translates the outcome of an event into HTTP. */
export function httpAnswer(invocation: Invocation, shape: EventShape): HttpAnswer {
  const { outcome, requestId } = invocation;
  if (!outcome.ok) return failureAnswer(outcome.failure, requestId);
  return integratedAnswer(outcome.json, shape);
}

/**
 * A platform failure's HTTP status is its own number, as users have reported
 * (https://github.com/shimmeris/SCFProxy/issues/29). Two of them have another meaning in HTTP, which would mislead
 * clients, so here they become 413 and 502; what the platform does with them is not documented.
 */
function failureAnswer(failure: PlatformFailure, requestId: string): HttpAnswer {
  const status = new Map([
    [406, 413],
    [407, 502],
  ]).get(failure.statusCode);
  return {
    status: status ?? failure.statusCode,
    headers: { "content-type": JSON_TYPE },
    body: Buffer.from(JSON.stringify({ ...failure, requestId })),
  };
}

/**
 * `{statusCode, headers, body}` becomes HTTP. Without statusCode, a Function URL answers 200 with the whole JSON as its
 * body (https://cloud.tencent.com/document/product/583/96099), and API Gateway answers an error. For both, a statusCode
 * that is not an integer, invalid headers, and a body that is not text are errors.
 */
function integratedAnswer(json: string, shape: EventShape): HttpAnswer {
  const fields = membersOf(readJson(json)) ?? new Map<string, unknown>();
  if (!fields.has("statusCode")) {
    if (shape === "apigw") return invalidAnswer();
    return { status: 200, headers: { "content-type": JSON_TYPE }, body: Buffer.from(json) };
  }
  const status = fields.get("statusCode");
  const headers = readHeaders(fields.get("headers") ?? {});
  const body = readBody(
    fields.get("body") ?? "",
    shape === "apigw" && fields.get("isBase64Encoded") === true,
  );
  if (typeof status !== "number" || !Number.isInteger(status) || status < 200 || status > 599) {
    return invalidAnswer();
  }
  return headers && body ? { status, headers, body } : invalidAnswer();
}

function invalidAnswer(): HttpAnswer {
  return { status: 403, headers: { "content-type": JSON_TYPE }, body: Buffer.from(INVALID_RESPONSE) };
}

function readHeaders(value: unknown): Record<string, string | string[]> | undefined {
  const members = membersOf(value);
  if (members === undefined) return undefined;
  const headers = new Map<string, string | string[]>();
  for (const [name, content] of members) {
    const values: unknown[] = Array.isArray(content) ? content : [content];
    const texts = values.filter((item) => ["string", "number", "boolean"].includes(typeof item)).map(String);
    if (texts.length !== values.length || !isHeader(name, texts)) return undefined;
    if (CONNECTION_HEADERS.has(name.toLowerCase())) continue;
    headers.set(name, Array.isArray(content) ? texts : texts.join());
  }
  return Object.fromEntries(headers);
}

function isHeader(name: string, values: readonly string[]): boolean {
  try {
    validateHeaderName(name);
    for (const value of values) validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

/** API Gateway honours isBase64Encoded. Whether a Function URL does is not documented; here it does not. */
function readBody(value: unknown, isBase64: boolean): Buffer | undefined {
  return typeof value === "string" ? Buffer.from(value, isBase64 ? "base64" : "utf8") : undefined;
}
