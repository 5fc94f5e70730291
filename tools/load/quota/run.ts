import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { object, parse, parseJson, pipe, record, string, unknown } from "valibot";
import type { EmulatorProcess } from "../../lib/emulator-process.ts";
import { type RedisProcess, startRedisProcess } from "../../lib/redis-process.ts";
import { type Environment, readAnswer, Worker } from "../../lib/worker.ts";
import { Client } from "../client.ts";

const INSTANCE = fileURLToPath(new URL("instance.cjs", import.meta.url));

export const CALLERS = 64;
export const INSTANCES = 8;
/** Files a day. */
export const QUOTA = 20;

const Answered = object({
  answer: object({ statusCode: unknown(), body: string() }),
});
const Signed = pipe(string(), parseJson(), object({ url: string(), headers: record(string(), string()) }));

/** One way of counting, and how many files it allowed. */
export interface QuotaLine {
  readonly store: "Redis" | "List";
  readonly stored: number;
  readonly refused: number;
  /** All other outcomes. */
  readonly odd: readonly string[];
}

/**
 * Has {@link CALLERS} callers, all of them the same user, call {@link INSTANCES} instances of put-sign at once and upload
 * what they may: once with exact counts in Redis, and once counted from what is stored.
 *
 * @returns a line for each way of counting; none for Redis if it is not installed
 */
export async function runQuota(emulator: EmulatorProcess, directory: string): Promise<QuotaLine[]> {
  const env = {
    COS_SECRET_ID: emulator.account.secretId,
    COS_SECRET_KEY: emulator.account.secretKey,
    COS_BUCKET: "uploads-1250000000",
    COS_REGION: "ap-guangzhou",
    COS_DOMAIN: emulator.cosHost,
    STS_ENDPOINT: emulator.stsEndpoint,
    NODE_EXTRA_CA_CERTS: emulator.caFile,
    UPLOAD_AUTH: "none",
    QUOTA_FILES_PER_DAY: String(QUOTA),
  };
  const file = join(directory, "put-sign", "index.js");
  const ca = readFileSync(emulator.caFile);
  // This comes first, since it counts everything that is stored; Redis knows only what it was asked to count.
  const lines: QuotaLine[] = [{ store: "List", ...(await rush(file, env, ca)) }];
  const redis: RedisProcess | undefined = await startRedisProcess();
  if (redis === undefined) return lines;
  try {
    lines.push({ store: "Redis", ...(await rush(file, { ...env, REDIS_URL: redis.url }, ca)) });
  } finally {
    await redis.close();
  }
  return lines;
}

async function rush(file: string, env: Environment, ca: Buffer) {
  const instances = await Promise.all(
    Array.from({ length: INSTANCES }, () => Worker.start(INSTANCE, [file], env)),
  );
  const client = new Client(ca);
  const odd: string[] = [];
  let stored = 0;
  let refused = 0;
  // An instance handles one event at a time, so callers wait for it in a queue.
  const queues = instances.map(() => Promise.resolve());

  async function ask(index: number): Promise<{ statusCode: unknown; body: string }> {
    const place = index % INSTANCES;
    const event = { httpMethod: "GET", path: "/put-sign", queryString: { ext: "jpg", size: "5" } };
    const context = { time_limit_in_ms: 30_000 };
    const asked = (queues[place] ?? Promise.resolve()).then(async () =>
      readAnswer(Answered, await instances[place]?.ask({ event, context })),
    );
    queues[place] = asked.then(
      () => {},
      () => {},
    );
    return (await asked).answer;
  }

  async function call(index: number): Promise<void> {
    const { statusCode, body } = await ask(index);
    if (statusCode === 429) {
      refused += 1;
      return;
    }
    if (statusCode !== 200) {
      odd.push(`${String(statusCode)} ${body.slice(0, 200)}`);
      return;
    }
    const { url, headers } = parse(Signed, body);
    const { status } = await client.send({ method: "PUT", url, headers, body: Buffer.from("hello") });
    if (status === 200) stored += 1;
    else odd.push(`COS ${status}`);
  }

  try {
    await Promise.all(Array.from({ length: CALLERS }, (_, index) => call(index)));
  } finally {
    client.close();
    await Promise.all(instances.map((instance) => instance.close()));
  }
  return { stored, refused, odd };
}
