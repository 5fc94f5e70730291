import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import { listen, stop } from "../../packages/cos-emulator/src/cloud/listen.ts";
import {
  onTestEnd,
  SHOW_ENVIRONMENT,
  temporaryFolder,
  writeFunctions,
} from "../packages/cos-emulator/fixture-functions.ts";
import { lives } from "../packages/cos-emulator/scf/runtime/functions.ts";

const MAIN = fileURLToPath(new URL("../../dev/main.ts", import.meta.url));
const NODE = [process.execPath, "--import", "tsx", MAIN] as const;

/** A function that, as one with a kept connection, has something to live for. */
const LINGERING = `setInterval(() => {}, 1000); ${SHOW_ENVIRONMENT}`;

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
  /** Calls the function and gives its instance's process number. */
  readonly instancePid: () => Promise<number>;
}

async function startMain(command: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Main> {
  const [file = "", ...args] = command;
  const child = spawn(file, args, {
    // One that is killed leaves its temporary files where the test's own end.
    env: { PATH: process.env["PATH"], TMPDIR: await temporaryFolder(), ...environment },
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
  const url = await vi.waitUntil(() => ready() ?? (child.exitCode === null ? undefined : text), 20_000);
  const instancePid = async () => {
    const response = await fetch(`${url}/show`);
    return Number(JSON.parse(await response.text()).pid);
  };
  return { child, output: () => text, url, instancePid };
}

function runMain(args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const [file, ...rest] = NODE;
  return new Promise((resolve) => {
    const child = execFile(file, [...rest, ...args], (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

test.each(["SIGINT", "SIGTERM"] as const)("%s ends it with 0 and leaves no process", async (signal) => {
  const main = await startMain([...NODE, ...(await baseArguments())]);
  const pid = await main.instancePid();
  main.child.kill(signal);
  // Runners pass on a signal that the terminal has sent already.
  main.child.kill(signal);
  const [code] = await once(main.child, "exit");
  expect(code).toBe(0);
  expect(lives(pid)).toBe(false);
});

test("prints the addresses, and one line when everything answers", async () => {
  const args = await baseArguments();
  const main = await startMain([...NODE, ...args]);
  const lines = main.output().split("\n");
  expect(lines.filter((line) => line.startsWith("ready "))).toEqual([`ready ${main.url}`]);
  const text = main.output();
  for (const part of [
    `${main.url}/show`,
    "https://127.0.0.1:",
    "uploads-1250000000",
    args.at(-1),
    "ca.pem",
  ]) {
    expect(text).toContain(part);
  }
});

test("a second one in the same data folder is refused by name, and the first keeps its deploy.env", async () => {
  const args = await baseArguments();
  const first = await startMain([...NODE, ...args]);
  const rehearsal = join(args.at(-1) ?? "", "deploy.env");
  const before = await readFile(rehearsal, "utf8");
  const { code, stderr } = await runMain(args);
  expect(stderr).toMatch(new RegExp(`^Another emulator, process ${first.child.pid}, works in .*--data`));
  expect(code).toBe(1);
  expect(await readFile(rehearsal, "utf8")).toBe(before);
});

test("one that was killed outright does not keep its data folder", async () => {
  const args = await baseArguments();
  const first = await startMain([...NODE, ...args]);
  first.child.kill("SIGKILL");
  await once(first.child, "exit");
  expect((await startMain([...NODE, ...args])).url).toMatch(/^http:/);
});

test("npm start looks at the ports and at the data folder before it builds", async () => {
  const server = createServer();
  const port = await listen(server, 0);
  onTestEnd(() => stop(server));
  const start = fileURLToPath(new URL("../../dev/start.ts", import.meta.url));
  const started = (args: readonly string[]) =>
    new Promise<{ stdout: string; stderr: string }>((resolve) => {
      execFile(process.execPath, ["--import", "tsx", start, ...args], (_, stdout, stderr) =>
        resolve({ stdout, stderr }),
      );
    });
  const args = await baseArguments();
  expect(await started([...args, "--sts-port", String(port)])).toEqual({
    // Each bundle that is built is a line on standard output.
    stdout: "",
    stderr: `Port ${port}, for STS, is taken: choose another with --sts-port.\n`,
  });
  await startMain([...NODE, ...args]);
  const second = await started(args);
  expect(second.stdout).toBe("");
  expect(second.stderr).toContain("Another emulator");
  expect((await started(["--help"])).stdout).toContain("--data");
});

test("killed outright, it leaves no instance behind", async () => {
  const main = await startMain([...NODE, ...(await baseArguments())]);
  const pid = await main.instancePid();
  main.child.kill("SIGKILL");
  await vi.waitUntil(() => !lives(pid), 5000);
});

test("started by npm, it ends when npm's shell does", async () => {
  const script = `"$@" & echo "pid $!"; wait`;
  const main = await startMain(["/bin/sh", "-c", script, "sh", ...NODE, ...(await baseArguments())], {
    npm_lifecycle_event: "start",
  });
  const pid = Number(/^pid (\d+)$/m.exec(main.output())?.[1]);
  expect(lives(pid)).toBe(true);
  main.child.kill("SIGKILL");
  await vi.waitUntil(() => !lives(pid), 5000);
});

test("goes on when nobody reads its output any more", async () => {
  const main = await startMain([...NODE, ...(await baseArguments())]);
  main.child.stdout?.destroy();
  main.child.stderr?.destroy();
  const pid = await main.instancePid();
  expect(await main.instancePid()).toBe(pid);
  main.child.kill("SIGTERM");
  expect(await once(main.child, "exit")).toEqual([0, null]);
});

test.each([
  ["functions", "--port"],
  ["COS", "--cos-port"],
  ["STS", "--sts-port"],
])("a taken port of %s is one sentence that names it and %s", async (service, flag) => {
  const other = createServer();
  const port = await listen(other, 0);
  onTestEnd(() => stop(other));
  const { code, stdout, stderr } = await runMain([...(await baseArguments()), flag, String(port)]);
  expect(stderr).toBe(`Port ${port}, for ${service}, is taken: choose another with ${flag}.\n`);
  expect([code, stdout]).toEqual([1, ""]);
});

test("a bad value exits with 2", async () => {
  const { code, stderr } = await runMain(["--port", "many"]);
  expect(code).toBe(2);
  expect(stderr).toContain("--port <number>");
});

test("a variable that SCF would not take exits with 2", async () => {
  const { code, stderr } = await runMain([...(await baseArguments()), "--env", "TENCENTCLOUD_SECRETID=x"]);
  expect(code).toBe(2);
  expect(stderr).toBe(
    "The environment variable TENCENTCLOUD_SECRETID starts with TENCENTCLOUD_, which is reserved.\n",
  );
});

test("nothing built is told with the command that builds", async () => {
  const { code, stderr } = await runMain(["--functions", await temporaryFolder(), "--port", "0"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^There is no built function in .*: run npm run build first\.\n$/);
});

test("says where the account's secrets are, and no more of them than the key's id", async () => {
  const args = await baseArguments();
  const main = await startMain([...NODE, ...args]);
  const file = join(args.at(-1) ?? "", "account.json");
  const { secretId, secretKey, jwtSecret, weChatSecret } = JSON.parse(await readFile(file, "utf8"));
  expect(main.output()).toContain(`the secrets are in ${file}`);
  expect(main.output()).toContain(secretId);
  for (const secret of [secretKey, jwtSecret, weChatSecret]) expect(main.output()).not.toContain(secret);
});

test("a broken account.json ends the start with one sentence that says what to do", async () => {
  const args = await baseArguments();
  const file = join(args.at(-1) ?? "", "account.json");
  await writeFile(file, '{"secretId":');
  const { code, stderr } = await runMain(args);
  expect(code).toBe(1);
  expect(stderr).toBe(
    `${file} keeps the secrets of the emulated account and cannot be used: it is not JSON. Remove it, and the next start draws new ones; or choose another folder with --data.\n`,
  );
});
