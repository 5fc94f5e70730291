import { summarize, summarizeRatios } from "../../lib/statistics.ts";
import type { Environment } from "../../lib/worker.ts";
import { atMost, type Bench } from "../bench.ts";
import { type Cost, measureProcess } from "../processes.ts";
import type { Figure, Table } from "../report.ts";
import { interleave } from "../rounds.ts";
import type { Way } from "../ways.ts";

/** A process to start, and how much its start may cost. */
export interface Start {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: Environment;
  readonly maxRatio?: number;
  readonly onPort?: (port: number) => void;
}

/** From the start of the process until the module is loaded, which is what SCF waits for at a cold start. */
export async function startToLoaded({ ways, quick }: Bench): Promise<Table> {
  const rounds = quick ? 5 : 21;
  const { putSign, postPolicy, wholeSdk, unbundled, express } = ways;
  const starts = [
    { name: "node -e 0", args: ["-e", "0"], env: withoutCa(putSign.env) },
    load(putSign, 1.3),
    load(postPolicy, 1.3),
    load(wholeSdk),
    load(unbundled),
    load(express),
  ];
  return {
    id: "start",
    title: "Start to module loaded",
    unit: "CPU ms",
    baseline: "node -e 0",
    otherRatio: "÷ by wall time",
    method: `User and system time of a process from its start to its end; ${rounds} rounds, interleaved.`,
    figures: await measureStarts(starts, rounds),
  };
}

function load({ name, file, env }: Way, maxRatio?: number): Start {
  return { name, args: [file], env: withoutCa(env), ...(maxRatio !== undefined && { maxRatio }) };
}

/** Measures these starts; the first is the baseline. */
export async function measureStarts(starts: readonly Start[], rounds: number): Promise<Figure[]> {
  const measured = await interleave(starts, rounds, ({ args, env, onPort }) =>
    measureProcess(args, env, onPort),
  );
  const baseline = measured[0]?.results ?? [];
  return measured.map(({ candidate: { name, maxRatio }, results }, i) => {
    const value = summarize(results.map(cpu));
    if (i === 0) return { name, value };
    const ratio = summarizeRatios(results.map(cpu), baseline.map(cpu));
    return {
      name,
      value,
      ratio,
      otherRatio: summarizeRatios(results.map(wall), baseline.map(wall)),
      ...(maxRatio !== undefined && { target: atMost(maxRatio, ratio.median) }),
    };
  });
}

const cpu = ({ cpuMs }: Cost) => cpuMs;
const wall = ({ wallMs }: Cost) => wallMs;

/** Reading certificates at the start would make `node -e 0` look slower than it is. */
function withoutCa({ NODE_EXTRA_CA_CERTS: _, ...env }: Environment): Environment {
  return env;
}
