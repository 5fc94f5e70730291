import { Agent, request } from "node:http";
import { number, object } from "valibot";
import { readAnswer, Worker } from "../lib/worker.ts";
import { type Cost, subject } from "./processes.ts";
import type { Way } from "./ways.ts";

/** How many requests are made at once by default. */
export const CONCURRENCY = 10;

/** A way in a process that keeps running, as a warm instance does. */
export interface WarmWay extends Way {
  run(requests: number, options?: RunOptions): Promise<Cost>;
  /** The memory after a garbage collection, in bytes; only for a function. */
  memory(): Promise<Memory>;
  close(): Promise<void>;
}

export interface RunOptions {
  /** @default the way's own */
  readonly event?: object;
  /** @default 10 */
  readonly concurrency?: number;
}

export interface Memory {
  readonly heapBytes: number;
  readonly rssBytes: number;
}

export function startWarm(way: Way): Promise<WarmWay> {
  return way.kind === "function" ? startFunction(way) : startExpress(way);
}

async function startFunction(way: Way): Promise<WarmWay> {
  const worker = await Worker.start(subject("drive.cjs"), [way.file], way.env, ["--expose-gc"]);
  return {
    ...way,
    async run(requests, { event = way.event, concurrency = CONCURRENCY } = {}) {
      const answer = await worker.ask({ command: "run", requests, concurrency, event });
      return readAnswer(object({ cpuMs: number(), wallMs: number() }), answer);
    },
    async memory() {
      const answer = await worker.ask({ command: "memory" });
      return readAnswer(object({ heapBytes: number(), rssBytes: number() }), answer);
    },
    close: () => worker.close(),
  };
}

/** A server must be called from outside. This process makes the calls, and its own CPU time is not counted. */
async function startExpress(way: Way): Promise<WarmWay> {
  const worker = await Worker.start(subject("serve.cjs"), [way.file], way.env, ["--expose-gc"]);
  const { port } = readAnswer(object({ port: number() }), worker.hello);
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  const cpuMs = async () => readAnswer(object({ cpuMs: number() }), await worker.ask({})).cpuMs;
  return {
    ...way,
    async run(requests) {
      const before = await cpuMs();
      const startedAt = performance.now();
      let left = requests;
      const one = async () => {
        while (left-- > 0) await get(port, agent);
      };
      await Promise.all(Array.from({ length: CONCURRENCY }, one));
      const wallMs = performance.now() - startedAt;
      return { cpuMs: (await cpuMs()) - before, wallMs };
    },
    async memory() {
      throw new Error("The memory of a server is not measured.");
    },
    async close() {
      agent.destroy();
      await worker.close();
    },
  };
}

function get(port: number, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path: "/put-sign?ext=jpg", agent }, (response) => {
      response.resume();
      response.on("end", () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`The server answered ${response.statusCode}.`));
      });
    });
    sent.on("error", reject);
    sent.end();
  });
}

/** Starts these, and ends them even if `work` fails. */
export async function withWarm<T>(
  ways: readonly Way[],
  work: (warm: readonly WarmWay[]) => Promise<T>,
): Promise<T> {
  const started = await Promise.all(ways.map(startWarm));
  try {
    return await work(started);
  } finally {
    await Promise.all(started.map((each) => each.close()));
  }
}
