import type { Target } from "./report.ts";
import type { BenchSts } from "./sts.ts";
import type { Ways } from "./ways.ts";

/** What a table needs in order to measure. */
export interface Bench {
  readonly sts: BenchSts;
  readonly ways: Ways;
  /** A folder that is deleted at the end of the run. */
  readonly directory: string;
  /** A copy of what `npm run build` made, so that a build during the run changes nothing. */
  readonly functionsDirectory: string;
  /** Whether the run is short: it has fewer rounds, and its figures are less reliable. */
  readonly quick: boolean;
}

export function atMost(limit: number, value: number, unit = ""): Target {
  return { text: `≤ ${limit}${unit}`, isMet: value <= limit };
}

export function atLeast(limit: number, value: number, unit = ""): Target {
  return { text: `≥ ${limit}${unit}`, isMet: value >= limit };
}
