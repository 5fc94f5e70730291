import { quantile } from "../lib/statistics.ts";

/** One step of a load run: `count` repetitions of the same work, `concurrency` at once. */
export interface Phase {
  readonly what: string;
  readonly concurrency: number;
  readonly count: number;
  readonly seconds: number;
  /** The latency of one repetition, in milliseconds. */
  readonly latencyMs: {
    readonly p50: number;
    readonly p90: number;
    readonly p99: number;
    readonly max: number;
  };
  /** A text for each failure. */
  readonly errors: readonly string[];
}

/** Does `work` `count` times, `concurrency` at once, and continues after an error. */
export async function runPhase(
  what: string,
  concurrency: number,
  count: number,
  work: (index: number) => Promise<void>,
): Promise<Phase> {
  const latencies: number[] = [];
  const errors: string[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const index = next++;
      const startedAt = performance.now();
      try {
        await work(index);
      } catch (error) {
        errors.push(`${what} ${index}: ${String(error)}`);
      }
      latencies.push(performance.now() - startedAt);
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: concurrency }, worker));
  const seconds = (performance.now() - startedAt) / 1000;
  latencies.sort((a, b) => a - b);
  const at = (share: number) => quantile(latencies, share);
  return {
    what,
    concurrency,
    count,
    seconds,
    latencyMs: { p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) },
    errors,
  };
}
