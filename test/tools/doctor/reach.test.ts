import { generateKeyPairSync, randomBytes } from "node:crypto";
import dns from "node:dns";
import { createServer } from "node:net";
import { exportJWK, generateKeyPair } from "jose";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { TEST_JWT_SECRET } from "../../support/account.ts";
import { freePort } from "../../support/free-port.ts";
import { serveHttps } from "../../support/https.ts";
import { hasRedis, startRedis } from "../../support/redis.ts";
import { doctor } from "./support.ts";

const SETTINGS = {
  COS_SECRET_ID: "AKIDexample",
  COS_SECRET_KEY: "example",
  COS_BUCKET: "uploads-1250000000",
  COS_REGION: "ap-guangzhou",
  // On this machine, so that nothing leaves it.
  COS_DOMAIN: "127.0.0.1:1",
  STS_ENDPOINT: "127.0.0.1:1",
};

async function look(env: Record<string, string>, ...args: string[]) {
  return await doctor(["--json", "--no-upload", ...args], { env: { ...SETTINGS, ...env } });
}

async function serve(status: number, body: string, methods: string[] = []) {
  const server = await serveHttps((request, response) => {
    methods.push(`${request.method} ${request.url}`);
    response.writeHead(status).end(request.method === "HEAD" ? undefined : body);
  });
  onTestFinished(() => server.close());
  return server;
}

function rsaKey(modulusLength: number): object {
  return generateKeyPairSync("rsa", { modulusLength }).publicKey.export({ format: "jwk" });
}

describe("the key set at JWT_JWKS_URL", () => {
  async function keysOf(status: number, body: string) {
    const server = await serve(status, body);
    const JWT_JWKS_URL = `https://${server.host}/jwks.json`;
    const env = { JWT_JWKS_URL, JWT_ISSUER: "https://id.example.com", JWT_AUDIENCE: "uploads" };
    return await look(env, "--ca", server.caFile);
  }

  test.each(["RS256", "ES256", "ES384", "ES512", "EdDSA"])(
    "with a key for %s is good, and so are its settings",
    async (alg) => {
      const { publicKey } = await generateKeyPair(alg);
      const keys = [await exportJWK(publicKey), { kty: "oct", k: "c2VjcmV0" }];
      const outcome = await keysOf(200, JSON.stringify({ keys }));
      expect(outcome.check("auth.keys")).toMatchObject({ status: "pass", detail: "1 of 2." });
      expect(outcome.check("settings.auth")).toMatchObject({ status: "pass" });
    },
  );

  test.each([
    // The address of the login itself, of its configuration, or of nothing.
    ["a page that does not exist", 404, "Not Found", "answers 404"],
    ["a redirect", 302, "", "answers 302"],
    ["a page", 200, "<html></html>", "is not a key set"],
    [
      "the login's configuration",
      200,
      '{"issuer":"https://id.example.com","jwks_uri":"https://x"}',
      "is not a key set",
    ],
    [
      "a set without a usable key",
      200,
      '{"keys":[{"kty":"oct"},{"kty":"EC","crv":"P-384"}]}',
      "None of its 2 keys",
    ],
    // https://github.com/sebadob/rauthy/issues/1123
    ["a set with a key of 2028 bits", 200, JSON.stringify({ keys: [rsaKey(2028)] }), "2048 bits or more"],
    ["a set with a key without its parts", 200, '{"keys":[{"kty":"RSA","n":""}]}', "None of its 1 keys"],
    ["a set of keys for encryption", 200, '{"keys":[{"kty":"RSA","use":"enc"}]}', "None of its 1 keys"],
    ["an empty set", 200, '{"keys":[]}', "None of its 0 keys"],
  ])("fails if it is %s", async (_, status, body, says) => {
    const found = (await keysOf(status, body)).check("auth.keys");
    expect(found).toMatchObject({ status: "fail", detail: expect.stringContaining(says) });
  });

  test("is skipped if it cannot be reached, and not looked for where tokens are checked with a secret", async () => {
    const keySet = {
      JWT_ISSUER: "i",
      JWT_AUDIENCE: "a",
      JWT_JWKS_URL: `https://127.0.0.1:${await freePort()}/`,
    };
    expect((await look(keySet)).check("auth.keys")).toMatchObject({ status: "skip" });
    const { checks } = await look({ JWT_SECRET: TEST_JWT_SECRET });
    expect(checks.filter(({ id }) => /^(auth\.keys|quota\.redis|life\.webhook)/.test(id))).toEqual([]);
  });
});

describe("the Redis of REDIS_URL", () => {
  const quota = { JWT_SECRET: TEST_JWT_SECRET, QUOTA_FILES_PER_DAY: "5" };

  // https://github.com/langgenius/dify/issues/24806 and 10898: a check that finds a Redis healthy that lets nobody in.
  test.skipIf(!hasRedis)("is tried as the quota uses it", async () => {
    const redis = await startRedis("its-password");
    onTestFinished(() => redis.close());
    const ask = async (url: string) => (await look({ ...quota, REDIS_URL: url })).check("quota.redis");
    expect(await ask(redis.url)).toMatchObject({ status: "pass" });
    for (const url of [redis.url.replace(":its-password@", ""), redis.url.replace("its-", "other-")]) {
      const found = await ask(url);
      expect(found).toMatchObject({ status: "fail", fix: expect.stringContaining("password") });
      expect(found.detail).toMatch(/^Redis answers (NOAUTH|WRONGPASS)\.$/);
    }
    // https://github.com/redis/ioredis/issues/74, GetStream/Winds#534: the client counts on, in database 0.
    expect(await ask(redis.url.replace(/\d+$/, "15"))).toMatchObject({ status: "pass" });
    expect(await ask(redis.url.replace(/\d+$/, "16"))).toMatchObject({
      status: "fail",
      detail: expect.stringContaining("does not have the database"),
    });
    // https://github.com/redis/node-redis/issues/1050
    await redis.client.replicaof("127.0.0.1", "1");
    expect(await ask(redis.url)).toMatchObject({ status: "fail", detail: "Redis answers READONLY." });
    await redis.client.replicaof("NO", "ONE");
    // https://github.com/redisson/redisson/issues/413
    await redis.client.config("SET", "maxmemory", "1");
    expect(await ask(redis.url)).toMatchObject({ status: "fail", detail: "Redis answers OOM." });
    await redis.client.config("SET", "maxmemory", "0");
    await redis.client.acl("SETUSER", "reader", "on", ">secret", "~*", "+@read");
    const reader = redis.url.replace(/:[^/@]*@/, "reader:secret@");
    expect(await ask(reader)).toMatchObject({ status: "fail", detail: "Redis answers NOPERM." });
  });

  // https://github.com/redisson/redisson/issues/4389, BerriAI/litellm#32232: a proxy that does not run every command.
  test("fails if it answers, but runs no scripts", async () => {
    const proxy = createServer((socket) => {
      socket.on("data", () => socket.write("-ERR command eval not support for your account\r\n"));
    });
    onTestFinished(() => void proxy.close());
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const address = proxy.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const outcome = await look({ ...quota, REDIS_URL: `redis://127.0.0.1:${port}` });
    expect(outcome.check("quota.redis")).toMatchObject({
      status: "fail",
      detail: "Redis answers: ERR command eval not support for your account.",
    });
  });

  // https://github.com/redis/ioredis/issues/1262, https://github.com/sugarforever/chat-ollama/issues/122
  test.each([
    ["redis:", "\x15\x03\x03\x00\x02\x02\x46", "Redis's protocol (NOT_REDIS)"],
    ["rediss:", "-ERR unknown command\r\n", "TLS (ERR_SSL_"],
  ])("fails if %s// is not how the server is spoken to", async (scheme, bytes, says) => {
    const server = createServer((socket) => void socket.once("data", () => socket.end(bytes)));
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const outcome = await look({ ...quota, REDIS_URL: `${scheme}//127.0.0.1:${port}` });
    expect(outcome.check("quota.redis")).toMatchObject({
      status: "fail",
      detail: expect.stringContaining(says),
      fix: expect.stringContaining("rediss:// is for a Redis with TLS"),
    });
  });

  test("is skipped if it cannot be reached from here: only the functions are in its VPC", async () => {
    const outcome = await look({ ...quota, REDIS_URL: `redis://127.0.0.1:${await freePort()}` });
    expect(outcome.check("quota.redis")).toMatchObject({
      status: "skip",
      detail: "It could not be reached from here (ECONNREFUSED).",
    });
  });
});

describe("the receiver at UPLOADED_WEBHOOK", () => {
  async function webhook(status: number, methods: string[] = []) {
    const server = await serve(status, "", methods);
    const env = {
      JWT_SECRET: TEST_JWT_SECRET,
      UPLOADED_WEBHOOK: `https://${server.host}/hook?token=its-secret`,
      WEBHOOK_SECRET: `whsec_${randomBytes(32).toString("base64")}`,
    };
    return await look(env, "--ca", server.caFile);
  }

  test.each([200, 401, 404, 405, 500])(
    "that answers %i is there, and gets no announcement",
    async (status) => {
      const methods: string[] = [];
      const outcome = await webhook(status, methods);
      expect(outcome.check("life.webhook").status).toBe("pass");
      expect(methods).toEqual(["HEAD /hook?token=its-secret"]);
      expect(outcome.output).not.toContain("its-secret");
    },
  );

  // https://github.com/discourse/discourse/pull/7392 and the Standard Webhooks' own page on 410.
  test("that answers 410 is gone for good", async () => {
    expect((await webhook(410)).check("life.webhook")).toMatchObject({ status: "fail" });
  });
});

describe("a host that DNS does not know", () => {
  // https://github.com/nodejs/node/blob/main/doc/api/errors.md: what Node says of it, and of a DNS that does not answer.
  function knownToNobody(code: string) {
    const lookup = vi.spyOn(dns, "lookup").mockImplementation((...args: unknown[]) => {
      const done = args.at(-1);
      if (typeof done === "function") process.nextTick(() => done(Object.assign(new Error(code), { code })));
    });
    onTestFinished(() => lookup.mockRestore());
  }
  const NAMED = {
    JWT_SECRET: TEST_JWT_SECRET,
    WX_APPID: "wx0",
    WX_SECRET: "example",
    WX_ENDPOINT: "https://wx.example.com",
    REDIS_URL: "redis://:its-password@redis.example.com",
    QUOTA_FILES_PER_DAY: "5",
    UPLOADED_WEBHOOK: "https://hooks.example.com/",
    WEBHOOK_SECRET: `whsec_${randomBytes(32).toString("base64")}`,
  };
  const KEY_SET = {
    JWT_JWKS_URL: "https://id.example.com/jwks",
    JWT_ISSUER: "https://id.example.com",
    JWT_AUDIENCE: "uploads",
  };

  test("is a warning that names the setting, since the functions' own DNS may know it", async () => {
    knownToNobody("ENOTFOUND");
    const [outcome, keySet] = [await look(NAMED), await look(KEY_SET)];
    for (const [found, host, variable] of [
      [outcome.check("login.wechat"), "wx.example.com", "WX_ENDPOINT"],
      [outcome.check("quota.redis"), "redis.example.com", "REDIS_URL"],
      [outcome.check("life.webhook"), "hooks.example.com", "UPLOADED_WEBHOOK"],
      [keySet.check("auth.keys"), "id.example.com", "JWT_JWKS_URL"],
    ] as const) {
      expect(found).toMatchObject({
        status: "warn",
        detail: `DNS does not know ${host}, at least not from here.`,
        fix: expect.stringContaining(`Correct ${variable}, unless`),
      });
    }
  });

  test("as the host of STS is a failure, unless it is one that only Tencent's network knows", async () => {
    knownToNobody("ENOTFOUND");
    const ask = async (STS_ENDPOINT: string) => {
      const env = { ...SETTINGS, JWT_SECRET: TEST_JWT_SECRET, STS_ENDPOINT };
      return (await doctor(["--json"], { env })).check("sts.answers");
    };
    expect(await ask("sts.tencentclodapi.com")).toMatchObject({
      status: "fail",
      detail: "DNS does not know sts.tencentclodapi.com.",
      fix: "Correct STS_ENDPOINT.",
    });
    expect(await ask("sts.internal.tencentcloudapi.com")).toMatchObject({ status: "skip" });
  });

  test("is not what a DNS that does not answer says", async () => {
    knownToNobody("EAI_AGAIN");
    const outcome = await look(NAMED);
    for (const id of ["login.wechat", "quota.redis", "life.webhook"]) {
      expect(outcome.check(id).status).toBe("skip");
    }
  });
});
