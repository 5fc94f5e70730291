import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import fc from "fast-check";
import { afterAll, beforeAll, describe, type ExpectStatic, expect, test } from "vitest";
import { type Service, type ServiceName, startServices } from "./support.ts";

const NAMES = ["functions", "COS", "STS", "WeChat", "SCF", "Function URL"] as const satisfies ServiceName[];
const WAYS = NAMES.flatMap((name) => [[name, "plain"] as const, [name, "in TLS"] as const]);
const RUNS = 60;
/** How long to wait for an answer that may never come, as when a request is incomplete. */
const PATIENCE_MS = 150;

/** Whatever would have ended the emulator, were it a process of its own. */
const ends: unknown[] = [];
const noteEnd = (error: unknown) => void ends.push(error);

let running: Awaited<ReturnType<typeof startServices>>;
beforeAll(async () => {
  running = await startServices();
  process.on("uncaughtException", noteEnd);
  process.on("unhandledRejection", noteEnd);
});
afterAll(async () => {
  process.off("uncaughtException", noteEnd);
  process.off("unhandledRejection", noteEnd);
  await running?.close();
});

function service(name: ServiceName): Service {
  const found = running.services.find((item) => item.name === name);
  if (found === undefined) throw new Error(`There is no ${name}.`);
  return found;
}

interface Sending {
  readonly chunks: readonly Uint8Array[];
  /** What the client does after the last byte. */
  readonly ending: "end" | "reset" | "wait";
}

/** Sends bytes, and returns what has come back when the connection is closed or the time is up. */
async function exchange(
  { port }: Service,
  way: "plain" | "in TLS",
  { chunks, ending }: Sending,
  patienceMs = PATIENCE_MS,
): Promise<string> {
  const raw = connect(port, "127.0.0.1");
  raw.on("error", () => undefined);
  const socket: Socket = way === "in TLS" ? connectTls({ socket: raw, rejectUnauthorized: false }) : raw;
  let received = "";
  socket.setEncoding("latin1");
  socket.on("data", (text) => {
    received += text;
  });
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.on("error", () => undefined);
  const ready = new Promise<void>((resolve) =>
    socket.once(way === "in TLS" ? "secureConnect" : "connect", () => resolve()),
  );
  await Promise.race([ready, closed]);
  for (const chunk of chunks) {
    if (socket.destroyed) break;
    socket.write(chunk);
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (ending === "reset") raw.resetAndDestroy();
  if (ending === "end") socket.end();
  await Promise.race([closed, sleep(patienceMs)]);
  socket.destroy();
  return received;
}

/**
 * Makes requests that must always be answered.
 *
 * @param expect of the test, which runs concurrently with others
 */
async function expectAlive(target: Service, expect: ExpectStatic): Promise<void> {
  const head = `GET ${target.path} HTTP/1.1\r\nHost: 127.0.0.1:${target.port}\r\nConnection: close\r\n\r\n`;
  const way = target.schemes[0] === "https" ? "in TLS" : "plain";
  await expect
    .poll(() => exchange(target, way, { chunks: [Buffer.from(head)], ending: "wait" }, 10_000))
    .toMatch(/^HTTP\/1\.1 [2-4]\d\d /);
  expect(ends.splice(0)).toEqual([]);
}

const latin1 = (text: string) => Buffer.from(text, "latin1");

const TARGETS = [
  "/",
  "//",
  "///",
  "//[",
  "//:0",
  "//evil.example:99999/",
  "http://[",
  "http://",
  "https://127.0.0.1:99999999/",
  "http://127.0.0.1/echo",
  "*",
  "?",
  "#",
  "/%",
  "/%00",
  "/%ff%fe",
  "/..//../",
  "/\\",
  "/\x01\x7f",
  "/\xff\xfe",
  "/echo",
  "/echo?%",
  "/echo?a[]=&__proto__=1",
  "/code/x_LATEST.zip?sign=0",
  "/code/",
  "/_emulator",
  "/_emulator/cos?url=http://[",
  "/_emulator/cos?url=https://a:99999/",
  "/_emulator/__proto__",
  "/?uploads&uploadId&partNumber",
  "/?policy",
  "/?Action=x&Action=y",
  "/sns/jscode2session?appid=%",
  "127.0.0.1:80",
  "a:b",
  "",
  `/${"a".repeat(20_000)}`,
];

const METHODS = [
  "GET",
  "HEAD",
  "POST",
  "PUT",
  "DELETE",
  "OPTIONS",
  "CONNECT",
  "TRACE",
  "PATCH",
  "PRI",
  "SEARCH",
  "g",
  "",
];

const HEADERS = [
  "Host: 127.0.0.1",
  "Host: [::1]:1",
  "Host: [",
  "Host: ",
  "Host: \xff",
  "Host: evil.example",
  "Content-Length: 5",
  "Content-Length: 99999999999999999999",
  "Content-Length: -1",
  "Content-Length: 1000000",
  "Transfer-Encoding: chunked",
  "Transfer-Encoding: gzip",
  "Expect: 100-continue",
  "Expect: \x01",
  "Expect: everything",
  "Connection: Upgrade",
  "Connection: close",
  "Connection: keep-alive",
  "Upgrade: websocket",
  "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\nConnection: Upgrade, HTTP2-Settings",
  "Origin: null",
  "Origin: http://localhost:1",
  "Referer: \xff://",
  "Sec-Fetch-Site: cross-site",
  "Authorization: q-sign-algorithm=sha1&q-ak=%&q-sign-time=;",
  "Authorization: TC3-HMAC-SHA256 Credential=//, SignedHeaders=;, Signature=",
  "Content-Type: multipart/form-data; boundary=x",
  "Content-Type: multipart/form-data; boundary=",
  "Content-Type: application/x-www-form-urlencoded",
  "Content-MD5: %",
  "Range: bytes=9-1",
  "Date: never",
  "Trailer: x",
  `X-Large: ${"a".repeat(20_000)}`,
  "no colon",
  " folded",
  ": nameless",
];

const BODIES = [
  "",
  "hello",
  "0\r\n\r\n",
  "5\r\nhello\r\n0\r\n\r\n",
  "5\r\nhel",
  "zz\r\n",
  "ffffffffffffffff\r\n",
  "5;ext=\x01\r\nhello\r\n0\r\n\r\n",
  "0\r\ntrailer: \xff\r\n\r\n",
  '--x\r\ncontent-disposition: form-data; name="key"\r\n\r\na\r\n--x\r\n',
  "--x--",
  "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
];

const request = fc
  .record({
    method: fc.constantFrom(...METHODS),
    target: fc.oneof(
      fc.constantFrom(...TARGETS),
      fc.webUrl(),
      fc.webPath(),
      fc.string({ unit: "binary-ascii" }),
    ),
    version: fc.oneof(
      { weight: 8, arbitrary: fc.constant("HTTP/1.1") },
      fc.constantFrom("HTTP/1.0", "HTTP/2.0", "HTTP/9.9", "RTSP/1.0", ""),
    ),
    own: fc.boolean(),
    headers: fc.array(
      fc.oneof(fc.constantFrom(...HEADERS), fc.string({ unit: "binary-ascii", maxLength: 30 })),
      { maxLength: 5 },
    ),
    body: fc.oneof(fc.constantFrom(...BODIES), fc.string({ unit: "binary-ascii" })),
  })
  .map(({ method, target, version, own, headers, body }) => {
    const lines = [
      `${method} ${target} ${version}`,
      ...(own ? ["Host: 127.0.0.1"] : []),
      ...headers,
      "",
      body,
    ];
    return latin1(lines.join("\r\n"));
  });

/** Requests that are not HTTP/1.1 at all. */
const PROTOCOLS = [
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff\xff\xff\xff\xff\xff",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x05\x01\x05\x00\x00\x00\x01\x82\x84\x86\x41\x00",
  "PRI * HT",
  "\x16\x03\x01\x00\x05hello",
  "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
  "\x16",
  "\x15\x03\x01\x00\x02\x02\x28",
  "\x80\x2e\x01\x03\x01",
  "\x04\x01\x00\x50\x7f\x00\x00\x01\x00",
  "\x05\x01\x00",
  "SSH-2.0-OpenSSH_9.0\r\n",
  "EHLO localhost\r\n",
  "*1\r\n$4\r\nPING\r\n",
  "\r\n\r\n\r\n",
  "\0",
].map(latin1);

const bytes = fc.oneof(
  { weight: 6, arbitrary: request },
  { weight: 1, arbitrary: fc.tuple(request, request).map((both) => Buffer.concat(both)) },
  { weight: 2, arbitrary: fc.constantFrom(...PROTOCOLS) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom(...PROTOCOLS), fc.uint8Array()).map((both) => Buffer.concat(both)),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }) },
);

const sending: fc.Arbitrary<Sending> = fc
  .record({
    bytes,
    cuts: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
    ending: fc.constantFrom("end", "end", "reset", "wait"),
  })
  .map(({ bytes: all, cuts, ending }) => {
    const places = [
      0,
      ...cuts.map((cut) => Math.floor(cut * all.length)).toSorted((a, b) => a - b),
      all.length,
    ];
    return { chunks: places.slice(1).map((place, index) => all.subarray(places[index], place)), ending };
  });

// Most of the time is spent waiting for answers that do not come.
describe.concurrent.each(WAYS)("%s, spoken to %s", (name, way) => {
  test.each(TARGETS)("continues after the target %j", async (target) => {
    const chunks = [latin1(`GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`)];
    await exchange(service(name), way, { chunks, ending: "end" });
    expect(ends.splice(0)).toEqual([]);
  });

  test("continues after any other protocol", async ({ expect }) => {
    for (const ending of ["end", "reset", "wait"] as const) {
      await Promise.all(PROTOCOLS.map((chunk) => exchange(service(name), way, { chunks: [chunk], ending })));
    }
    await expectAlive(service(name), expect);
  });

  test("continues after any bytes", async ({ expect }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(sending, { minLength: 1, maxLength: 8 }), async (all) => {
        await Promise.all(all.map((one) => exchange(service(name), way, one)));
        expect(ends.splice(0)).toEqual([]);
      }),
      { numRuns: RUNS },
    );
    await expectAlive(service(name), expect);
  });
});

test("afterwards, every listener still answers", async () => {
  for (const target of running.services) await expectAlive(target, expect);
});
