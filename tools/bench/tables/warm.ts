import { summarize, summarizeRatios } from "../../lib/statistics.ts";
import { atLeast, atMost, type Bench } from "../bench.ts";
import type { Cost } from "../processes.ts";
import type { Figure, Table } from "../report.ts";
import { interleave, type Measured } from "../rounds.ts";
import { CONCURRENCY, type WarmWay, withWarm } from "../warm-way.ts";
import type { Way } from "../ways.ts";

/** The share of a bare POST's requests per second that must be reached, with and without checking the caller's token. */
const MIN_RATE = { checking: 0.37, open: 0.4 } as const;
/** The largest share of the whole SDK's CPU time outside STS, although the SDK checks no callers. */
const MAX_OVERHEAD = 0.5;

/** How many requests a warm function serves, and how much CPU time a request costs in addition to the call to STS. */
export async function warm({ ways, quick }: Bench): Promise<Table[]> {
  const processes = quick ? 1 : 3;
  const rounds = 7;
  const requests = quick ? 300 : 600;
  const warmUp = quick ? 1500 : 6000;
  const { barePost, packagesAlone, wholeSdk, express } = ways;
  const checking = [ways.putSign, ways.postPolicy];
  const ours = [ways.putSignOpen, ways.postPolicyOpen, ...checking];
  const all = [barePost, packagesAlone, ...ours, wholeSdk, express];
  const runs: Measured<WarmWay, Cost>[][] = [];
  // New processes each time: what a process compiles, and where its heap is, stays the same and can make a 10% difference.
  for (let i = 0; i < processes; i += 1) {
    runs.push(
      await withWarm(all, async (candidates) => {
        for (const candidate of candidates) await candidate.run(warmUp);
        return await interleave(candidates, rounds, (candidate) => candidate.run(requests));
      }),
    );
  }
  const measured = all.map((candidate, i) => ({
    candidate,
    results: runs.flatMap((run) => run[i]?.results ?? []),
  }));
  const method = `Concurrency ${CONCURRENCY}, ${processes} × ${rounds} rounds of ${requests} requests, each time in new processes after ${warmUp} to warm up, interleaved`;
  const minRate = (name: string) => {
    if (!ours.some((way) => way.name === name)) return undefined;
    return checking.some((way) => way.name === name) ? MIN_RATE.checking : MIN_RATE.open;
  };
  return [
    {
      id: "warm",
      title: "Warm requests/s, STS on loopback over HTTPS",
      unit: "requests/s",
      baseline: "bare POST",
      otherRatio: "÷ by CPU time",
      method: `${method}.`,
      figures: rates(measured, requests, minRate),
    },
    {
      id: "cpu",
      title: "CPU time of a warm request outside STS",
      unit: "CPU ms",
      baseline: "whole SDK",
      method: `${method}: a request's user and system time less a bare POST's of the same round.`,
      figures: overheads(measured, requests, (name) => minRate(name) !== undefined),
    },
  ];
}

type Results = readonly Measured<Way, Cost>[];

function rates(measured: Results, requests: number, minRate: (name: string) => number | undefined): Figure[] {
  const baseline = measured[0]?.results ?? [];
  return measured.map(({ candidate: { name }, results }, i) => {
    const value = summarize(results.map(({ wallMs }) => (requests * 1000) / wallMs));
    if (i === 0) return { name, value };
    // These are rates: a shorter time is a higher rate.
    const ratio = summarizeRatios(
      baseline.map(({ wallMs }) => wallMs),
      results.map(({ wallMs }) => wallMs),
    );
    const otherRatio = summarizeRatios(
      baseline.map(({ cpuMs }) => cpuMs),
      results.map(({ cpuMs }) => cpuMs),
    );
    const min = minRate(name);
    return {
      name,
      value,
      ratio,
      otherRatio,
      ...(min !== undefined && { target: atLeast(min, ratio.median) }),
    };
  });
}

function overheads(measured: Results, requests: number, isOurs: (name: string) => boolean): Figure[] {
  const [bare, ...others] = measured;
  const outside = others.map(({ candidate: { name, kind }, results }) => ({
    name,
    kind,
    perRequest: results.map(({ cpuMs }, round) => (cpuMs - (bare?.results[round]?.cpuMs ?? 0)) / requests),
  }));
  const whole = outside.find(({ name }) => name.startsWith("whole SDK"));
  return outside.map(({ name, perRequest }) => {
    const value = summarize(perRequest);
    if (whole === undefined || name === whole.name) return { name, value };
    const ratio = summarizeRatios(perRequest, whole.perRequest);
    return { name, value, ratio, ...(isOurs(name) && { target: atMost(MAX_OVERHEAD, ratio.median) }) };
  });
}
