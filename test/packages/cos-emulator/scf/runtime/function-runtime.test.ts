import { writeFile } from "node:fs/promises";
import { describe, expect, test, vi } from "vitest";
import { failed, lives, returned, startFunction, writeCode } from "./functions.ts";

const ECHO = "exports.main_handler = async (event, context) => ({ event, context, pid: process.pid });";
/** Answers once the file named in the event exists, so that tests decide when, without a clock. */
const WAIT = `
  const fs = require("node:fs");
  exports.main_handler = async ({ until }) => {
    console.log("started");
    while (until && !fs.existsSync(until)) await new Promise((resolve) => setTimeout(resolve, 5));
    return process.pid;
  };`;

test("calls the handler with the event and the platform's context", async () => {
  const { runtime } = await startFunction(ECHO);
  const invocation = await runtime.invoke({ path: "/put-sign", 名: ["é"] });
  expect(invocation).toMatchObject({ cold: true, outcome: { ok: true } });
  expect(invocation.memoryBytes).toBeGreaterThan(1_000_000);
  if (!invocation.outcome.ok) throw new Error("The handler failed.");
  const { event, context } = JSON.parse(invocation.outcome.json);
  expect(event).toEqual({ path: "/put-sign", 名: ["é"] });
  expect(context).toEqual({
    callbackWaitsForEmptyEventLoop: true,
    memory_limit_in_mb: 128,
    time_limit_in_ms: 60_000,
    request_id: invocation.requestId,
    environment: '{"SCF_NAMESPACE":"default"}',
    environ: "SCF_NAMESPACE=default",
    function_version: "$LATEST",
    function_name: "fixture",
    namespace: "default",
    tencentcloud_region: "ap-guangzhou",
    tencentcloud_appid: "1250000000",
    tencentcloud_uin: "100000000001",
  });
});

test("an event's __proto__ is an ordinary property to the handler", async () => {
  const { runtime } = await startFunction(
    "exports.main_handler = async (event) => [Object.keys(event), event.admin ?? null];",
  );
  expect(await returned(runtime, JSON.parse('{"__proto__":{"admin":true}}'))).toEqual([["__proto__"], null]);
});

test("gives the process its own variables and the platform's, and none of the emulator's", async () => {
  vi.stubEnv("EMULATOR_SECRET", "leaked");
  const { runtime } = await startFunction(
    "exports.main_handler = async () => ({ env: { ...process.env }, cwd: process.cwd() });",
    { environment: { COS_BUCKET: "uploads-1250000000" } },
  );
  vi.unstubAllEnvs();
  const { env, cwd } = await returned(runtime);
  expect(env).toEqual({
    COS_BUCKET: "uploads-1250000000",
    PATH: "/usr/local/bin:/usr/bin:/bin",
    TZ: "UTC",
    TENCENTCLOUD_RUNENV: "SCF",
    TENCENTCLOUD_REGION: "ap-guangzhou",
    TENCENTCLOUD_APPID: "1250000000",
    TENCENTCLOUD_UIN: "100000000001",
    TENCENTCLOUD_TZ: "UTC",
    SCF_RUNTIME: "Nodejs20.19",
    SCF_FUNCTIONNAME: "fixture",
    SCF_FUNCTIONVERSION: "$LATEST",
    SCF_NAMESPACE: "default",
    USER_CODE_ROOT: `${cwd}/`,
  });
});

test("a function has 4 KB of variables to itself, besides what the emulated cloud adds", async () => {
  const { runtime } = await startFunction("exports.main_handler = async () => process.env;", {
    environment: { A: "x".repeat(4095) },
    platformEnvironment: { NODE_EXTRA_CA_CERTS: "/dev/null", A: "not the function's" },
  });
  expect(await returned(runtime)).toMatchObject({ A: "x".repeat(4095), NODE_EXTRA_CA_CERTS: "/dev/null" });
  await expect(
    startFunction(ECHO, { environment: { A: "x".repeat(4096) }, platformEnvironment: {} }),
  ).rejects.toThrow("4097 bytes");
});

test("answers by callback, or by value", async () => {
  const callback = await startFunction(
    "exports.main_handler = (e, c, done) => setImmediate(done, null, 'late');",
  );
  expect(await returned(callback.runtime)).toBe("late");
  const value = await startFunction("exports.main_handler = (event) => event.n + 1;");
  expect(await returned(value.runtime, { n: 1 })).toBe(2);
  const nothing = await startFunction("exports.main_handler = async () => undefined;");
  expect(await returned(nothing.runtime)).toBeNull();
});

test("keeps the instance and its state for the next event", async () => {
  const { runtime } = await startFunction("let n = 0; exports.main_handler = async () => ++n;");
  expect(await returned(runtime)).toBe(1);
  const second = await runtime.invoke({});
  expect(second).toMatchObject({ cold: false, outcome: { ok: true, json: "2" } });
});

test("handles one event at a time in each instance, and starts more while they are busy", async () => {
  const { runtime } = await startFunction(WAIT);
  const directory = await writeCode("");
  const until = `${directory}/index.js`;
  const pids = await Promise.all([1, 2, 3].map(() => returned(runtime, { until })));
  expect(new Set(pids).size).toBe(3);
  expect(pids).toContain(await returned(runtime));
});

test("at the limit, an event waits for an instance", async () => {
  const { runtime } = await startFunction("let n = 0; exports.main_handler = async () => ++n;", {
    maxInstances: 1,
    queueTimeoutSeconds: 60,
  });
  const counts = await Promise.all([1, 2, 3].map(() => returned(runtime)));
  expect(counts.sort()).toEqual([1, 2, 3]);
  expect(runtime.instances.size).toBe(1);
});

test("a waiting event gets a new instance when the only one dies", async () => {
  const { runtime } = await startFunction(
    "exports.main_handler = async (e) => (e.bad ? process.exit(1) : process.pid);",
    { maxInstances: 1, queueTimeoutSeconds: 60 },
  );
  const [bad, good] = [failed(runtime, { bad: true }), returned(runtime)];
  expect(await bad).toMatchObject({ statusCode: 439 });
  expect(await good).toEqual(expect.any(Number));
});

test("432 when every instance stays busy", async () => {
  const { runtime } = await startFunction(WAIT, { maxInstances: 1, queueTimeoutSeconds: 0.05 });
  const busy = runtime.invoke({ until: "/nonexistent" });
  expect(await failed(runtime)).toMatchObject({ statusCode: 432, errorCode: -1 });
  await runtime.close();
  expect((await busy).outcome).toMatchObject({ ok: false, failure: { statusCode: 499 } });
});

test("433 in the platform's words at the time limit, and the process ends", async () => {
  const { runtime } = await startFunction("exports.main_handler = () => new Promise(() => {});", {
    timeoutSeconds: 0.2,
  });
  const invocation = runtime.invoke({});
  await expect.poll(() => runtime.instances.size).toBe(1);
  const [instance] = runtime.instances;
  expect((await invocation).outcome).toEqual({
    ok: false,
    failure: {
      statusCode: 433,
      errorCode: -1,
      errorMessage: "Invoking task timed out after 0.2 seconds",
    },
  });
  expect(lives(instance?.pid ?? 0)).toBe(false);
  expect(runtime.instances.size).toBe(0);
});

test("433 for a loop that never yields", async () => {
  const { runtime } = await startFunction("exports.main_handler = async () => { for (;;) {} };", {
    timeoutSeconds: 0.2,
  });
  expect(await failed(runtime)).toMatchObject({ statusCode: 433 });
});

test("430 with the stack for a handler that throws, and the instance continues", async () => {
  const { runtime } = await startFunction(
    "let n = 0; exports.main_handler = async (e) => { if (e.bad) throw new TypeError('no such thing'); return ++n; };",
  );
  expect(await returned(runtime)).toBe(1);
  const failure = await failed(runtime, { bad: true });
  expect(failure).toMatchObject({
    statusCode: 430,
    errorCode: 1,
    errorMessage: "user code exception caught",
  });
  expect(failure.stackTrace).toMatch(/^TypeError: no such thing\n {4}at exports\.main_handler/);
  expect(await returned(runtime)).toBe(2);
});

test.each([
  ["a thrown string", "throw 'words'"],
  ["a thrown null", "throw null"],
  ["an object without a prototype", "throw Object.create(null)"],
  ["a circular answer", "const a = {}; a.a = a; return a"],
  ["a BigInt", "return 1n"],
])("430 for %s", async (_what, body) => {
  const { runtime } = await startFunction(`exports.main_handler = async () => { ${body} };`);
  expect(await failed(runtime)).toMatchObject({ statusCode: 430, errorCode: 1 });
});

test.each([
  ["exits", "process.exit(0)", "code 0"],
  ["exits with a code", "process.exit(3)", "code 3"],
  ["is killed", "process.kill(process.pid, 'SIGTERM')", "signal SIGTERM"],
  ["throws an uncaught error", "setImmediate(() => { throw new Error('loose') })", "code 1"],
  ["closes the channel", "process.disconnect()", "signal SIGKILL"],
])(
  "439 for a process that %s during an event, and the next event gets a new one",
  async (_what, body, how) => {
    const { runtime, lines } = await startFunction(
      `exports.main_handler = async (e) => { if (e.bad) { ${body}; await new Promise(() => {}); } return 1; };`,
    );
    expect(await failed(runtime, { bad: true })).toMatchObject({
      statusCode: 439,
      errorMessage: `User process exit when running: ${how}`,
    });
    if (how === "code 1") expect(lines.join("\n")).toContain("Error: loose");
    expect(await returned(runtime)).toBe(1);
  },
);

describe("434 for a function of 128 MB", () => {
  const MORE_THAN_ENOUGH = 40;
  const grow = (keep: string) => `
    const kept = [];
    const grow = (count) => { for (let n = 0; n < count; n += 1) ${keep}; };
    const CHUNK = 16 * 1024 * 1024;`;
  const BUFFERS = grow("kept.push(Buffer.alloc(CHUNK, 1))");

  test.each([
    ["keeps 640 MB of Buffers", `${BUFFERS} exports.main_handler = async () => grow(${MORE_THAN_ENOUGH});`],
    [
      "fills Buffers one by one",
      `${BUFFERS} exports.main_handler = async () => {
        for (;;) { grow(1); await new Promise((resolve) => setTimeout(resolve, 20)); }
      };`,
    ],
    [
      "fills Buffers and then never yields",
      `${BUFFERS} exports.main_handler = async () => { grow(${MORE_THAN_ENOUGH}); for (;;) {} };`,
    ],
    [
      "fills Buffers while it loads",
      `${BUFFERS} grow(${MORE_THAN_ENOUGH}); exports.main_handler = async () => kept.length;`,
    ],
    [
      "keeps 640 MB of typed arrays",
      `${grow("kept.push(new Uint8Array(CHUNK).fill(n))")} exports.main_handler = async () => grow(${MORE_THAN_ENOUGH});`,
    ],
  ])("that %s", async (_what, source) => {
    const { runtime } = await startFunction(source);
    const invoking = runtime.invoke({});
    await expect.poll(() => runtime.instances.size).toBe(1);
    const [instance] = runtime.instances;
    expect((await invoking).outcome).toEqual({
      ok: false,
      failure: {
        statusCode: 434,
        errorCode: -1,
        errorMessage: "MemoryLimitReached: the function needs more than its 128 MB",
      },
    });
    expect(lives(instance?.pid ?? 0)).toBe(false);
  });

  test.runIf(process.platform === "linux")(
    "that has released its Buffers by the time it answers",
    async () => {
      const { runtime } = await startFunction(`
      exports.main_handler = async ({ bytes }) => { Buffer.alloc(bytes, 1); return new ArrayBuffer(0).byteLength; };`);
      expect(await failed(runtime, { bytes: 300 * 1024 * 1024 })).toMatchObject({ statusCode: 434 });
      expect(await returned(runtime, { bytes: 1024 * 1024 })).toBe(0);
    },
  );

  test("but not for one that keeps 40 MB of Buffers over many events", async () => {
    const { runtime } = await startFunction(`
      const kept = Buffer.alloc(40 * 1024 * 1024, 1);
      exports.main_handler = async () => kept.length + process.pid;`);
    const pids = [];
    for (let n = 0; n < 20; n += 1) pids.push(await returned(runtime));
    expect(new Set(pids).size).toBe(1);
  });

  test("whose event can be retried in a new instance", async () => {
    const { runtime } = await startFunction(
      `${BUFFERS} exports.main_handler = async ({ count }) => { grow(count); return kept.length; };`,
    );
    expect(await returned(runtime, { count: 1 })).toBe(1);
    expect(await failed(runtime, { count: MORE_THAN_ENOUGH })).toMatchObject({ statusCode: 434 });
    expect(await returned(runtime, { count: 1 })).toBe(1);
  });
});

test("434 for a function whose heap outgrows its memory", async () => {
  const { runtime } = await startFunction(
    "const kept = []; exports.main_handler = async () => { for (;;) kept.push({ a: kept.length }); };",
    { memoryMb: 64 },
  );
  expect(await failed(runtime)).toMatchObject({ statusCode: 434 });
});

test("443 with the stack for code that throws while it loads", async () => {
  const { runtime } = await startFunction("throw new Error('COS_BUCKET is required');");
  const failure = await failed(runtime);
  expect(failure).toMatchObject({ statusCode: 443, errorCode: 1 });
  expect(failure.stackTrace).toContain("Error: COS_BUCKET is required");
  expect(runtime.instances.size).toBe(0);
});

test("443 for a dependency missing from the bundle", async () => {
  const { runtime } = await startFunction("require('vitest'); exports.main_handler = async () => 1;");
  expect((await failed(runtime)).stackTrace).toContain("Cannot find module 'vitest'");
});

test("437 for code without the handler", async () => {
  const { runtime } = await startFunction("exports.handler = async () => 1;");
  expect(await failed(runtime)).toMatchObject({ statusCode: 437, errorCode: -1 });
});

test("450 for code that never finishes loading", async () => {
  const { runtime } = await startFunction("for (;;) {}", { initTimeoutSeconds: 0.3 });
  expect(await failed(runtime)).toMatchObject({ statusCode: 450 });
});

test("406 for an event of more than 6 MB, before any instance starts", async () => {
  const { runtime } = await startFunction(ECHO);
  expect(await failed(runtime, "a".repeat(6 * 1024 * 1024 - 1))).toMatchObject({ statusCode: 406 });
  expect(runtime.instances.size).toBe(0);
});

test("407 for an answer of more than 6 MB", async () => {
  const { runtime } = await startFunction("exports.main_handler = async (event) => 'é'.repeat(event);");
  expect(await returned(runtime, 3 * 1024 * 1024 - 1)).toHaveLength(3 * 1024 * 1024 - 1);
  expect(await failed(runtime, 3 * 1024 * 1024)).toMatchObject({ statusCode: 407 });
});

test("passes on every line that the function writes, complete and before its answer", async () => {
  const { runtime, lines } = await startFunction(`
    exports.main_handler = async () => {
      console.log(JSON.stringify({ requestId: "r", 键: "值" }));
      process.stdout.write("half a ");
      process.stdout.write("line\\n");
      console.error("oops");
      return 1;
    };`);
  await returned(runtime);
  expect(lines.toSorted()).toEqual(['{"requestId":"r","键":"值"}', "half a line", "oops"].toSorted());
});

test("ends an idle instance", async () => {
  const { runtime } = await startFunction(ECHO, { idleTimeoutSeconds: 0.05 });
  await returned(runtime);
  await expect.poll(() => runtime.instances.size).toBe(0);
  expect(await returned(runtime)).toBeDefined();
});

test("an instance that dies while idle is replaced", async () => {
  const { runtime } = await startFunction(
    "exports.main_handler = async () => { setImmediate(() => setImmediate(() => process.exit(1))); return process.pid; };",
  );
  const pid = await returned(runtime);
  await expect.poll(() => runtime.instances.size).toBe(0);
  expect(await returned(runtime)).not.toBe(pid);
});

test("a frozen instance continues where it stopped", async () => {
  const { runtime } = await startFunction("let n = 0; exports.main_handler = async () => ++n;");
  await returned(runtime);
  const [instance] = runtime.instances;
  instance?.freeze();
  const next = returned(runtime);
  instance?.thaw();
  expect(await next).toBe(2);
});

test("an instance killed during an event answers 439", async () => {
  const { runtime, lines } = await startFunction(WAIT);
  const busy = failed(runtime, { until: "/nonexistent" });
  await expect.poll(() => lines).toContain("started");
  for (const instance of runtime.instances) await instance.kill();
  expect(await busy).toMatchObject({ statusCode: 439 });
});

test("new code handles new events, while the old code finishes its own", async () => {
  const { runtime, lines } = await startFunction(WAIT);
  const directory = await writeCode("exports.main_handler = async () => 'new';");
  const until = `${directory}/done`;
  const old = returned(runtime, { until });
  await expect.poll(() => lines).toContain("started");
  runtime.replaceCode(directory);
  expect(await returned(runtime)).toBe("new");
  await writeFile(until, "");
  expect(await old).toEqual(expect.any(Number));
  await expect.poll(() => runtime.instances.size).toBe(1);
  expect(await returned(runtime)).toBe("new");
});

test("close leaves no process, whether busy, idle or frozen", async () => {
  const { runtime, lines } = await startFunction(WAIT);
  const [busy] = [runtime.invoke({ until: "/nonexistent" }), runtime.invoke({})];
  await expect.poll(() => lines.length === 2 && runtime.instances.size === 2).toBe(true);
  const pids = [...runtime.instances].map((instance) => instance.pid ?? 0);
  for (const instance of runtime.instances) instance.freeze();
  await runtime.close();
  expect(pids.map(lives)).toEqual([false, false]);
  expect((await busy)?.outcome).toMatchObject({ ok: false, failure: { statusCode: 499 } });
  expect(await failed(runtime)).toMatchObject({ statusCode: 499 });
});

test("close does not wait for a process that the function started and that outlives it", async () => {
  const { runtime } = await startFunction(`
    const { spawn } = require("node:child_process");
    exports.main_handler = async () =>
      spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit", detached: true }).pid;`);
  const pid = await returned(runtime);
  await runtime.close();
  expect(lives(pid)).toBe(true);
  process.kill(pid, "SIGKILL");
});

test.each([
  ["a reserved prefix", { SCF_NAME: "x" }, "SCF_NAME starts with SCF_"],
  [
    "another reserved prefix",
    { TENCENTCLOUD_SECRETID: "x" },
    "TENCENTCLOUD_SECRETID starts with TENCENTCLOUD_",
  ],
  ["an invalid name", { "A-B": "x" }, '"A-B"'],
  ["an empty value", { COS_BUCKET: "" }, "COS_BUCKET is empty"],
  ["more than 4 KB", { A: "x".repeat(4096) }, "4097 bytes"],
])("refuses variables with %s", async (_what, environment, message) => {
  await expect(startFunction(ECHO, { environment })).rejects.toThrow(message);
});
