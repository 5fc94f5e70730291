import { beijingDay } from "../object/object-key.ts";
import type { Claim } from "./decision.ts";

const DAY_MS = 86_400_000;
const BEIJING_MS = 8 * 3_600_000;

/** The day of a key's date, and when it ends. */
export interface Day {
  /** `yyyymmdd`, in Beijing. */
  readonly date: string;
  /** Until midnight there, and at least 1. */
  readonly secondsLeft: number;
}

/** @param now Unix time in milliseconds */
function dayOf(now: number): Day {
  const secondsLeft = Math.ceil((DAY_MS - ((now + BEIJING_MS) % DAY_MS)) / 1000);
  return { date: beijingDay(now), secondsLeft };
}

/** The day that files count for: that of their keys, which were made a moment ago, possibly before midnight. */
export function dayOfClaims(claims: readonly Claim[], now = Date.now()): Day {
  const day = dayOf(now);
  const [first] = claims;
  return first === undefined ? day : { ...day, date: dateIn(first.key) };
}

/** The date in a key, `…/<date>/<name>`. */
export function dateIn(key: string): string {
  return key.split("/").at(-2) ?? "";
}

/** The minute that a request counts for, and when it ends. */
export function minuteOf(now: number): { readonly minute: number; readonly secondsLeft: number } {
  return {
    minute: Math.floor(now / 60_000),
    secondsLeft: Math.ceil((60_000 - (now % 60_000)) / 1000),
  };
}
