/** A candidate with its results, one for each round. */
export interface Measured<C, T> {
  readonly candidate: C;
  readonly results: readonly T[];
}

/**
 * Measures every candidate once per round. The order shifts by one each round, so no candidate always follows the same
 * one, and a slow moment of the machine affects all alike.
 */
export async function interleave<C, T>(
  candidates: readonly C[],
  rounds: number,
  measure: (candidate: C) => Promise<T>,
): Promise<Measured<C, T>[]> {
  const measured = candidates.map((candidate): { candidate: C; results: T[] } => ({
    candidate,
    results: [],
  }));
  for (let round = 0; round < rounds; round += 1) {
    const first = round % measured.length;
    for (const { candidate, results } of [...measured.slice(first), ...measured.slice(0, first)]) {
      results.push(await measure(candidate));
    }
  }
  return measured;
}
