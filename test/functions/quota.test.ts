import dns from "node:dns";
import { once } from "node:events";
import { createServer } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { errorOf, loadBundle, TEST_ENV } from "../support/bundle.ts";
import { hasRedis, startRedis, type TestRedis } from "../support/redis.ts";
import { MiniProgram, type PostAnswer, type PutAnswer } from "../upload/client.ts";
import { ask, logIn, startTestEmulator } from "../upload/emulator.ts";

type Limited<T = PutAnswer> = T & {
  readonly left?: Record<string, number>;
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly left?: Record<string, number>;
  };
};

const json = { "content-type": "application/json" };

/** An emulator whose functions have these limits, and users who are logged in. */
async function startLimited(environment: Record<string, string>, triggers = false) {
  const emulator = await startTestEmulator({ triggers, environment: { UPLOAD_AUTH: "jwt", ...environment } });
  const phone = new MiniProgram(emulator.caFile);
  const tokens = new Map<string, string>();
  async function as(user: string): Promise<Record<string, string>> {
    const known = tokens.get(user);
    if (known !== undefined) return { authorization: `Bearer ${known}` };
    tokens.set(user, await logIn(emulator.url, user));
    return await as(user);
  }
  const sign = async <T = PutAnswer>(user: string, path = "put-sign?ext=jpg") =>
    await ask<Limited<T>>(`${emulator.url}/${path}`, { headers: await as(user) });
  const upload = async (user: string, body = "hello", path?: string) => {
    const { json: answer } = await sign(user, path);
    expect((await phone.put(answer, Buffer.from(body))).status).toBe(200);
    return answer.cosKey;
  };
  return { emulator, phone, as, sign, upload };
}

describe("counted from what is stored", () => {
  let limited: Awaited<ReturnType<typeof startLimited>>;
  beforeAll(async () => {
    limited = await startLimited({ QUOTA_FILES_PER_DAY: "2", QUOTA_BYTES_PER_DAY: "60000000" });
  });
  afterAll(() => limited?.emulator.close());

  test("a third file in a day is refused with the time to wait, also when one is deleted that can be uploaded again", async () => {
    const { emulator, phone, sign, as } = limited;
    const { json: first } = await sign("ann");
    expect((await phone.put(first, Buffer.from("hello"))).status).toBe(200);
    const { json: second } = await sign("ann", "put-sign?ext=jpg&size=5");
    // The first file may still be overwritten, with as much as its rule allows.
    const bytes = 60_000_000 - 20 * 1024 ** 2 - 5;
    expect(second.left).toEqual({ files: 0, bytes });
    await phone.put(second, Buffer.from("hello"));
    const { status, headers, json: third } = await sign("ann");
    expect([status, third.error?.code]).toEqual([429, "QuotaExceeded"]);
    expect(third.error?.left).toEqual({ files: 0, bytes });
    expect(third.error?.message).toContain("You may have 2 files a day");
    const seconds = Number(headers.get("retry-after"));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(86_400);
    expect((await sign("bob")).status).toBe(200);
    const headersOfAnn = { headers: await as("ann") };
    await fetch(`${emulator.url}/objects?key=${first.cosKey}`, { method: "DELETE", ...headersOfAnn });
    expect((await sign("ann")).status).toBe(429);
    expect((await phone.put(first, Buffer.from("hello"))).status).toBe(200);
  });

  test("a signature for a file that is not there yet counts with its size, or with the most it may have", async () => {
    const { sign } = limited;
    expect((await sign("eve")).json.left).toEqual({ files: 1, bytes: 60_000_000 - 20 * 1024 ** 2 });
    const large = await sign("eve", "put-sign?ext=mp4&size=50000000");
    expect([large.status, large.json.error?.code]).toEqual([429, "QuotaExceeded"]);
    expect(large.json.error?.message).toContain("60000000 bytes a day");
    expect((await sign("eve", "put-sign?ext=mp4&size=30000000")).status).toBe(200);
  });

  test("an invalid request counts nothing", async () => {
    const { sign } = limited;
    expect((await sign("joe", "put-sign?ext=exe")).status).toBe(400);
    expect((await sign("joe")).json.left?.["files"]).toBe(1);
  });
});

describe("requests per minute", () => {
  let limited: Awaited<ReturnType<typeof startLimited>>;
  beforeAll(async () => {
    limited = await startLimited({ QUOTA_REQUESTS_PER_MINUTE: "3" });
  });
  afterAll(() => limited?.emulator.close());

  test("a ticket does not get around the limit", async () => {
    const { emulator, as } = limited;
    const headers = { ...(await as("ann")), ...json };
    const send = async (path: string, body: object) =>
      await ask<Limited<{ ticket: string }>>(`${emulator.url}${path}`, {
        method: "POST",
        headers,
        body: JSON.stringify(body),
      });
    const { ticket } = (await send("/multipart", { ext: "mp4", size: 1000 })).json;
    const statuses: number[] = [];
    // More than twice a minute's quota, since a new minute may begin meanwhile.
    for (let i = 0; i < 4; i += 1) {
      for (const more of [{ numbers: [1] }, { resume: true }]) {
        statuses.push((await send("/multipart/parts", { ticket, ...more })).status);
      }
    }
    expect(statuses[0]).toBe(200);
    expect(statuses).toContain(429);
  });
});

describe("requests that permit no upload", () => {
  let limited: Awaited<ReturnType<typeof startLimited>>;
  beforeAll(async () => {
    limited = await startLimited({ QUOTA_REQUESTS_PER_MINUTE: "1" });
  });
  afterAll(() => limited?.emulator.close());

  const KEY = "uploads/x/20260101/a.jpg";
  test.each<[string, string, object?]>([
    ["GET", "/object-url?key=OWN"],
    ["GET", "/upload-status?key=OWN"],
    ["GET", "/objects"],
    ["DELETE", "/objects?key=OWN"],
    ["POST", "/objects/delete", { keys: ["OWN"] }],
    ["POST", "/objects/delete", { all: true }],
    ["POST", "/multipart/complete", { ticket: "TICKET" }],
    ["POST", "/multipart/abort", { ticket: "TICKET" }],
  ])("%s %s has a separate limit, ten times as large", async (method, path, body) => {
    const { emulator, as, sign } = limited;
    const user = `${method}${path}${JSON.stringify(body)}`.replaceAll(/\W/g, "");
    const headers = { ...(await as(user)), ...json };
    const begun = await ask<{ key: string; ticket: string }>(`${emulator.url}/multipart`, {
      method: "POST",
      headers,
      body: JSON.stringify({ ext: "mp4", size: 1000 }),
    });
    const { key = KEY, ticket = "" } = begun.json;
    const filled = (text: string) => text.replace("OWN", key).replace("TICKET", ticket);
    const statuses: number[] = [];
    // One more than twice a minute's quota, since a new minute may begin meanwhile.
    for (let i = 0; i < 21; i += 1) {
      const init = { method, headers, ...(body && { body: filled(JSON.stringify(body)) }) };
      statuses.push((await fetch(emulator.url + filled(path), init)).status);
    }
    expect(statuses.slice(0, 10)).not.toContain(429);
    expect(statuses).toContain(429);
    expect([200, 429]).toContain((await sign(user)).status);
  });

  test("an invalid request gets its own error and counts nothing", async () => {
    const { emulator, as } = limited;
    const headers = await as("joe");
    for (let i = 0; i < 30; i += 1) {
      expect((await fetch(`${emulator.url}/upload-status?key=${KEY}`, { headers })).status).toBe(403);
    }
    expect((await fetch(`${emulator.url}/objects`, { headers })).status).toBe(200);
  });
});

describe.skipIf(!hasRedis)("counted in Redis", () => {
  let redis: TestRedis;
  let limited: Awaited<ReturnType<typeof startLimited>>;
  beforeAll(async () => {
    redis = await startRedis();
    limited = await startLimited({
      REDIS_URL: redis.url,
      QUOTA_FILES_PER_DAY: "4",
      QUOTA_REQUESTS_PER_MINUTE: "1000",
    });
  });
  let settled: typeof limited | undefined;
  async function startSettled() {
    settled = await startLimited({ REDIS_URL: redis.url, QUOTA_BYTES_PER_DAY: "100000000" }, true);
    return settled;
  }
  afterAll(async () => {
    await settled?.emulator.close();
    await limited?.emulator.close();
    await redis?.close();
  });
  afterEach(() => redis.client.flushall());

  test("all functions that permit uploads share one quota", async () => {
    const { emulator, sign, as } = limited;
    expect((await sign("ann")).json.left).toMatchObject({ files: 3 });
    expect((await sign<PostAnswer>("ann", "post-policy?ext=jpg")).json.left).toMatchObject({ files: 2 });
    const begun = await sign<{ key: string; rule: string; renewal: string }>(
      "ann",
      "upload-credentials?ext=mp4",
    );
    expect(begun.json.left).toMatchObject({ files: 1 });
    const parts = await ask<Limited>(`${emulator.url}/multipart`, {
      method: "POST",
      headers: { ...(await as("ann")), ...json },
      body: JSON.stringify({ ext: "mp4", size: 1000 }),
    });
    expect(parts.json.left).toMatchObject({ files: 0 });
    for (const path of ["put-sign?ext=jpg", "post-policy?ext=jpg", "upload-credentials?ext=mp4"]) {
      expect((await sign("ann", path)).json.error?.code).toBe("QuotaExceeded");
    }
    const { key, rule, renewal } = begun.json;
    const again = new URLSearchParams({ key, rule, renewal });
    expect((await sign("ann", `upload-credentials?${again}`)).status).toBe(200);
    expect((await sign("bob")).status).toBe(200);
  });

  test("a list is counted as a whole, and its answer says what is left", async () => {
    const { emulator, as } = limited;
    const list = async (count: number) =>
      await ask<Limited<{ uploads: unknown[] }>>(`${emulator.url}/put-sign`, {
        method: "POST",
        headers: { ...(await as("ann")), ...json },
        body: JSON.stringify({ files: Array.from({ length: count }, () => ({ ext: "jpg" })) }),
      });
    expect((await list(3)).json).toMatchObject({ uploads: [{}, {}, {}], left: { files: 1 } });
    expect((await list(2)).json.error).toMatchObject({ code: "QuotaExceeded", left: { files: 1 } });
    expect((await list(1)).json).toMatchObject({ left: { files: 0 } });
  });

  test("what STS refused to sign is given back", async () => {
    const { emulator, sign } = limited;
    emulator.faults.sts = "500";
    expect((await sign("ann")).status).toBe(502);
    emulator.faults.sts = undefined;
    expect((await sign("ann")).json.left).toMatchObject({ files: 3 });
  });

  test("what Redis takes too late, for a request that was refused, is given back", async () => {
    const { sign } = limited;
    expect((await sign("ann")).json.left).toMatchObject({ files: 3 });
    redis.freeze();
    expect((await sign("ann")).status).toBe(503);
    redis.thaw();
    expect((await sign("ann")).json.left).toMatchObject({ files: 2 });
  });

  test("what was counted for a stored file stays counted while it can be overwritten with more", async () => {
    const { emulator, sign, upload } = await startSettled();
    const key = await upload("ann", "hello");
    const settled = (line: string) => line.includes(key) && line.includes('"function":"uploaded"');
    await expect.poll(() => emulator.lines.some(settled)).toBe(true);
    const left = async () => (await sign("ann", "put-sign?ext=jpg&size=1")).json.left?.["bytes"];
    expect(await left()).toBe(100_000_000 - 20 * 1024 ** 2 - 1);
    const [day] = await redis.client.keys("quota:*:held");
    // As if its signature had expired.
    await redis.client.zadd(day ?? "", 1, key);
    expect(await left()).toBe(100_000_000 - 5 - 2);
  });

  test("nobody can upload while Redis is down", async () => {
    const { sign } = limited;
    expect((await sign("ann")).status).toBe(200);
    await redis.kill();
    const { status, headers, json: answer } = await sign("ann");
    expect([status, answer.error?.code, headers.get("retry-after")]).toEqual([503, "QuotaUnavailable", "1"]);
    await redis.restart();
    await expect.poll(async () => (await sign("ann")).status).toBe(200);
  });
});

describe.skipIf(!hasRedis)("a Redis that refuses the functions' login", () => {
  // https://github.com/redis/node-redis/issues/1028 and ioredis#164: only the code in its error says why.
  test.each([
    ["no password", (url: string) => url.replace(/:[^/]*@/, ""), "NOAUTH"],
    // Redis refuses the login with one word and what follows it with the other; either may come first.
    ["another password", (url: string) => url.replace(/:[^/@]*@/, ":other@"), "NOAUTH|WRONGPASS"],
  ])("%s: is logged, and the caller is not asked to retry", async (_, change, word) => {
    const redis = await startRedis("its-password");
    const limited = await startLimited({ REDIS_URL: change(redis.url), QUOTA_FILES_PER_DAY: "1" });
    const { status, headers, json: answer } = await limited.sign("ann");
    await limited.emulator.close();
    await redis.close();
    expect([status, answer.error?.code, headers.get("retry-after")]).toEqual([
      500,
      "ConfigurationError",
      null,
    ]);
    const log = limited.emulator.lines.join("\n");
    expect(log).toMatch(
      new RegExp(`REDIS_URL has a user or a password that Redis refuses \\((?:${word})\\)\\.`),
    );
    expect(log).toMatch(/Correct the (?:user and the )?password of REDIS_URL/);
    expect(log).not.toMatch(/its-password|:other/);
  });
});

describe.skipIf(!hasRedis)("with QUOTA_WHEN_DOWN=open", () => {
  test("uploads continue while Redis is down, and the log says so without its address", async () => {
    const redis = await startRedis();
    const limited = await startLimited({
      REDIS_URL: redis.url,
      QUOTA_FILES_PER_DAY: "1",
      QUOTA_WHEN_DOWN: "open",
    });
    await redis.close();
    const { status, json: answer } = await limited.sign("ann");
    await limited.emulator.close();
    expect([status, answer.left]).toEqual([200, undefined]);
    const log = limited.emulator.lines.join("\n");
    expect(log).toMatch(/"quotaError":"\w+"/);
    expect(log).not.toContain(encodeURIComponent("a password"));
    expect(log).not.toContain("redis://");
  });
});

test.each(["put-sign", "post-policy"])(
  "files that are asked for together count for one day: %s",
  async (name) => {
    const { main_handler, log } = loadBundle(name, TEST_ENV);
    let now = Date.parse("2026-11-27T23:59:59.998+08:00");
    const ticking = vi.spyOn(Date, "now").mockImplementation(() => now++);
    onTestFinished(() => ticking.mockRestore());
    const body = JSON.stringify({ files: Array.from({ length: 10 }, () => ({ ext: "jpg" })) });
    await main_handler({ httpMethod: "POST", headers: json, body });
    expect(log.join("\n").match(/uploads\/2026112\d/g)).toEqual(Array(10).fill("uploads/20261127"));
  },
);

test("a Redis at a host that does not exist is a wrong setting, which the log names", async () => {
  const lookup = vi.spyOn(dns, "lookup").mockImplementation((...args: unknown[]) => {
    const done = args.at(-1);
    const error = Object.assign(new Error("getaddrinfo"), { code: "ENOTFOUND" });
    if (typeof done === "function") process.nextTick(() => done(error));
  });
  onTestFinished(() => lookup.mockRestore());
  const env = { ...TEST_ENV, QUOTA_FILES_PER_DAY: "5", REDIS_URL: "redis://:its-password@redis.example.com" };
  const { main_handler, log } = loadBundle("put-sign", env);
  const answer = await main_handler({ queryString: { ext: "jpg" } });
  expect(errorOf(answer).code).toBe("ConfigurationError");
  expect(answer.headers).not.toHaveProperty("retry-after");
  expect(log.join("\n")).toContain("REDIS_URL names a wrong address (ENOTFOUND).");
});

// https://github.com/sugarforever/chat-ollama/issues/122, https://github.com/redis/ioredis/issues/1262: another server's
// port, and the first byte of a TLS alert, with which a Redis that wants TLS answers one who speaks none.
test.each(["HTTP/1.1 400 Bad Request\r\n", "\x15\x03\x03\x00\x02\x02\x46"])(
  "what answers %j at REDIS_URL is no Redis: a wrong setting, which the log names",
  async (bytes) => {
    const server = createServer((socket) => socket.end(bytes)).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    const env = {
      ...TEST_ENV,
      QUOTA_FILES_PER_DAY: "5",
      REDIS_URL: `redis://:its-password@127.0.0.1:${port}`,
    };
    const { main_handler, log } = loadBundle("put-sign", env);
    const answer = await main_handler({ queryString: { ext: "jpg" } });
    expect(errorOf(answer).code).toBe("ConfigurationError");
    expect(log.join("\n")).toContain("REDIS_URL names a wrong address (NOT_REDIS).");
  },
);

describe("configuration", () => {
  const says = (env: Record<string, string>) =>
    loadBundle("put-sign", { ...TEST_ENV, ...env }).log.join("\n");

  test.each([
    ["QUOTA_FILES_PER_DAY", "0", "QUOTA_FILES_PER_DAY must be a whole number, 1 or more."],
    ["QUOTA_FILES_PER_DAY", "", "QUOTA_FILES_PER_DAY must be a whole number"],
    ["QUOTA_BYTES_PER_DAY", "10MB", "QUOTA_BYTES_PER_DAY must be"],
    ["QUOTA_REQUESTS_PER_MINUTE", "-1", "QUOTA_REQUESTS_PER_MINUTE must be"],
    ["QUOTA_WHEN_DOWN", "yes", "QUOTA_WHEN_DOWN must be open or closed."],
    ["QUOTA_FILES", "5", "QUOTA_FILES is not a quota; use QUOTA_FILES_PER_DAY,"],
  ])("%s=%s is refused by name", (name, value, message) => {
    expect(says({ [name]: value })).toContain(message);
  });

  test.each([
    "localhost:6379",
    "http://10.0.0.5",
    "redis://",
    "redis://:p@ss/word@10.0.0.5:6379",
    "redis://h/x",
  ])("REDIS_URL=%s is refused by name, without its value", (value) => {
    const log = says({ QUOTA_FILES_PER_DAY: "5", REDIS_URL: value });
    expect(log).toContain("REDIS_URL must be redis:// or rediss://");
    expect(log).not.toContain("p@ss");
  });
});
