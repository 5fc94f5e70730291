import { Redis, ReplyError } from "ioredis";

/** Runs a script; rejects with the reason when Redis cannot be reached, or refuses. */
export type RunScript = (
  script: string,
  keys: readonly string[],
  args: readonly string[],
) => Promise<unknown>;

/** In milliseconds, for the connection, TLS included. */
const CONNECT_MS = 1000;

/**
 * What `redis.js` exports: one connection, which is made with the first step, kept between invocations and made again
 * after it broke. A command that was on its way then is sent once more: the scripts of the quota may come twice.
 *
 * @param url `redis://` or `rediss://`
 */
export function connect(url: string): RunScript {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    maxRetriesPerRequest: 1,
    retryStrategy: (times) => Math.min(50 * times, 500),
    // One round trip less for a cold start; a Redis that is still loading refuses the script, which tells as much.
    enableReadyCheck: false,
    disableClientInfo: true,
  });
  let broken: unknown;
  // Each step rejects by itself; without a listener the client would print every failed attempt to connect.
  redis.on("error", (error: unknown) => {
    broken = error;
  });
  redis.on("ready", () => {
    broken = undefined;
  });
  return async (script, keys, args) => {
    try {
      return await redis.eval(script, keys.length, ...keys, ...args);
    } catch (error) {
      // Unless Redis said it, the step's own error says only that there was no connection.
      throw error instanceof ReplyError ? error : (broken ?? error);
    }
  };
}
