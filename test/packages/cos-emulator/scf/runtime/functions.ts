import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import {
  type FunctionOptions,
  FunctionRuntime,
} from "../../../../../packages/cos-emulator/src/scf/runtime/function-runtime.ts";

const IDENTITY = {
  name: "fixture",
  region: "ap-guangzhou",
  appId: "1250000000",
  ownerUin: "100000000001",
} as const;

/** A folder with `source` as its index.js; removed after the test. */
export async function writeCode(source: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "scf-test-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "index.js"), source);
  return directory;
}

/** A running function whose code is `source`; closed after the test. */
export async function startFunction(source: string, changes: Partial<FunctionOptions> = {}) {
  const lines: string[] = [];
  const runtime = new FunctionRuntime({
    identity: IDENTITY,
    codeDirectory: await writeCode(source),
    environment: {},
    timeoutSeconds: 60,
    memoryMb: 128,
    maxInstances: 4,
    onLine: (line) => lines.push(line),
    ...changes,
  });
  onTestFinished(() => runtime.close());
  return { runtime, lines };
}

/** The value that the handler returned. @throws if the platform answered instead */
export async function returned(runtime: FunctionRuntime, event: unknown = {}) {
  const { outcome } = await runtime.invoke(event);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.failure));
  return JSON.parse(outcome.json);
}

/** Why the platform answered. @throws if the handler did */
export async function failed(runtime: FunctionRuntime, event: unknown = {}) {
  const { outcome } = await runtime.invoke(event);
  if (outcome.ok) throw new Error(`The handler returned ${outcome.json}.`);
  return outcome.failure;
}

/** Whether a process is alive; one that has ended but was not waited for is not. */
export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, "utf8"));
}
