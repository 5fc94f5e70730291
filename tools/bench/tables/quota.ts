import { startRedisProcess } from "../../lib/redis-process.ts";
import { summarize, summarizeRatios } from "../../lib/statistics.ts";
import { atLeast, type Bench } from "../bench.ts";
import type { Table } from "../report.ts";
import { interleave } from "../rounds.ts";
import { CONCURRENCY, withWarm } from "../warm-way.ts";

/** The share of the rate without a quota that must be reached. */
const MIN_RATE = 0.8;

/** How much an exact quota in Redis slows down a warm put-sign. Without redis-server, nothing is measured. */
export async function quota({ ways: { putSign }, quick }: Bench): Promise<Table[]> {
  const redis = await startRedisProcess();
  if (redis === undefined) {
    console.error("quota: not measured, since redis-server is not installed.");
    return [];
  }
  const rounds = quick ? 7 : 21;
  const requests = quick ? 300 : 600;
  const warmUp = quick ? 1500 : 6000;
  const limits = { QUOTA_FILES_PER_DAY: "100000000", QUOTA_BYTES_PER_DAY: "999999999999999" };
  const limited = {
    ...putSign,
    name: "put-sign, quota in Redis",
    env: { ...putSign.env, ...limits, QUOTA_REQUESTS_PER_MINUTE: "100000000", REDIS_URL: redis.url },
  };
  try {
    const measured = await withWarm([putSign, limited], async (candidates) => {
      for (const candidate of candidates) await candidate.run(warmUp);
      return await interleave(candidates, rounds, (candidate) => candidate.run(requests));
    });
    const wallMs = measured.map(({ results }) => results.map((result) => result.wallMs));
    const [without = [], within = []] = wallMs;
    const rate = (times: readonly number[]) => summarize(times.map((ms) => (requests * 1000) / ms));
    // These are rates: a shorter time is a higher rate.
    const ratio = summarizeRatios(without, within);
    return [
      {
        id: "quota",
        title: "Warm requests/s of put-sign with an exact quota, STS and Redis on loopback",
        unit: "requests/s",
        baseline: putSign.name,
        method: `Concurrency ${CONCURRENCY}, ${rounds} rounds of ${requests} requests after ${warmUp} to warm up, interleaved.`,
        figures: [
          { name: putSign.name, value: rate(without) },
          { name: limited.name, value: rate(within), ratio, target: atLeast(MIN_RATE, ratio.median) },
        ],
      },
    ];
  } finally {
    await redis.close();
  }
}
