import { OTHER_REQUESTS } from "./config.ts";
import { minuteOf } from "./days.ts";
import type { Exceeded } from "./decision.ts";

/** What a request is counted as: one that permits an upload, or another. */
export type RequestKind = "upload" | "other";

/** A request that was counted. */
export interface CountedRequest {
  /** How many are left to the caller in this minute. */
  readonly left: number;
  readonly refusal?: Exceeded;
}

/**
 * Counts the requests of each caller in this minute, of this instance alone.
 *
 * @param limit how many may permit an upload
 * @returns counts one more
 */
export function minuteCounter(limit: number): (owner: string, kind: RequestKind) => CountedRequest {
  const counts = new Map<string, number>();
  let countedMinute = 0;
  return (owner, kind) => {
    const { minute, secondsLeft } = minuteOf(Date.now());
    if (minute !== countedMinute) counts.clear();
    countedMinute = minute;
    const id = `${kind} ${owner}`;
    const count = (counts.get(id) ?? 0) + 1;
    counts.set(id, count);
    const most = kind === "upload" ? limit : limit * OTHER_REQUESTS;
    if (count <= most) return { left: most - count };
    const refusal: Exceeded = {
      kind: "exceeded",
      what: "requests",
      rule: undefined,
      limit: most,
      left: { requests: 0 },
      retryAfterSeconds: secondsLeft,
    };
    return { left: 0, refusal };
  };
}
