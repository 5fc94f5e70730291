import { summarize } from "../../lib/statistics.ts";
import { atMost, type Bench } from "../bench.ts";
import type { Figure, Table } from "../report.ts";
import { type Memory, startWarm } from "../warm-way.ts";
import type { Way } from "../ways.ts";

const FIRST = 1000;
const MB = 1024 ** 2;

/**
 * 10% of 7 MB over 9,000 requests is 80 bytes per request: less than any part of a request that could leak. It leaves room
 * for code that is still being compiled, which makes a bare POST's heap grow too.
 */
const MAX_GROWTH = 1.1;

/** Whether a warm instance's memory grows while it serves one request at a time, as on SCF. */
export async function memory({ ways, quick }: Bench): Promise<Table> {
  const total = quick ? 4000 : 10_000;
  const bare = await grow(ways.barePost, total);
  const putSign = await grow(ways.putSign, total);
  const postPolicy = await grow(ways.postPolicy, total);
  return {
    id: "memory",
    title: `Memory after ${total} requests`,
    unit: "MB",
    baseline: `after ${FIRST}`,
    method: "After a garbage collection; heap includes external memory; one request at a time.",
    figures: [
      figure("heap", bare),
      figure("heap", putSign, MAX_GROWTH),
      figure("heap", postPolicy, MAX_GROWTH),
      figure("resident", bare),
      figure("resident", putSign),
      figure("resident", postPolicy),
    ],
  };
}

interface Growth {
  readonly name: string;
  readonly first: Memory;
  readonly last: Memory;
}

async function grow(way: Way, total: number): Promise<Growth> {
  const warm = await startWarm(way);
  try {
    await warm.run(FIRST, { concurrency: 1 });
    const first = await warm.memory();
    await warm.run(total - FIRST, { concurrency: 1 });
    return { name: way.name, first, last: await warm.memory() };
  } finally {
    await warm.close();
  }
}

function figure(of: "heap" | "resident", { name, first, last }: Growth, maxRatio?: number): Figure {
  const bytes = (memory: Memory) => (of === "heap" ? memory.heapBytes : memory.rssBytes);
  const ratio = bytes(last) / bytes(first);
  return {
    name: `${of}, ${name}`,
    value: summarize([bytes(last) / MB]),
    ratio: summarize([ratio]),
    ...(maxRatio !== undefined && { target: atMost(maxRatio, ratio) }),
  };
}
