import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { readCommandLine } from "../../dev/cli.ts";
import { startDev } from "../../dev/emulator.ts";
import { listen, stop } from "../../packages/cos-emulator/src/cloud/listen.ts";
import { explainStart } from "../../packages/cos-emulator/src/index.ts";
import {
  onTestEnd,
  SHOW_ENVIRONMENT,
  temporaryFolder,
  writeFunctions,
} from "../packages/cos-emulator/fixture-functions.ts";
import { lives } from "../packages/cos-emulator/scf/runtime/functions.ts";
import { bundledProgram } from "../support/programs.ts";

const path = (file: string) => fileURLToPath(new URL(`../../dev/${file}`, import.meta.url));
/** What `npm start` runs first, and the program that it runs after the build. */
const START = [process.execPath, bundledProgram("dev/start.ts")] as const;
const MAIN = [process.execPath, bundledProgram("dev/main.ts")] as const;
/** The same as npm starts them. */
const START_AS_IS = [process.execPath, "--import", "tsx", path("start.ts")] as const;
const MAIN_AS_IS = [process.execPath, "--import", "tsx", path("main.ts")] as const;

/** Has something to stay alive for, like a function with a kept connection. */
const LINGERING = `setInterval(() => {}, 1000); ${SHOW_ENVIRONMENT}`;

/** Temporary files: a killed process leaves its own here, and all share what tsx has compiled. */
let temporary: string;
beforeAll(async () => {
  temporary = await mkdtemp(join(tmpdir(), "emulator-test-"));
});
afterAll(() => rm(temporary, { recursive: true, force: true }));

async function baseArguments(): Promise<string[]> {
  const functions = await writeFunctions({ show: LINGERING });
  const data = await temporaryFolder();
  return ["--port", "0", "--cos-port", "0", "--functions", functions, "--data", data];
}

interface Main {
  readonly child: ChildProcess;
  /** What it has printed so far. */
  readonly output: () => string;
  readonly url: string;
  /** Calls the function and returns the process id of its instance. */
  readonly instancePid: () => Promise<number>;
}

async function startMain(command: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Main> {
  const [file = "", ...args] = command;
  const child = spawn(file, args, {
    env: { PATH: process.env["PATH"], TMPDIR: temporary, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestEnd(async () => child.kill("SIGKILL"));
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      text += chunk;
    });
  }
  const ready = () => /^ready (http:\/\/127\.0\.0\.1:\d+)$/m.exec(text)?.[1];
  const url = await vi.waitUntil(() => ready() ?? (child.exitCode === null ? undefined : text), 60_000);
  const instancePid = async () => {
    const response = await fetch(`${url}/show`);
    return Number(JSON.parse(await response.text()).pid);
  };
  return { child, output: () => text, url, instancePid };
}

function run(
  [file, ...first]: readonly [string, ...string[]],
  args: readonly string[],
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(file, [...first, ...args], (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

/** What a start with these arguments would say, without starting a process. */
async function refusal(args: readonly string[]): Promise<string> {
  const commandLine = readCommandLine(args);
  if ("exitCode" in commandLine) return `exit code ${commandLine.exitCode}`;
  try {
    const emulator = await startDev(commandLine.options);
    onTestEnd(() => emulator.close());
    return "";
  } catch (error) {
    return explainStart(error);
  }
}

async function takenPort(): Promise<number> {
  const server = createServer();
  onTestEnd(() => stop(server));
  return await listen(server, 0);
}

async function expectExitOn(signal: "SIGINT" | "SIGTERM", main: Main): Promise<void> {
  const pid = await main.instancePid();
  main.child.kill(signal);
  // Runners forward a signal that the terminal has already sent.
  main.child.kill(signal);
  expect(await once(main.child, "exit")).toEqual([0, null]);
  expect(lives(pid)).toBe(false);
}

test("prints the addresses, one ready line, and no secret but the key's id; SIGINT ends it with 0 and leaves no process", async () => {
  const args = await baseArguments();
  const main = await startMain([...MAIN_AS_IS, ...args]);
  const text = main.output();
  expect(text.split("\n").filter((line) => line.startsWith("ready "))).toEqual([`ready ${main.url}`]);
  for (const part of [
    `${main.url}/show`,
    "https://127.0.0.1:",
    "uploads-1250000000",
    args.at(-1),
    "ca.pem",
  ]) {
    expect(text).toContain(part);
  }

  const file = join(args.at(-1) ?? "", "account.json");
  const { secretId, secretKey, jwtSecret, weChatSecret } = JSON.parse(await readFile(file, "utf8"));
  expect(text).toContain(`the secrets are in ${file}`);
  expect(text).toContain(secretId);
  for (const secret of [secretKey, jwtSecret, weChatSecret]) expect(text).not.toContain(secret);

  await expectExitOn("SIGINT", main);
});

test("refuses a second emulator in the same data folder, before npm start builds, and leaves deploy.env alone", async () => {
  const args = await baseArguments();
  const first = await startMain([...MAIN, ...args]);
  const rehearsal = join(args.at(-1) ?? "", "deploy.env");
  const before = await readFile(rehearsal, "utf8");
  const refusal = new RegExp(`^Another emulator, process ${first.child.pid}, is using .*--data`);
  for (const command of [MAIN, START]) {
    const { code, stdout, stderr } = await run(command, args);
    expect(stderr).toMatch(refusal);
    expect([code, stdout]).toEqual([1, ""]);
  }
  expect(await readFile(rehearsal, "utf8")).toBe(before);
});

test("after SIGKILL, no instance and no lock remain; the next one runs on when its output is closed, until SIGTERM", async () => {
  const args = await baseArguments();
  const first = await startMain([...MAIN, ...args]);
  const pid = await first.instancePid();
  first.child.kill("SIGKILL");
  await expect.poll(() => !lives(pid)).toBe(true);

  const next = await startMain([...MAIN, ...args]);
  expect(next.url).toMatch(/^http:/);
  next.child.stdout?.destroy();
  next.child.stderr?.destroy();
  expect(await next.instancePid()).toBe(await next.instancePid());
  await expectExitOn("SIGTERM", next);
});

test("started by npm, it ends when npm's shell ends", async () => {
  const script = `"$@" & echo "pid $!"; wait`;
  const main = await startMain(["/bin/sh", "-c", script, "sh", ...MAIN, ...(await baseArguments())], {
    npm_lifecycle_event: "start",
  });
  const pid = Number(/^pid (\d+)$/m.exec(main.output())?.[1]);
  expect(lives(pid)).toBe(true);
  main.child.kill("SIGKILL");
  await expect.poll(() => !lives(pid)).toBe(true);
});

test("reports a taken port in one sentence that names the service and the flag, before npm start builds", async () => {
  const port = await takenPort();
  const args = [...(await baseArguments()), "--sts-port", String(port)];
  for (const command of [MAIN, START]) {
    expect(await run(command, args)).toEqual({
      code: 1,
      // Each bundle that is built prints a line on standard output.
      stdout: "",
      stderr: `Port ${port}, for STS, is taken: choose another with --sts-port.\n`,
    });
  }
});

test.each([
  ["functions", "--port"],
  ["COS", "--cos-port"],
])("reports a taken port of %s with %s", async (service, flag) => {
  const port = await takenPort();
  expect(await refusal([...(await baseArguments()), flag, String(port)])).toBe(
    `Port ${port}, for ${service}, is taken: choose another with ${flag}.`,
  );
});

test("npm start shows its help without building", async () => {
  const { code, stdout } = await run(START_AS_IS, ["--help"]);
  expect(stdout).toContain("--data");
  expect(code).toBe(0);
});

test("a bad value ends it with 2", async () => {
  const { code, stderr } = await run(MAIN, ["--port", "many"]);
  expect(code).toBe(2);
  expect(stderr).toContain("--port <number>");
});

test("a variable that SCF reserves ends it with 2", async () => {
  const args = [...(await baseArguments()), "--env", "TENCENTCLOUD_SECRETID=x"];
  const { code, stderr } = await run(MAIN, args);
  expect(code).toBe(2);
  expect(stderr).toBe(
    "The environment variable TENCENTCLOUD_SECRETID starts with TENCENTCLOUD_, which is reserved.\n",
  );
});

test("names the build command when nothing is built", async () => {
  const { code, stderr } = await run(MAIN, ["--functions", await temporaryFolder(), "--port", "0"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^There is no built function in .*: run npm run build first\.\n$/);
});

test("a data folder that cannot be created ends it at once, in one sentence", async () => {
  const file = join(await temporaryFolder(), "file");
  await writeFile(file, "");
  const { code, stderr } = await run(MAIN, [...(await baseArguments()), "--data", join(file, "data")]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^\S+ cannot be the data folder \(ENOTDIR.*\): choose another with --data\.\n$/);
});

test("a broken account.json ends it with one sentence that says what to do", async () => {
  const args = await baseArguments();
  const file = join(args.at(-1) ?? "", "account.json");
  await writeFile(file, '{"secretId":');
  expect(await refusal(args)).toBe(
    `${file} keeps the secrets of the emulated account and cannot be used: it is not JSON. Remove it, and the next start creates new ones; or choose another folder with --data.`,
  );
});
