import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { afterEach, expect, test } from "vitest";
import { listen, stop } from "../../../../../packages/cos-emulator/src/cloud/listen.ts";
import { createEntryListener } from "../../../../../packages/cos-emulator/src/scf/entry/entry.ts";
import type { EventShape } from "../../../../../packages/cos-emulator/src/scf/entry/http-answer.ts";
import type { Invocation } from "../../../../../packages/cos-emulator/src/scf/runtime/function-runtime.ts";

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

type Outcome = Invocation["outcome"];

/** An entry in front of one function, /echo, that returns `json` and records its events. */
async function startEntry(json: string | Outcome, eventShape: EventShape = "function-url") {
  const events: unknown[] = [];
  const logged: string[] = [];
  const outcome: Outcome = typeof json === "string" ? { ok: true, json } : json;
  const invoke = async (event: unknown): Promise<Invocation> => {
    events.push(event);
    return {
      requestId: "11111111-2222-4333-8444-555555555555",
      outcome,
      durationMs: 12.3,
      memoryBytes: 45 << 20,
      cold: true,
    };
  };
  const server = createServer(
    createEntryListener({
      functions: [{ name: "echo", invoke }],
      eventShape,
      mount: {
        serves: (path) => path === "/",
        handler: (_, response) =>
          void response.setHeader("content-type", "text/html; charset=utf-8").end("<p>page</p>"),
      },
      log: (line) => logged.push(line),
    }),
  );
  const port = await listen(server, 0);
  cleanUps.push(() => stop(server));
  return { port, events, logged };
}

interface Sent {
  readonly method?: string;
  readonly headers?: IncomingHttpHeaders;
  readonly body?: string | Buffer;
}

async function fetchEntry(
  port: number,
  path: string,
  { method = "GET", headers = {}, body = "" }: Sent = {},
) {
  const request = httpRequest({ host: "127.0.0.1", port, path, method, headers });
  request.end(body);
  const [response] = await once(request, "response");
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const content = Buffer.concat(chunks);
  return { status: response.statusCode, headers: response.headers, content, text: content.toString() };
}

const OK = '{"statusCode":200,"headers":{},"body":""}';

test("a Function URL's event", async () => {
  const { port, events } = await startEntry(OK);
  await fetchEntry(port, "/echo?a=1&b=2", {
    method: "POST",
    headers: { accept: "*/*", "X-Custom": "Value" },
    body: '{"test":"hello 世界"}',
  });
  expect(events).toEqual([
    {
      body: '{"test":"hello 世界"}',
      headers: {
        accept: "*/*",
        connection: "keep-alive",
        "content-length": "23",
        host: `127.0.0.1:${port}`,
        "x-custom": "Value",
        "x-scf-remote-addr": "127.0.0.1",
      },
      httpMethod: "POST",
      path: "/echo",
      queryString: { a: "1", b: "2" },
    },
  ]);
});

test("an API Gateway's event", async () => {
  const { port, events } = await startEntry(OK, "apigw");
  await fetchEntry(port, "/echo/deeper?a=1", { headers: { "User-Agent": "tester" } });
  expect(events).toEqual([
    {
      requestContext: {
        serviceId: "service-emulator",
        path: "/echo/deeper",
        httpMethod: "GET",
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        identity: {},
        sourceIp: "127.0.0.1",
        stage: "release",
      },
      headers: { connection: "keep-alive", host: `127.0.0.1:${port}`, "user-agent": "tester" },
      body: "",
      isBase64Encoded: false,
      pathParameters: {},
      queryStringParameters: {},
      headerParameters: {},
      stageVariables: { stage: "release" },
      path: "/echo/deeper",
      queryString: { a: "1" },
      httpMethod: "GET",
    },
  ]);
});

test("a binary body is base64 for API Gateway", async () => {
  const { port, events } = await startEntry(OK, "apigw");
  await fetchEntry(port, "/echo", { method: "PUT", body: Buffer.from([0xff, 0xd8, 0xff]) });
  expect(events).toEqual([expect.objectContaining({ body: "/9j/", isBase64Encoded: true })]);
});

test.each([
  ["a repeated parameter", "ext=jpg&ext=png", { ext: ["jpg", "png"] }],
  ["an empty one, and one without a value", "a=&b", { a: "", b: "" }],
  ["escapes", "name=%E5%90%8D+x%2F", { name: "名 x/" }],
  ["a broken escape", "a=%zz", { a: "%zz" }],
  ["a second question mark", "a=b?c", { a: "b?c" }],
])("parses the query string of %s", async (_what, query, expected) => {
  const { port, events } = await startEntry(OK);
  await fetchEntry(port, `/echo?${query}`);
  expect(events).toEqual([expect.objectContaining({ queryString: expected })]);
});

test("__proto__ in the query string is an ordinary parameter", async () => {
  const { port, events } = await startEntry(OK);
  await fetchEntry(port, "/echo?__proto__=x");
  expect(JSON.stringify(events)).toContain('"queryString":{"__proto__":"x"}');
});

test("attack: a client cannot claim to be somebody else", async () => {
  const { port, events } = await startEntry(OK);
  await fetchEntry(port, "/echo", {
    headers: { "X-Scf-Remote-Addr": "10.0.0.1", "X-Scf-Session-Token": "x" },
  });
  expect(JSON.stringify(events)).toContain('"x-scf-remote-addr":"127.0.0.1"');
  expect(JSON.stringify(events)).not.toContain("x-scf-session-token");
});

test("passes on the function's status, headers and body, with the request's id", async () => {
  const { port } = await startEntry(
    JSON.stringify({
      statusCode: 418,
      headers: {
        "Content-Type": "text/plain; charset=utf-8",
        "Set-Cookie": ["a=1", "b=2"],
        "x-number": 7,
        "Content-Length": "9999",
        Connection: "upgrade",
      },
      body: "茶",
    }),
  );
  const { status, headers, text } = await fetchEntry(port, "/echo");
  expect(status).toBe(418);
  expect(text).toBe("茶");
  expect(headers).toMatchObject({
    "content-type": "text/plain; charset=utf-8",
    "set-cookie": ["a=1", "b=2"],
    "x-number": "7",
    "content-length": "3",
    "x-scf-request-id": "11111111-2222-4333-8444-555555555555",
  });
});

test("HEAD has the headers and no body", async () => {
  const { port } = await startEntry('{"statusCode":200,"headers":{"a":"b"},"body":"123"}');
  const { status, headers, text } = await fetchEntry(port, "/echo", { method: "HEAD" });
  expect([status, headers.a, headers["content-length"], text]).toEqual([200, "b", "3", ""]);
});

test("204 has neither body nor length", async () => {
  const { port } = await startEntry('{"statusCode":204,"body":"123"}');
  const { status, headers, text } = await fetchEntry(port, "/echo", { method: "OPTIONS" });
  expect([status, headers["content-length"], text]).toEqual([204, undefined, ""]);
});

test("isBase64Encoded applies to API Gateway, but not to a Function URL", async () => {
  const json = '{"statusCode":200,"body":"/9j/","isBase64Encoded":true}';
  const gateway = await startEntry(json, "apigw");
  expect((await fetchEntry(gateway.port, "/echo")).content).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
  const url = await startEntry(json);
  expect((await fetchEntry(url.port, "/echo")).text).toBe("/9j/");
});

test.each([
  ["an object", '{"a":1}'],
  ["text", '"words"'],
  ["null", "null"],
  ["a list", "[1]"],
])(
  "%s without a statusCode is the body of a 200 for a Function URL, and an error for API Gateway",
  async (_what, json) => {
    const url = await fetchEntry((await startEntry(json)).port, "/echo");
    expect([url.status, url.headers["content-type"], url.text]).toEqual([200, "application/json", json]);
    const gateway = await fetchEntry((await startEntry(json, "apigw")).port, "/echo");
    expect(gateway.status).toBe(403);
    expect(JSON.parse(gateway.text)).toEqual({
      errno: 403,
      error: "Invalid scf response format. please check your scf response format.",
    });
  },
);

test.each([
  ["a text as status", { statusCode: "200" }],
  ["a status that is not an integer", { statusCode: 200.5 }],
  ["an informational status", { statusCode: 101 }],
  ["a status out of range", { statusCode: 600 }],
  ["headers in a list", { statusCode: 200, headers: [] }],
  ["a header that is an object", { statusCode: 200, headers: { a: {} } }],
  ["a header's name with a space", { statusCode: 200, headers: { "a b": "c" } }],
  ["a header that starts another", { statusCode: 200, headers: { a: "b\r\nset-cookie: c" } }],
  ["a body that is an object", { statusCode: 200, body: {} }],
])("%s is an invalid answer", async (_what, value) => {
  const { port } = await startEntry(JSON.stringify(value));
  const { status, text } = await fetchEntry(port, "/echo");
  expect([status, JSON.parse(text).errno]).toEqual([403, 403]);
});

test.each([
  [433, 433],
  [430, 430],
  [406, 413],
  [407, 502],
])("the platform's failure %i becomes HTTP %i with its own body", async (statusCode, status) => {
  const failure = { statusCode, errorCode: -1, errorMessage: "why" } as const;
  const { port } = await startEntry({ ok: false, failure });
  const answer = await fetchEntry(port, "/echo");
  expect(answer.status).toBe(status);
  expect(answer.headers["content-type"]).toBe("application/json");
  expect(JSON.parse(answer.text)).toEqual({
    ...failure,
    requestId: "11111111-2222-4333-8444-555555555555",
  });
});

test("a body of more than 6 MB does not reach the function", async () => {
  const { port, events } = await startEntry(OK);
  const { status, text } = await fetchEntry(port, "/echo", {
    method: "POST",
    body: Buffer.alloc(6 * 1024 * 1024 + 1),
  });
  expect([status, JSON.parse(text).statusCode, events]).toEqual([413, 406, []]);
});

test.each(["/nothing", "/echoes", "//echo", "/ECHO", "/constructor", "/__proto__", "/%65cho", "/..%2Fecho"])(
  "%s is not a function's path",
  async (path) => {
    const { port, events } = await startEntry(OK);
    const { status, headers, text } = await fetchEntry(port, path);
    expect([status, headers["content-type"], JSON.parse(text).error.code]).toEqual([
      404,
      "application/json",
      "NotFound",
    ]);
    expect(events).toEqual([]);
  },
);

test("serves the page at /", async () => {
  const { port } = await startEntry(OK);
  const { status, headers, text } = await fetchEntry(port, "/?x=1");
  expect([status, headers["content-type"], text]).toEqual([200, "text/html; charset=utf-8", "<p>page</p>"]);
});

test("a request in absolute form is a request to the entry", async () => {
  const { port, events } = await startEntry(OK);
  const socket = connect(port, "127.0.0.1");
  socket.end(`GET http://127.0.0.1/echo?a=1 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n`);
  for await (const _chunk of socket);
  expect(events).toEqual([expect.objectContaining({ path: "/echo", queryString: { a: "1" } })]);
});

test("a client that disconnects in the middle of its body reaches no function", async () => {
  const { port, events, logged } = await startEntry(OK);
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.write("POST /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nhalf");
  socket.destroy();
  await fetchEntry(port, "/");
  expect([events, logged]).toEqual([[], []]);
});

test("logs one line per call", async () => {
  const { port, logged } = await startEntry(OK);
  await fetchEntry(port, "/echo?secret=x");
  expect(logged).toEqual(["echo GET 200 12 ms 45 MB cold 11111111-2222-4333-8444-555555555555"]);
});
