import { fork } from "node:child_process";
import { on } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEmulator } from "../../packages/cos-emulator/src/index.ts";
import { startCredentialServer } from "./credentials.ts";

export interface SuiteOptions {
  /** Of cos-nodejs-sdk-v5's source, with its own node_modules. */
  readonly folder: string;
  /** Only groups whose title has this in it. */
  readonly only: string;
  /** How long one case may take; the suite's own limit is two minutes. */
  readonly timeoutSeconds: number;
  readonly onGroup: (group: GroupResult) => void;
}

export interface GroupResult {
  readonly title: string;
  readonly passed: number;
  readonly failed: readonly FailedCase[];
}

export interface FailedCase {
  readonly title: string;
  readonly error: string;
  /** What the emulator answered with an error while the case ran, a line of its log each. */
  readonly refusals: readonly string[];
}

/** Whether a case met something that the emulator does not do. */
export function isNotImplemented({ refusals }: FailedCase): boolean {
  return refusals.some((line) => line.includes(" 501 "));
}

/**
 * Runs the suite's groups one after the other, each in a process of its own, against one emulator, as they run against
 * one bucket of COS: some build on what an earlier one left.
 *
 * @throws {Error} when the folder has no suite that can be run
 */
export async function runSuite(options: SuiteOptions): Promise<readonly GroupResult[]> {
  const directory = await mkdtemp(join(tmpdir(), "cos-suite-"));
  let refusals: string[] = [];
  const emulator = await startEmulator({
    dataDirectory: directory,
    log: (line) => {
      if (/ [45]\d\d [A-Z]/.test(line)) refusals.push(line);
    },
  });
  const sts = await startCredentialServer(emulator);
  const env = {
    PATH: process.env["PATH"],
    HOME: directory,
    NODE_EXTRA_CA_CERTS: emulator.caFile,
    SecretId: emulator.account.secretId,
    SecretKey: emulator.account.secretKey,
    Bucket: emulator.bucket.name,
    Region: emulator.bucket.region,
    Uin: emulator.account.ownerUin,
    nodejssdkStsUrl: sts.url,
  };
  const script = fileURLToPath(new URL("group.cjs", import.meta.url));
  const port = new URL(emulator.cosUrl).port;
  const timeout = String(options.timeoutSeconds * 1000);

  async function* messages(...place: string[]): AsyncGenerator<Message> {
    const ended = new AbortController();
    const child = fork(script, [options.folder, port, timeout, ...place], {
      cwd: directory,
      env,
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    child.once("exit", () => ended.abort());
    try {
      for await (const [message] of on(child, "message", { signal: ended.signal })) yield message;
    } catch (error) {
      if (!ended.signal.aborted) throw error;
    }
  }

  async function runGroup(title: string, place: number): Promise<GroupResult> {
    const passed = new Set<string>();
    const failed = new Map<string, FailedCase>();
    refusals = [];
    let index = 0;
    for await (const message of messages(String(place))) {
      if (message.type === "end") break;
      if (message.type === "groups") continue;
      // Titles are not unique; a case that fails behind its end is told right after it.
      const name = message.type === "fail" && passed.has(`${index} ${message.title}`) ? index : ++index;
      const id = `${name} ${message.title}`;
      if (message.type === "pass") passed.add(id);
      else {
        passed.delete(id);
        failed.set(id, { title: message.title, error: message.error, refusals });
      }
      refusals = [];
    }
    return { title, passed: passed.size, failed: [...failed.values()] };
  }

  try {
    const results: GroupResult[] = [];
    let groups: readonly Group[] = [];
    for await (const message of messages()) if (message.type === "groups") groups = message.groups;
    if (groups.length === 0) throw new Error(`${options.folder}/test/test.js has no groups; see above.`);
    for (const [place, { title, count }] of groups.entries()) {
      if (!title.includes(options.only)) continue;
      const result = await runGroup(title, place);
      const missing = count - result.passed - result.failed.length;
      const lost = { title: "its process ended early", error: `${missing} cases were not run`, refusals: [] };
      const whole = missing > 0 ? { ...result, failed: [...result.failed, lost] } : result;
      options.onGroup(whole);
      results.push(whole);
    }
    return results;
  } finally {
    sts.close();
    await emulator.close();
    await rm(directory, { recursive: true, force: true });
  }
}

interface Group {
  readonly title: string;
  readonly count: number;
}

type Message =
  | { readonly type: "groups"; readonly groups: readonly Group[] }
  | { readonly type: "pass"; readonly title: string }
  | { readonly type: "fail"; readonly title: string; readonly error: string }
  | { readonly type: "end" };
