import { type Environment, mustBe, optional, optionalUrl } from "../config.ts";
import { ConfigurationError } from "../errors.ts";

/** What a caller may do, over all rules. */
export interface Limits {
  readonly filesPerDay?: number;
  readonly bytesPerDay?: number;
  readonly requestsPerMinute?: number;
}

/**
 * How many requests that permit no upload a caller may send per minute, for each one that does: a client that
 * waits for a file to be accepted asks every second, and a page of pictures may ask for the address of each.
 */
export const OTHER_REQUESTS = 10;

export interface QuotaSettings {
  readonly limits: Limits;
  /** `redis://` or `rediss://`; undefined for counting what is stored. */
  readonly redisUrl: string | undefined;
  /** Whether a request continues when the quota cannot be checked. */
  readonly isOpenWhenDown: boolean;
}

const NAMES: ReadonlySet<string> = new Set([
  "QUOTA_FILES_PER_DAY",
  "QUOTA_BYTES_PER_DAY",
  "QUOTA_REQUESTS_PER_MINUTE",
  "QUOTA_WHEN_DOWN",
]);

/**
 * QUOTA_FILES_PER_DAY, QUOTA_BYTES_PER_DAY, QUOTA_REQUESTS_PER_MINUTE, QUOTA_WHEN_DOWN and REDIS_URL.
 *
 * @throws ConfigurationError naming the variable
 */
export function readQuotaSettings(env: Environment): QuotaSettings {
  const unknown = Object.keys(env).find((name) => name.startsWith("QUOTA_") && !NAMES.has(name));
  if (unknown !== undefined) {
    throw new ConfigurationError(`${unknown} is not a quota; use ${[...NAMES].join(", ")}.`);
  }
  const filesPerDay = whole(env, "QUOTA_FILES_PER_DAY");
  const bytesPerDay = whole(env, "QUOTA_BYTES_PER_DAY");
  const requestsPerMinute = whole(env, "QUOTA_REQUESTS_PER_MINUTE");
  return {
    limits: {
      ...(filesPerDay !== undefined && { filesPerDay }),
      ...(bytesPerDay !== undefined && { bytesPerDay }),
      ...(requestsPerMinute !== undefined && { requestsPerMinute }),
    },
    redisUrl: readRedisUrl(env),
    isOpenWhenDown: optional(env, "QUOTA_WHEN_DOWN", /^(open|closed)$/, "open or closed") === "open",
  };
}

/** Up to 999,999,999,999,999: with room below what Lua counts without rounding. */
function whole(env: Environment, name: string): number | undefined {
  const text = optional(env, name, /^[1-9]\d{0,14}$/, "a whole number, 1 or more");
  return text === undefined ? undefined : Number(text);
}

function readRedisUrl(env: Environment): string | undefined {
  const says =
    "redis:// or rediss:// with a host, such as redis://:password@10.0.0.5:6379/0; special characters of the password as %40, and % itself as %25";
  const url = optionalUrl(env, "REDIS_URL", /^rediss?:\/\/[\x21-\x7e]+$/, says);
  if (url === undefined) return undefined;
  const isWhole = url.hostname !== "" && /^\/?\d{0,4}$/.test(url.pathname);
  if (!isWhole || !isDecodable(url.username + url.password)) throw mustBe("REDIS_URL", says);
  // To Redis's client that is a user's name, and it then sends neither.
  if (url.username !== "" && url.password === "") {
    throw new ConfigurationError("REDIS_URL has a user and no password; write a colon before the password.");
  }
  // As it was written: the client reads it too.
  return env["REDIS_URL"];
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
