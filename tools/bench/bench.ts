import type { Target } from "./report.ts";
import type { BenchSts } from "./sts.ts";
import type { Ways } from "./ways.ts";

/** What a table is measured with. */
export interface Bench {
  readonly sts: BenchSts;
  readonly ways: Ways;
  /** Goes with the run. */
  readonly directory: string;
  /** A copy of what `npm run build` made, so that a build in the meantime changes nothing. */
  readonly functionsDirectory: string;
  /** A short run: fewer rounds, and figures that say less. */
  readonly quick: boolean;
}

export function atMost(limit: number, value: number, unit = ""): Target {
  return { text: `≤ ${limit}${unit}`, isMet: value <= limit };
}

export function atLeast(limit: number, value: number, unit = ""): Target {
  return { text: `≥ ${limit}${unit}`, isMet: value >= limit };
}
