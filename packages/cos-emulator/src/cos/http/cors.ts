import { CosError } from "./errors.ts";
import type { CosRequest } from "./request.ts";

/** One rule of the bucket's CORS configuration (https://cloud.tencent.com/document/product/436/8279). */
export interface CorsRule {
  /** `*`, or origins that may contain one `*`, such as `http://localhost:*`. */
  readonly allowedOrigins: readonly string[];
  /** GET, PUT, POST, DELETE, HEAD. */
  readonly allowedMethods: readonly string[];
  /** Names in any case; `*` for all. */
  readonly allowedHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  /** @default a browser's own */
  readonly maxAgeSeconds?: number;
}

/** One origin, or one host on any port. */
const ONE_HOST = /^[a-z][a-z\d+.-]*:\/\/[^/:*]+(?::(?:\d{1,5}|\*))?$/i;
/** The subdomains of a name with two parts or more, such as example.com; those of com are everybody's. */
const ONE_DOMAIN = /^(?:[a-z][a-z\d+.-]*:\/\/)?\*(?:\.[a-z\d-]+){2,}(?::\d{1,5})?$/i;

/** As on the page of OPTIONS Object, with its spelling. */
const CORS_REFUSAL =
  "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Requet-Headers are not whitelisted by the resource's CORS spec";

/**
 * The headers that answer a preflight: those of the first rule that allows its origin, method and every header.
 * Source: OPTIONS Object, https://cloud.tencent.com/document/product/436/8288.
 *
 * @throws {CosError} AccessForbidden when no rule does; InvalidArgument when the request is not a preflight
 */
export function preflightHeaders(rules: readonly CorsRule[], request: CosRequest): Record<string, string> {
  const origin = request.headers.get("origin");
  const method = request.headers.get("access-control-request-method");
  if (origin === undefined || method === undefined) {
    throw new CosError("InvalidArgument", "A preflight needs Origin and Access-Control-Request-Method.");
  }
  const wanted = (request.headers.get("access-control-request-headers") ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== "");
  const rule = rules.find(
    (candidate) => matches(candidate, origin, method) && allowsHeaders(candidate, wanted),
  );
  if (rule === undefined) {
    throw new CosError("AccessForbidden", CORS_REFUSAL, {
      cause: { kind: "preflight", origin, method, headers: wanted },
    });
  }
  return {
    ...commonHeaders(rule, origin),
    "access-control-allow-methods": rule.allowedMethods.join(","),
    ...(wanted.length > 0 && { "access-control-allow-headers": wanted.join(",") }),
    ...(rule.maxAgeSeconds === undefined ? {} : { "access-control-max-age": String(rule.maxAgeSeconds) }),
  };
}

/** The headers that are added to the answer to a browser's ordinary request; none when no rule matches. */
export function simpleHeaders(rules: readonly CorsRule[], request: CosRequest): Record<string, string> {
  const origin = request.headers.get("origin");
  if (origin === undefined) return {};
  const rule = rules.find((candidate) => matches(candidate, origin, request.method));
  return rule === undefined ? {} : commonHeaders(rule, origin);
}

/**
 * Whether a rule names this origin and allows it the method. The patterns `*`, `https://*`, `*.com` and
 * `http://localhost*`, which matches localhost.evil.example too, do not count: with them, any page on the web could
 * send requests to this machine.
 */
export function namesOrigin(rules: readonly CorsRule[], origin: string, method: string): boolean {
  return rules.some(
    ({ allowedMethods, allowedOrigins }) =>
      allowedMethods.includes(method) &&
      allowedOrigins.some((pattern) => isSpecific(pattern) && matchesOrigin(pattern, origin)),
  );
}

function isSpecific(pattern: string): boolean {
  return ONE_HOST.test(pattern) || ONE_DOMAIN.test(pattern);
}

function commonHeaders(rule: CorsRule, origin: string): Record<string, string> {
  const any = rule.allowedOrigins.includes("*");
  return {
    "access-control-allow-origin": any ? "*" : origin,
    ...(rule.exposeHeaders.length === 0
      ? {}
      : { "access-control-expose-headers": rule.exposeHeaders.join(",") }),
    ...(any ? {} : { "access-control-allow-credentials": "true", vary: "Origin" }),
  };
}

function matches(rule: CorsRule, origin: string, method: string): boolean {
  return (
    rule.allowedMethods.includes(method) &&
    rule.allowedOrigins.some((pattern) => matchesOrigin(pattern, origin))
  );
}

function matchesOrigin(pattern: string, origin: string): boolean {
  const star = pattern.indexOf("*");
  if (star < 0) return pattern === origin;
  const head = pattern.slice(0, star);
  const tail = pattern.slice(star + 1);
  return origin.length >= head.length + tail.length && origin.startsWith(head) && origin.endsWith(tail);
}

function allowsHeaders(rule: CorsRule, wanted: readonly string[]): boolean {
  const allowed = new Set(rule.allowedHeaders.map((name) => name.toLowerCase()));
  return allowed.has("*") || wanted.every((name) => allowed.has(name));
}
