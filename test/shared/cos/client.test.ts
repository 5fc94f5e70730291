import dns from "node:dns";
import type { IncomingMessage, ServerResponse } from "node:http";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { createCos } from "../../../shared/cos/client.ts";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { type HttpsServer, serveHttps } from "../../support/https.ts";

const credential = {
  tmpSecretId: "AKIDtmp",
  tmpSecretKey: "the-temporary-key",
  securityToken: "the-token",
  startTime: 1_700_000_000,
  expiredTime: 1_700_001_800,
};

let server: HttpsServer;
let asked: IncomingMessage[] = [];
let respond: (response: ServerResponse) => void;

beforeAll(async () => {
  server = await serveHttps((request, response) => {
    asked.push(request);
    respond(response);
  });
});
afterAll(async () => {
  server.closeIdle();
  await server.close();
});
beforeEach(() => {
  // Node accepts no additional authority once the process runs.
  vi.stubEnv("NODE_TLS_REJECT_UNAUTHORIZED", "0");
  asked = [];
});

const invocation = () => new Invocation({ time_limit_in_ms: 60_000 });
const cos = () =>
  createCos({ bucket: "b-1250000000", appId: "1250000000", region: "ap-guangzhou", host: server.host });

const xml = (status: number, code: string) => (response: ServerResponse) => {
  response.writeHead(status, { "x-cos-request-id": "NjQ=" });
  response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>secret words</Message></Error>`);
};

test("signs everything that it sends, and sends the token", async () => {
  respond = (response) => response.end("hello");
  const answer = await cos().call(
    { method: "GET", key: "a b/ä.txt", query: { "list-type": "x/y" }, headers: { range: "bytes=0-9" } },
    credential,
    invocation(),
  );
  expect(answer.body.toString()).toBe("hello");
  expect(asked[0]?.url).toBe("/a%20b/%C3%A4.txt?list-type=x%2Fy");
  expect(asked[0]?.headers).toMatchObject({
    host: server.host,
    range: "bytes=0-9",
    "x-cos-security-token": "the-token",
    authorization: expect.stringContaining("q-header-list=host;range&q-url-param-list=list-type"),
  });
  // By STS's clock, from a minute before the credential, for five minutes.
  expect(asked[0]?.headers.authorization).toContain("q-sign-time=1699999940;1700000300&");
});

test.each([
  ["a control character", "Cache-Control: a\x01b"],
  ["more than Node takes", `x-cos-meta-a: ${"b".repeat(40_000)}`],
])("attack: an uploader's own header with %s keeps nobody from looking at the object", async (_, header) => {
  respond = ({ socket }) =>
    socket?.end(`HTTP/1.1 200 OK\r\nETag: "e"\r\n${header}\r\nContent-Length: 0\r\n\r\n`);
  const { status, headers } = await cos().call({ method: "HEAD", key: "a" }, credential, invocation());
  expect([status, headers.etag]).toEqual([200, '"e"']);
});

test.each([
  [403, "AccessDenied", { code: "StorageDenied", status: 500 }],
  [404, "NoSuchBucket", { code: "StorageDenied", status: 500 }],
  [500, "InternalError", { code: "StorageUnavailable", status: 502 }],
  [503, "SlowDown", { code: "StorageThrottled", status: 503, headers: { "retry-after": "1" } }],
])(
  "reports COS's %i %s to the caller without COS's words, and to the log by its code",
  async (status, code, told) => {
    respond = xml(status, code);
    const error: unknown = await cos()
      .call({ method: "GET", key: "a" }, credential, invocation())
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ ...told, log: { cosStatus: status, cosCode: code, cosRequestId: "NjQ=" } });
    expect(JSON.stringify(error)).not.toContain("secret words");
  },
);

test.each([
  [403, "Storage refuses the service's request; the service's log says why."],
  [300, "Storage refuses the service's request; the service's log says why."],
  [302, "Storage refuses the service's request; the service's log says why."],
  [500, "Storage failed; try again in a moment."],
  [503, "Storage is busy; try again in a moment."],
  [429, "Storage is busy; try again in a moment."],
])("tells the caller what a %i means", async (status, message) => {
  respond = xml(status, "AnyCode");
  const call = cos().call({ method: "POST", key: "a" }, credential, invocation());
  await expect(call).rejects.toMatchObject({ message });
});

test("of a refusal without XML, the log has the status, and no more of the request's id than an id has", async () => {
  respond = (response) => {
    response.writeHead(403, { "x-cos-request-id": "a".repeat(100) });
    response.end();
  };
  await expect(cos().call({ method: "HEAD", key: "a" }, credential, invocation())).rejects.toMatchObject({
    log: { cosStatus: 403, cosCode: "HTTP 403", cosRequestId: "a".repeat(64) },
  });
  respond = (response) => response.writeHead(403).end();
  await expect(cos().call({ method: "HEAD", key: "a" }, credential, invocation())).rejects.toMatchObject({
    log: { cosRequestId: "" },
  });
});

test("a COS that is too slow, or not there, is told as such", async () => {
  respond = () => {};
  const slow = cos().call({ method: "GET", key: "a", timeoutMs: 50 }, credential, invocation());
  await expect(slow).rejects.toMatchObject({
    code: "StorageTimeout",
    status: 504,
    message: "Storage did not answer in time; try again.",
    headers: { "retry-after": "1" },
  });
  // Not sent again. A busy machine may not have sent it once by then.
  expect(asked.length).toBeLessThanOrEqual(1);
  const nobody = createCos({
    bucket: "b-1250000000",
    appId: "1250000000",
    region: "ap-guangzhou",
    host: "127.0.0.1:1",
  });
  await expect(nobody.call({ method: "GET", key: "a" }, credential, invocation())).rejects.toMatchObject({
    code: "StorageUnavailable",
    message: "Storage cannot be reached; try again in a moment.",
    log: { cosError: "ECONNREFUSED" },
  });
});

test("a call that says nothing of its time may take eight seconds", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "hrtime"] });
  onTestFinished(() => void vi.useRealTimers());
  const isAsked = new Promise<void>((resolve) => {
    respond = () => resolve();
  });
  const isOver = vi.fn();
  const call = cos().call({ method: "GET", key: "a" }, credential, invocation());
  const ended = call.then(isOver, isOver);
  await isAsked;
  await vi.advanceTimersByTimeAsync(7999);
  expect(isOver).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  await ended;
  await expect(call).rejects.toMatchObject({ code: "StorageTimeout" });
});

test("a host that does not exist is a wrong setting, which the log names; a DNS that does not answer is not", async () => {
  const failing = (code: string) => {
    const lookup = vi.spyOn(dns, "lookup").mockImplementation((...args: unknown[]) => {
      const done = args.at(-1);
      if (typeof done === "function") process.nextTick(() => done(Object.assign(new Error(code), { code })));
    });
    onTestFinished(() => lookup.mockRestore());
    const misspelt = createCos({
      bucket: "b-1250000000",
      appId: "1250000000",
      region: "ap-gz",
      host: "b.example.com",
    });
    return misspelt.call({ method: "GET", key: "a" }, credential, invocation());
  };
  await expect(failing("ENOTFOUND")).rejects.toMatchObject({
    code: "ConfigurationError",
    status: 500,
    log: { message: "COS_DOMAIN, or else COS_REGION, names a wrong address (ENOTFOUND)." },
  });
  await expect(failing("EAI_AGAIN")).rejects.toMatchObject({
    code: "StorageUnavailable",
    log: { cosError: "EAI_AGAIN" },
  });
});

test("a fault of the service's own is passed on as it is, and not tried again", async () => {
  const unpaired = cos().call({ method: "GET", key: "\ud800" }, credential, invocation());
  await expect(unpaired).rejects.toBeInstanceOf(URIError);
  expect(asked).toHaveLength(0);
});

test("sends a body, and none where there is none", async () => {
  const bodies: string[] = [];
  respond = (response) => response.end();
  for (const body of ["<Delete/>", undefined]) {
    const request = { method: "POST", key: "a", ...(body !== undefined && { body }) } as const;
    await cos().call(request, credential, invocation());
    bodies.push(asked.at(-1)?.headers["content-length"] ?? "none");
  }
  expect(bodies).toEqual(["9", "0"]);
});

test("a code that the caller expects is an answer, and any other is not", async () => {
  const request = { method: "GET", key: "a", acceptCode: /^InvalidObjectState$/ } as const;
  respond = xml(403, "InvalidObjectState");
  expect((await cos().call(request, credential, invocation())).status).toBe(403);
  respond = xml(403, "AccessDenied");
  await expect(cos().call(request, credential, invocation())).rejects.toMatchObject({
    code: "StorageDenied",
  });
});

test("a refusal that the caller expects is an answer", async () => {
  respond = xml(404, "NoSuchKey");
  const request = { method: "HEAD", key: "a", accept: [404] } as const;
  expect((await cos().call(request, credential, invocation())).status).toBe(404);
});

test("retries once after COS's own failures, except a POST", async () => {
  respond = xml(500, "InternalError");
  await expect(
    cos().call({ method: "PUT", key: "a", body: "x" }, credential, invocation()),
  ).rejects.toThrow();
  expect(asked).toHaveLength(2);
  for (const [status, times] of [
    [429, 2],
    [403, 1],
  ] as const) {
    asked = [];
    respond = xml(status, "AnyCode");
    await expect(cos().call({ method: "GET", key: "a" }, credential, invocation())).rejects.toThrow();
    expect(asked).toHaveLength(times);
  }
  asked = [];
  respond = xml(500, "InternalError");
  await expect(
    cos().call({ method: "POST", key: "a", body: "x" }, credential, invocation()),
  ).rejects.toThrow();
  expect(asked).toHaveLength(1);
});

test("does not read an answer beyond its expected length", async () => {
  respond = (response) => response.end("a".repeat(11));
  await expect(
    cos().call({ method: "POST", key: "a", maxAnswerBytes: 10 }, credential, invocation()),
  ).rejects.toMatchObject({ code: "StorageUnavailable", log: { cosError: "ANSWER_TOO_LARGE" } });
});

test("logs the total time of all calls to COS", async () => {
  respond = (response) => setTimeout(() => response.end(), 20);
  const once = invocation();
  const startedAt = performance.now();
  await cos().call({ method: "GET", key: "a" }, credential, once);
  await cos().call({ method: "GET", key: "b" }, credential, once);
  expect(once.log["cosMs"]).toBeGreaterThanOrEqual(38);
  // Since it began, not since the process did.
  expect(once.log["cosMs"]).toBeLessThan(performance.now() - startedAt + 2);
});
