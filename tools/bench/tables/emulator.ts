import { join } from "node:path";
import { startEmulatorProcess } from "../../lib/emulator-process.ts";
import { summarize, summarizeRatios } from "../../lib/statistics.ts";
import { atLeast, type Bench } from "../bench.ts";
import type { Figure, Table } from "../report.ts";
import { interleave } from "../rounds.ts";
import { CONCURRENCY, withWarm } from "../warm-way.ts";
import { type Way, way } from "../ways.ts";

/** Whether STS and COS answer faster than the functions sign, so that no test has to wait for them. */
export async function emulator({ ways, directory, functionsDirectory, quick }: Bench): Promise<Table> {
  const rounds = quick ? 5 : 15;
  const requests = quick ? 200 : 400;
  const emulated = await startEmulatorProcess(join(directory, "emulator"), functionsDirectory);
  try {
    const env = {
      ...ways.barePost.env,
      COS_SECRET_ID: emulated.account.secretId,
      COS_SECRET_KEY: emulated.account.secretKey,
      STS_ENDPOINT: emulated.stsEndpoint,
      COS_DOMAIN: emulated.cosHost,
      NODE_EXTRA_CA_CERTS: emulated.caFile,
      EMULATOR_URL: emulated.url,
    };
    const client = (name: string, file: string): Way => ({
      name,
      kind: "function",
      file: way(file),
      env,
      event: {},
    });
    const clients = [
      client("put-sign, run by the emulator", "get-signature.cjs"),
      client("STS", "signed-post.cjs"),
      client("COS, PUT of 1 KB", "put-object.cjs"),
    ];
    const measured = await withWarm(clients, async (candidates) => {
      for (const candidate of candidates) await candidate.run(quick ? 500 : 2000);
      return await interleave(candidates, rounds, (candidate) => candidate.run(requests));
    });
    const wall = (results: readonly { wallMs: number }[]) => results.map(({ wallMs }) => wallMs);
    const baseline = wall(measured[0]?.results ?? []);
    return {
      id: "emulator",
      title: "The emulator's own throughput",
      unit: "answers/s",
      baseline: "signatures",
      method: `One process for all, and one each for the functions' ${CONCURRENCY} instances; ${rounds} rounds of ${requests} at concurrency ${CONCURRENCY}, interleaved.`,
      figures: measured.map(({ candidate: { name }, results }, i): Figure => {
        const value = summarize(results.map(({ wallMs }) => (requests * 1000) / wallMs));
        if (i === 0) return { name, value };
        const ratio = summarizeRatios(baseline, wall(results));
        return { name, value, ratio, target: atLeast(1, ratio.median) };
      }),
    };
  } finally {
    await emulated.close();
  }
}
