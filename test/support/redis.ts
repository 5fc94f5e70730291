import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { freePort } from "./free-port.ts";

const COMMAND = "redis-server";

/** With `.ci/run`, Redis is required. */
const IS_REQUIRED = process.env["REQUIRE_REDIS"] === "1";

/** Whether there is a real Redis to test with; Debian's package redis-server contains it. */
export const hasRedis = spawnSync(COMMAND, ["--version"]).status === 0;

if (!hasRedis) {
  const says = `${COMMAND} is not installed (apt-get install redis-server)`;
  if (IS_REQUIRED) throw new Error(`${says}, and REQUIRE_REDIS=1 says that it must be.`);
  console.warn(`Tests of exact quotas are skipped: ${says}.`);
}

/** A real Redis on loopback that keeps nothing on disk. */
export interface TestRedis {
  readonly url: string;
  /** A client for looking at its contents. */
  readonly client: Redis;
  /** Ends the process at once, as in a crash. */
  kill(): Promise<void>;
  /** Starts it again at the same address, empty. */
  restart(): Promise<void>;
  /** Stops it as it is: it accepts connections, but does not answer. */
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

export async function startRedis(password = "a password, with @:/"): Promise<TestRedis> {
  const urlAt = (port: number) => `redis://:${encodeURIComponent(password)}@127.0.0.1:${port}/0`;
  const start = async (port: number): Promise<ChildProcess | undefined> => {
    const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
    const server = spawn(COMMAND, [...args, "--requirepass", password, "--dir", "/tmp"], { stdio: "ignore" });
    return (await isAnswering(urlAt(port), server)) ? server : undefined;
  };
  let port = 0;
  let started: ChildProcess | undefined;
  for (let attempt = 0; started === undefined; attempt += 1) {
    if (attempt > 20) throw new Error(`${COMMAND} does not start.`);
    port = await freePort();
    started = await start(port);
  }
  let server = started;
  const url = urlAt(port);
  const client = new Redis(url, { retryStrategy: () => 50 });
  client.on("error", () => {});
  const kill = async () => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, "exit");
    server.kill("SIGKILL");
    await ended;
  };
  return {
    url,
    client,
    kill,
    restart: async () => {
      await kill();
      const again = await start(port);
      if (again === undefined) throw new Error(`${COMMAND} does not start again.`);
      server = again;
    },
    freeze: () => void server.kill("SIGSTOP"),
    thaw: () => void server.kill("SIGCONT"),
    close: async () => {
      client.disconnect();
      await kill();
    },
  };
}

/** Whether this very process answers; false if it has ended, such as when something else has its port. */
async function isAnswering(url: string, server: ChildProcess): Promise<boolean> {
  while (server.exitCode === null) {
    const probe = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
    probe.on("error", () => {});
    try {
      await probe.connect();
      // Another test's has the same password.
      if ((await probe.info("server")).includes(`process_id:${server.pid}\r\n`)) return true;
    } catch {
      // It does not listen yet.
    } finally {
      probe.disconnect();
    }
    await sleep(50);
  }
  return false;
}
