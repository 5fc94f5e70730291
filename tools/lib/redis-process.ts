import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { Redis } from "ioredis";

/** A real Redis on loopback, which stores nothing on disk. */
export interface RedisProcess {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Starts `redis-server`, and waits until it answers.
 *
 * @returns undefined when it is not installed (Debian's package is redis-server)
 */
export async function startRedisProcess(): Promise<RedisProcess | undefined> {
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const child = spawn("redis-server", args, { stdio: "ignore", cwd: "/" });
  const isStarted = await once(child, "spawn").then(
    () => true,
    () => false,
  );
  if (!isStarted) return undefined;
  const exited = once(child, "exit");
  const client = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: 200 });
  client.on("error", () => {});
  try {
    const answer = await Promise.race([client.ping(), wait(10_000)]);
    if (answer === undefined) throw new Error("redis-server does not answer.");
  } catch (error) {
    child.kill();
    throw error;
  } finally {
    client.disconnect();
  }
  return {
    url,
    close: async () => {
      child.kill();
      await exited;
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
