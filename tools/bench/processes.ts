import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Environment } from "../lib/worker.ts";

/** The time that a process took from its start to its end, in milliseconds. */
export interface Cost {
  /** User and system time of all threads. */
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** The path of a script that a measured process runs. */
export function subject(name: string): string {
  return fileURLToPath(new URL(`subject/${name}`, import.meta.url));
}

/**
 * Runs node until it ends, and resolves to the time that it took.
 *
 * @param onPort called with the port that the process writes to descriptor 4
 */
export async function measureProcess(
  args: readonly string[],
  env: Environment,
  onPort?: (port: number) => void,
): Promise<Cost> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, ["--require", subject("probe.cjs"), ...args], {
    env,
    stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
  });
  const [, , stderr, cpu, port] = child.stdio;
  const microseconds = collect(cpu);
  const complaints = collect(stderr);
  port?.once("data", (text) => onPort?.(Number(text)));
  const [code] = await once(child, "exit");
  const wallMs = performance.now() - startedAt;
  if (code !== 0) throw new Error(`node ${args.join(" ")} ended with ${code}: ${await complaints}`);
  return { cpuMs: Number(await microseconds) / 1000, wallMs };
}

async function collect(stream: unknown): Promise<string> {
  let text = "";
  if (isReadable(stream)) for await (const chunk of stream) text += chunk;
  return text;
}

function isReadable(stream: unknown): stream is Readable {
  return typeof stream === "object" && stream !== null && Symbol.asyncIterator in stream;
}
