/** The median of several measurements, and their spread. */
export interface Summary {
  readonly median: number;
  /** A quarter of the measurements are below this. */
  readonly p25: number;
  /** A quarter of the measurements are above this. */
  readonly p75: number;
}

/** @param values at least one */
export function summarize(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: quantile(sorted, 0.5), p25: quantile(sorted, 0.25), p75: quantile(sorted, 0.75) };
}

/**
 * Summarizes the ratios of each measurement to the baseline's in the same round. If the machine is slow for a while, both
 * are slow.
 */
export function summarizeRatios(values: readonly number[], baseline: readonly number[]): Summary {
  return summarize(values.map((value, round) => value / (baseline[round] ?? Number.NaN)));
}

/** @param sorted ascending */
export function quantile(sorted: readonly number[], share: number): number {
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}
