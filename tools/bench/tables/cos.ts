import { join } from "node:path";
import { number, object } from "valibot";
import { startEmulatorProcess } from "../../lib/emulator-process.ts";
import { summarize, summarizeRatios } from "../../lib/statistics.ts";
import { readAnswer, Worker } from "../../lib/worker.ts";
import { atLeast, type Bench } from "../bench.ts";
import { subject } from "../processes.ts";
import type { Figure, Table } from "../report.ts";
import { interleave } from "../rounds.ts";
import { withWarm } from "../warm-way.ts";
import { type Way, way } from "../ways.ts";

/** One kind of transfer, and the share of a bare server's rate that the emulator should reach. */
interface Transfer {
  readonly name: string;
  readonly method: "PUT" | "GET";
  readonly bytes: number;
  readonly requests: number;
  readonly concurrency: number;
  readonly minRatio: number;
}

const LARGE = 100_000_000;

/** Whether the emulated COS keeps up with a server that only writes and reads the same files. */
export async function cos({ ways, directory, functionsDirectory, quick }: Bench): Promise<Table> {
  const rounds = quick ? 3 : 9;
  const small = { bytes: 1024, requests: quick ? 200 : 1000, concurrency: 10, minRatio: 0.3 };
  const large = { bytes: LARGE, requests: 2, concurrency: 1, minRatio: 0.7 };
  const transfers: readonly Transfer[] = [
    { name: "PUT of 1 KB", method: "PUT", ...small },
    { name: "GET of 1 KB", method: "GET", ...small },
    { name: "PUT of 100 MB", method: "PUT", ...large },
    { name: "GET of 100 MB", method: "GET", ...large },
  ];
  const emulated = await startEmulatorProcess(join(directory, "cos"), functionsDirectory);
  const bare = await Worker.start(subject("file-server.cjs"), [join(directory, "files")], {});
  try {
    const { port } = readAnswer(object({ port: number() }), bare.hello);
    const key = { COS_SECRET_ID: emulated.account.secretId, COS_SECRET_KEY: emulated.account.secretKey };
    const client = (name: string, host: string, { method, bytes }: Transfer): Way => ({
      ...ways.barePost,
      name,
      file: way("object-client.cjs"),
      env: { ...key, OBJECT_HOST: host, OBJECT_METHOD: method, OBJECT_BYTES: String(bytes) },
      event: {},
    });
    const figures: Figure[] = [];
    for (const transfer of transfers) {
      const { name, requests, concurrency, minRatio } = transfer;
      const clients = [
        client(`${name}, bare`, `127.0.0.1:${port}`, transfer),
        client(`${name}, emulated COS`, emulated.cosHost, transfer),
      ];
      const measured = await withWarm(clients, async (candidates) => {
        for (const candidate of candidates) await candidate.run(requests, { concurrency });
        return await interleave(candidates, rounds, (candidate) => candidate.run(requests, { concurrency }));
      });
      const [ofBare = [], ofCos = []] = measured.map(({ results }) => results.map(({ wallMs }) => wallMs));
      const rate = (times: readonly number[]) => summarize(times.map((ms) => (requests * 1000) / ms));
      // These are rates: a shorter time is a higher rate.
      const ratio = summarizeRatios(ofBare, ofCos);
      figures.push(
        { name: `${name}, bare`, value: rate(ofBare) },
        {
          name: `${name}, emulated COS`,
          value: rate(ofCos),
          ratio,
          target: atLeast(minRatio, ratio.median),
        },
      );
    }
    return {
      id: "cos",
      title: "The emulated COS, compared with a bare node:http server that writes and reads the same files",
      unit: "objects/s",
      baseline: "bare",
      method: `Plain HTTP on loopback, a process for each server and client; ${rounds} rounds, interleaved.`,
      figures,
    };
  } finally {
    await bare.close();
    await emulated.close();
  }
}
