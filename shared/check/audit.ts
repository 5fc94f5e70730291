import { timingSafeEqual } from "node:crypto";
import { type BucketConfig, type Environment, optional, parseUrl } from "../config.ts";
import { pushRefused, requestTooLarge } from "../errors.ts";
import type { HttpRequest } from "../http/request.ts";
import type { MediaResult } from "../wechat/media-result.ts";

/** What COS's own audit has found of an object. */
export interface AuditResult extends Pick<MediaResult, "verdict" | "why"> {
  /** Where the object is, raw. */
  readonly key: string;
}

/** In characters; the simple form has about two thousand. */
const MAX_BODY_LENGTH = 64 * 1024;

/** COS_AUDIT_TOKEN: what the callback's address must hold, since nothing was found by which COS signs it. */
export function readAuditToken(env: Environment): string | undefined {
  return optional(env, "COS_AUDIT_TOKEN", /^[\w-]{32,128}$/, "32 to 128 letters, digits, - and _");
}

/**
 * Reads the callback of COS's automatic audit
 * (https://cloud.tencent.com/document/product/436/54404, simple form): `result` 0 is normal, 1 is not, 2 should be
 * looked at by a person.
 *
 * @returns undefined for an audit that has failed, or is about another bucket's object
 * @throws ServiceError 403 without the token or for what is no JSON, 413
 */
export function readAudit(
  request: HttpRequest,
  token: string | undefined,
  bucket: BucketConfig,
): AuditResult | undefined {
  const [given, ...others] = request.query.get("token") ?? [];
  if (token === undefined || given === undefined || others.length > 0 || !isSame(given, token)) {
    throw pushRefused(
      "token must be COS_AUDIT_TOKEN, in the callback's address: …/wechat-push/audit?token=…",
    );
  }
  if (request.body.length > MAX_BODY_LENGTH)
    throw requestTooLarge("The body is longer than any audit result.");
  const data = fieldsOf(fieldsOf(parsed(request.body)).get("data"));
  const key = keyOf(data.get("url"), bucket);
  const found = FOUND.get(data.get("result"));
  return key === undefined || found === undefined ? undefined : { key, ...found };
}

const PASS = { verdict: "pass", why: "Pass" } as const;
const RISKY = { verdict: "risky", why: "Risky" } as const;
const REVIEW = { verdict: "undecided", why: "Review" } as const;

/** What each `result` says, as a number or as text; nothing else is a pass. */
const FOUND = new Map<unknown, Pick<AuditResult, "verdict" | "why">>([
  [0, PASS],
  ["0", PASS],
  [1, RISKY],
  ["1", RISKY],
  [2, REVIEW],
  ["2", REVIEW],
]);

/** The object's key, in its address at COS. */
function keyOf(url: unknown, { bucket, region, host }: BucketConfig): string | undefined {
  const address = typeof url === "string" ? parseUrl(url) : undefined;
  if (address === undefined) return undefined;
  if (address.host !== host && address.host !== `${bucket}.cos.${region}.myqcloud.com`) return undefined;
  try {
    return decodeURIComponent(address.pathname.slice(1));
  } catch {
    return undefined;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw pushRefused("The body is not the JSON of COS's audit callback.");
  }
}

function fieldsOf(value: unknown): ReadonlyMap<string, unknown> {
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
}

function isSame(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
}
