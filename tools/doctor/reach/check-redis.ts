import { Redis, ReplyError } from "ioredis";
import { type Claim, type Finding, fail, pass, skip } from "../../../packages/tls-check/src/index.ts";
import { codeOf } from "../../../shared/quota/demands.ts";
import { LOGIN_REFUSALS } from "../../../shared/quota/login-refusals.ts";
import { wrongAddressFinding } from "./wrong-address.ts";

const CLAIM: Claim = { id: "quota.redis", title: "Redis accepts REDIS_URL, and can count" };

/** The first words of Redis's refusals, and how to fix each. */
const REFUSALS: ReadonlyMap<string, string> = new Map([
  ...LOGIN_REFUSALS,
  ["READONLY", "REDIS_URL leads to a read-only replica; use the address of the primary."],
  ["OOM", "Redis is full; give it more memory, or an eviction policy for keys that expire."],
  ["LOADING", "Redis is starting; try again in a moment."],
]);

/** The key expires after a second. */
const SCRIPT = "return redis.call('SET', KEYS[1], '1', 'PX', 1000)";

/**
 * Runs a script as the quota does. If Redis does not answer, that is not a failure: most are in a VPC that only the functions
 * reach.
 */
export async function checkRedis(url: string, timeoutMs: number): Promise<Finding> {
  let broken: unknown;
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: timeoutMs,
    commandTimeout: timeoutMs,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    enableReadyCheck: false,
    disableClientInfo: true,
  });
  // The script's own error says only that there is no connection; this is the reason.
  redis.on("error", (error: unknown) => {
    broken ??= error;
  });
  try {
    await redis.eval(SCRIPT, 1, "quota:{doctor}:probe");
    // The client then goes on in database 0, among whatever else is there.
    if (broken !== undefined) {
      return fail(
        CLAIM,
        "Redis does not have the database that REDIS_URL names, so the counters would be in database 0.",
        "Correct the number after the last slash of REDIS_URL: it is 0 to 15, unless that Redis is set otherwise, and only 0 in a cluster.",
      );
    }
    return pass(CLAIM);
  } catch (error) {
    return judge(error, broken ?? error, new URL(url).hostname);
  } finally {
    redis.disconnect();
  }
}

function judge(error: unknown, reason: unknown, host: string): Finding {
  const [word, why] = [codeOf(error), codeOf(reason)];
  const fix = REFUSALS.get(why) ?? REFUSALS.get(word);
  if (fix !== undefined) return fail(CLAIM, `Redis answers ${REFUSALS.has(why) ? why : word}.`, fix);
  if (error instanceof ReplyError && error instanceof Error) {
    return fail(
      CLAIM,
      `Redis answers: ${error.message.slice(0, 100)}.`,
      "The functions count with scripts (EVAL): use a Redis, or a proxy of one, that runs them.",
    );
  }
  const wrong = wrongAddressFinding(CLAIM, why, { host, variable: "REDIS_URL", mayBePrivate: true });
  if (wrong !== undefined) {
    return why === "ENOTFOUND"
      ? wrong
      : { ...wrong, fix: "Correct REDIS_URL: rediss:// is for a Redis with TLS, redis:// for one without." };
  }
  return skip(
    CLAIM,
    `It could not be reached from here (${why}).`,
    "Only a machine in its VPC can reach it: run doctor there, or look for quotaError in the functions' log.",
  );
}
