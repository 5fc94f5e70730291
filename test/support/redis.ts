import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { Redis } from "ioredis";

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
  const port = await freePort();
  const url = `redis://:${encodeURIComponent(password)}@127.0.0.1:${port}/0`;
  const start = async () => {
    const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
    const server = spawn(COMMAND, [...args, "--requirepass", password, "--dir", "/tmp"], { stdio: "ignore" });
    await answering(url);
    return server;
  };
  let server: ChildProcess = await start();
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
      server = await start();
    },
    freeze: () => void server.kill("SIGSTOP"),
    thaw: () => void server.kill("SIGCONT"),
    close: async () => {
      client.disconnect();
      await kill();
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  server.close();
  await once(server, "close");
  return port;
}

async function answering(url: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const probe = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
    probe.on("error", () => {});
    try {
      await probe.connect();
      await probe.ping();
      return;
    } catch (error) {
      if (attempt > 200) throw error;
      await new Promise((resume) => setTimeout(resume, 50));
    } finally {
      probe.disconnect();
    }
  }
}
