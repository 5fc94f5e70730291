import { readFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CORS_ORIGIN, SCF_DOMAIN, type Service, type ServiceName, startServices } from "./support.ts";

let running: Awaited<ReturnType<typeof startServices>>;
let ca: Buffer;
beforeAll(async () => {
  running = await startServices();
  ca = readFileSync(running.emulator.caFile);
});
afterAll(() => running?.close());
beforeEach(() => {
  running.lines.length = 0;
});

const NAMES = ["functions", "COS", "STS", "WeChat", "SCF", "Function URL"] as const satisfies ServiceName[];
const EVIL = "https://evil.example";
const CROSS_SITE = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" };
const LINK = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };

interface Answer {
  readonly status: number;
  readonly body: string;
}

function service(name: ServiceName): Service {
  const found = running.services.find((item) => item.name === name);
  if (found === undefined) throw new Error(`There is no ${name}.`);
  return found;
}

function send(
  { port, path, schemes }: Service,
  headers: Record<string, string>,
  { method = "GET", scheme = schemes[0], target = path } = {},
): Promise<Answer> {
  const request = scheme === "https" ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const options = {
      host: "127.0.0.1",
      port,
      method,
      path: target,
      headers,
      ca,
      servername: "",
      agent: false,
    };
    const outgoing = request(options, (incoming) => {
      text(incoming).then((body) => resolve({ status: incoming.statusCode ?? 0, body }), reject);
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}

/** Each service's answer when it refuses a page. */
const REFUSED: Readonly<Record<ServiceName, (answer: Answer) => void>> = {
  functions: expectJson,
  "Function URL": expectJson,
  COS: ({ status, body }) => {
    expect(status).toBeGreaterThanOrEqual(403);
    expect(body).toMatch(/<Code>(?:AccessDenied|NoSuchBucket)<\/Code>/);
  },
  STS: expectEnvelope,
  SCF: expectEnvelope,
  WeChat: ({ status, body }) => {
    expect(status).toBe(403);
    expect(body).toMatch(/^(?:The emulator does not answer|Only programs and pages)/);
  },
};

function expectJson({ status, body }: Answer): void {
  expect(status).toBe(403);
  expect(JSON.parse(body).error.code).toMatch(/^(?:Host|Origin)NotAllowed$/);
}

function expectEnvelope({ status, body }: Answer): void {
  expect(status).toBe(200);
  expect(JSON.parse(body).Response).toMatchObject({
    Error: { Code: "UnauthorizedOperation" },
    RequestId: expect.any(String),
  });
}

/** Refused, with one log line that says so, and no function was called. */
function expectRefused(name: ServiceName, answer: Answer, reason: string): void {
  REFUSED[name](answer);
  const own = running.lines.filter((line) => !line.startsWith("cos   = "));
  expect(own).toEqual([expect.stringContaining(reason)]);
}

/** Whatever the service's answer to an accepted request is. */
function expectAccepted(answer: Answer): void {
  expect(answer.body).not.toMatch(/NotAllowed|UnauthorizedOperation|Only programs and pages|NoSuchBucket/);
  expect(running.lines.filter((line) => line.includes("sent it") || line.includes(" refused GET "))).toEqual(
    [],
  );
}

describe.each(NAMES)("%s refuses", (name) => {
  test.each([
    "evil.example",
    "evil.example:80",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "evil.example@127.0.0.1",
    "[::1].evil.example",
    "0.0.0.0",
    "127.0.0.1, evil.example",
  ])("a name rebound to this machine: %j", async (host) => {
    for (const scheme of service(name).schemes) {
      running.lines.length = 0;
      const answer = await send(service(name), { host }, { scheme });
      expectRefused(name, answer, `the host ${name === "COS" ? host : JSON.stringify(host)}`);
    }
  });

  test("a rebound name with its port, as a browser sends it", async () => {
    const host = `evil.example:${service(name).port}`;
    const headers = { host, origin: `http://${host}`, "sec-fetch-site": "same-origin" };
    expectRefused(name, await send(service(name), headers), host);
  });

  test.each([
    EVIL,
    "http://evil.example",
    "null",
    "http://localhost.evil.example",
    "http://127.0.0.1.evil.example:3000",
    "http://127.0.0.1:3000@evil.example",
    `${CORS_ORIGIN}.evil.example`,
    "chrome-extension://abcdefghijklmnop",
    "file://",
    "",
  ])("a page of the origin %j", async (origin) => {
    for (const method of ["GET", "POST"]) {
      running.lines.length = 0;
      const answer = await send(service(name), { origin }, { method });
      expectRefused(name, answer, `a page of the origin ${JSON.stringify(origin)} sent it`);
    }
  });

  test("what a page of another site loads without sending its origin", async () => {
    expectRefused(name, await send(service(name), CROSS_SITE), "a page of another site sent it");
    running.lines.length = 0;
    const referer = `${EVIL}/https://servicewechat.com/`;
    expectRefused(name, await send(service(name), { ...CROSS_SITE, referer }), JSON.stringify(EVIL));
    running.lines.length = 0;
    const frame = { ...LINK, "sec-fetch-dest": "iframe" };
    expectRefused(name, await send(service(name), frame), "a page of another site sent it");
  });

  test("a WebSocket of a page of another site", async () => {
    const upgrade = {
      origin: EVIL,
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    };
    expectRefused(name, await send(service(name), upgrade), "a page of the origin");
  });
});

describe.each(NAMES)("%s accepts", (name) => {
  test("a program's request, by each name of the loopback address", async () => {
    for (const host of ["127.0.0.1", "localhost", "[::1]", "LOCALHOST"]) {
      const own = `${host}:${service(name).port}`;
      expectAccepted(await send(service(name), { host: own }));
    }
  });

  test("what a developer's own page sends", async () => {
    for (const origin of [
      "http://localhost:5173",
      "https://127.0.0.1:8443",
      "http://[::1]:3000",
      "http://localhost",
    ]) {
      expectAccepted(
        await send(service(name), { origin, "sec-fetch-site": "cross-site", "sec-fetch-mode": "cors" }),
      );
    }
    expectAccepted(await send(service(name), { ...CROSS_SITE, referer: "http://localhost:5173/" }));
  });

  test("what WeChat DevTools sends, which is a browser with a Mini Program in it", async () => {
    const referer = "https://servicewechat.com/wxe0a1b2c3d4e5f607/devtools/page-frame.html";
    expectAccepted(await send(service(name), { ...CROSS_SITE, referer, "sec-fetch-mode": "cors" }));
  });
});

test("a link on another site may lead to a function or an object, but not to a cloud API", async () => {
  for (const name of ["functions", "Function URL", "COS"] as const)
    expectAccepted(await send(service(name), LINK));
  for (const name of ["STS", "SCF", "WeChat"] as const) {
    running.lines.length = 0;
    expectRefused(name, await send(service(name), LINK), "a page of another site sent it");
  }
});

test.each([
  ["STS", "sts.tencentcloudapi.com"],
  ["STS", "sts.internal.tencentcloudapi.com"],
  ["STS", "sts.ap-guangzhou.tencentcloudapi.com:443"],
  ["SCF", "scf.tencentcloudapi.com"],
  ["WeChat", "api.weixin.qq.com"],
  ["Function URL", SCF_DOMAIN],
  ["COS", "uploads-1250000000.cos.ap-guangzhou.myqcloud.com"],
] as const)("%s answers to its real name, %s", async (name, host) => {
  expectAccepted(await send(service(name), { host }));
});

test.each([
  ["STS", "sts.tencentcloudapi.com.evil.example"],
  ["STS", "scf.tencentcloudapi.com"],
  ["STS", "tencentcloudapi.com"],
  ["STS", "sts.eviltencentcloudapi.com"],
  ["SCF", "sts.tencentcloudapi.com"],
  ["WeChat", "api.weixin.qq.com.evil.example"],
  ["Function URL", `x.${SCF_DOMAIN}`],
  ["functions", SCF_DOMAIN],
] as const)("%s does not answer to %s", async (name, host) => {
  expectRefused(name, await send(service(name), { host }), JSON.stringify(host));
});

test("the functions accept the origins of CORS_ORIGINS, and no other", async () => {
  for (const name of ["functions", "Function URL"] as const) {
    running.lines.length = 0;
    expectAccepted(await send(service(name), { origin: CORS_ORIGIN }));
    running.lines.length = 0;
    const origin = CORS_ORIGIN.replace("https:", "http:");
    expectRefused(name, await send(service(name), { origin }), origin);
  }
});

test("a proxy request for another host is refused by its target, whatever Host says", async () => {
  const { port } = service("functions");
  const socket = connect(port, "127.0.0.1");
  socket.end(`GET http://evil.example/echo HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`);
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 403 /);
});

test("attack: a second Host header cannot hide behind the first", async () => {
  const { port } = service("functions");
  const socket = connect(port, "127.0.0.1");
  socket.end(`GET /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n`);
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 4\d\d /);
});

test("a request without a Host header, which HTTP/1.0 allows, is refused", async () => {
  const socket = connect(service("functions").port, "127.0.0.1");
  socket.end("GET /echo HTTP/1.0\r\n\r\n");
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 403 /);
});

test("the packages of deployed functions are protected like the API", async () => {
  const { Url = "" } = await running.client.GetFunctionAddress({ FunctionName: "deployed" });
  const target = Url.slice(running.emulator.scfEndpoint.length);
  running.lines.length = 0;
  for (const headers of [{ host: "evil.example" }, { origin: EVIL }, CROSS_SITE]) {
    expectEnvelope(await send(service("SCF"), headers, { target }));
  }
  expect((await send(service("SCF"), {}, { target })).body).toMatch(/^PK/);
});

test("every log line is a single line, without the query", async () => {
  const headers = { origin: "https://evil.example/\x85\xa0\xad" };
  await send(service("functions"), headers, { target: "/echo?token=secret" });
  expect(running.lines).toEqual([
    'entry refused GET /echo: a page of the origin "https://evil.example/???" sent it, which is not allowed',
  ]);
});

/** What a terminal interprets: an 8-bit escape sequence, a line break, and bidirectional text. */
const OBEYED = "\u009b2J\u2028\u202ekcatta\u0085";

test.each([
  ["COS", { target: "/a.txt" }, { host: `x${Buffer.from(OBEYED).toString("latin1")}` }],
  ["STS", { target: `/?${encodeURIComponent(OBEYED)}=1&${encodeURIComponent(OBEYED)}=2` }, {}],
  ["SCF", { target: `/?${encodeURIComponent(OBEYED)}=1&${encodeURIComponent(OBEYED)}=2` }, {}],
] as const)(
  "attack: %s logs what a program sent, without characters that a terminal interprets",
  async (name, options, headers) => {
    await send(service(name), headers, options);
    expect(running.lines.join("")).toContain("kcatta");
    expect(running.lines.join("")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  },
);

test("attack: a function's output, which may quote a caller, is logged as one line", async () => {
  const { port } = service("functions");
  await send({ ...service("functions"), port }, {}, { target: `/echo?said=${encodeURIComponent(OBEYED)}` });
  expect(running.lines.join("")).toContain("kcatta");
  expect(running.lines.join("")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
});

test.each([
  ["another page of this machine", { origin: "http://127.0.0.1:1" }],
  ["a page that may call the functions", { origin: CORS_ORIGIN }],
  ["a Mini Program", { origin: "https://servicewechat.com" }],
  ["a link on such a page", { ...LINK, referer: `${CORS_ORIGIN}/` }],
  ["a page under another name of this machine", { "sec-fetch-site": "same-site" }],
])("attack: %s cannot apply the lifecycle rules, which delete objects", async (_, headers) => {
  const target = "/_emulator/lifecycle";
  expect((await send(service("functions"), headers, { method: "POST", target })).status).toBe(403);
  expect((await send(service("functions"), {}, { method: "POST", target })).status).toBe(200);
});
