import { summarize, summarizeRatios } from "../../lib/statistics.ts";
import { atMost, type Bench } from "../bench.ts";
import type { Figure, Table } from "../report.ts";
import { interleave } from "../rounds.ts";
import { withWarm } from "../warm-way.ts";

const FILES = 9;

/** Signatures for nine files, as many as a Mini Program's picker returns: requested one by one, and in one list. */
export async function batch({ ways, sts, quick }: Bench): Promise<Table> {
  const rounds = quick ? 10 : 40;
  const { putSign } = ways;
  const list = {
    ...putSign.event,
    httpMethod: "POST",
    headers: { ...Object(putSign.event).headers, "content-type": "application/json" },
    body: JSON.stringify({ files: Array.from({ length: FILES }, () => ({ ext: "jpg" })) }),
  };
  const candidates = [
    { name: "one by one", requests: FILES, event: putSign.event },
    { name: "one batch", requests: 1, event: list },
  ];
  const measured = await withWarm(
    [putSign],
    async ([warm]) =>
      await interleave(candidates, rounds, async ({ requests, event }) => {
        const before = await sts.answered();
        const cost = await warm?.run(requests, { event });
        return { calls: (await sts.answered()) - before, cpuMs: cost?.cpuMs ?? Number.NaN };
      }),
  );
  const [baseline] = measured;
  const calls = (results: readonly { calls: number }[]) => results.map((result) => result.calls);
  const cpu = (results: readonly { cpuMs: number }[]) => results.map((result) => result.cpuMs);
  const figures = measured.map(({ candidate: { name }, results }): Figure => {
    const value = summarize(calls(results));
    if (baseline === undefined || results === baseline.results) return { name, value };
    return {
      name,
      value,
      ratio: summarizeRatios(calls(results), calls(baseline.results)),
      otherRatio: summarizeRatios(cpu(results), cpu(baseline.results)),
      target: atMost(1, value.median),
    };
  });
  return {
    id: "batch",
    title: `put-sign for ${FILES} files`,
    unit: "STS calls",
    baseline: "one by one",
    otherRatio: "÷ by CPU time",
    method: `Counted by the STS; ${rounds} rounds, interleaved.`,
    figures,
  };
}
