import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { ListedObject, SentHead } from "../../../dev/page/config.ts";
import type { RecordedRequest } from "../../../packages/cos-emulator/src/index.ts";
import { sendAll } from "../../support/send-all.ts";
import type { PutAnswer } from "../../upload/client.ts";
import { ask, startTestEmulator } from "../../upload/emulator.ts";

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
beforeAll(async () => {
  emulator = await startTestEmulator();
});
afterAll(() => emulator.close());

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** With exactly these headers, as a browser would send them for a hostile page. */
function send(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body = "",
): Promise<Answer> {
  const { hostname, port } = new URL(emulator.url);
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      { host: hostname, port, method, path, headers, agent: false },
      async (incoming) => {
        let text = "";
        for await (const chunk of incoming) text += chunk;
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

const codeOf = ({ text }: Answer) => JSON.parse(text).error.code;
const list = async (): Promise<{ total: number; objects: ListedObject[] }> =>
  JSON.parse((await send("GET", "/_emulator/objects")).text);

/** Uploads through the page's proxy to COS, and returns the key. */
async function upload(content: string): Promise<{ key: string; sent: SentHead }> {
  const { json } = await ask<PutAnswer>(`${emulator.url}/put-sign?ext=gif`);
  const path = `/_emulator/cos?url=${encodeURIComponent(json.url)}`;
  const headers = { ...json.headers, origin: emulator.url, cookie: "a=b", "user-agent": "browser" };
  const answer = await send("PUT", path, headers, content);
  expect(answer.status).toBe(200);
  return {
    key: json.cosKey,
    sent: JSON.parse(decodeURIComponent(String(answer.headers["x-emulator-sent"]))),
  };
}

describe("/", () => {
  test("is a page that loads nothing from elsewhere and cannot be framed", async () => {
    const { status, headers, text } = await send("GET", "/");
    expect(status).toBe(200);
    expect(headers["content-type"]).toBe("text/html; charset=utf-8");
    expect(headers["content-security-policy"]).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(headers["x-content-type-options"]).toBe("nosniff");
    expect(text).toContain(`${emulator.url}/put-sign?ext=jpg`);
    const sources = [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
    expect(sources.every((address) => address?.startsWith("/_emulator/") || address === "#main")).toBe(true);
  });

  test.each(["page.js", "page.css", "icon.svg"])("serves its %s", async (name) => {
    const { status, headers, text } = await send("GET", `/_emulator/${name}`);
    expect(status).toBe(200);
    expect(headers["content-type"]).toMatch(/^(?:text\/javascript|text\/css|image\/svg)/);
    expect(text.length).toBeGreaterThan(100);
  });

  test("accepts a link from another site", async () => {
    const link = {
      "sec-fetch-site": "cross-site",
      "sec-fetch-mode": "navigate",
      "sec-fetch-dest": "document",
    };
    expect((await send("GET", "/", link)).status).toBe(200);
  });

  test.each([
    "/_emulator",
    "/_emulator/",
    "/_emulator/nothing",
    "/_emulator/../page.ts",
    "/_emulator/__proto__",
  ])("does not find %s", async (path) => {
    expect(codeOf(await send("GET", path))).toBe("NotFound");
  });

  test("does not find another method", async () => {
    expect((await send("POST", "/")).status).toBe(404);
  });
});

describe("refuses", () => {
  const PATHS = [
    "/_emulator/objects",
    "/_emulator/cos?url=https://a/",
    "/_emulator/session-policy?id=a",
    "/_emulator/faults",
    "/_emulator/clock?ahead=1000",
    "/_emulator/requests",
  ];

  test.each(["/", ...PATHS])("a name rebound to this machine, at %s", async (path) => {
    for (const host of [
      "evil.example",
      "evil.example:3000",
      "127.0.0.1.evil.example",
      "localhost.evil.example",
    ]) {
      expect([host, (await send("GET", path, { host })).status]).toEqual([host, 403]);
    }
  });

  test.each(PATHS)("a page of another site, at %s", async (path) => {
    for (const origin of [
      "https://evil.example",
      "http://localhost:1",
      "null",
      emulator.url.replace("http:", "https:"),
    ]) {
      expect([origin, (await send("DELETE", path, { origin })).status]).toEqual([origin, 403]);
    }
    for (const site of ["cross-site", "same-site"]) {
      expect((await send("GET", path, { "sec-fetch-site": site })).status).toBe(403);
    }
  });

  test("to empty the bucket for a page of another site", async () => {
    await upload("stays");
    const answer = await send("DELETE", "/_emulator/objects?all", { origin: "https://evil.example" });
    expect(codeOf(answer)).toBe("OriginNotAllowed");
    expect((await list()).total).toBeGreaterThan(0);
  });
});

describe("/_emulator/objects", () => {
  beforeEach(async () => {
    await send("DELETE", "/_emulator/objects?all");
  });

  test("lists what is stored, newest first", async () => {
    const first = await upload("one");
    onTestFinished(async () => void (await send("PUT", "/_emulator/clock?ahead=0")));
    await send("PUT", "/_emulator/clock?ahead=2000");
    const second = await upload("two!");
    const { total, objects } = await list();
    expect(total).toBe(2);
    expect(objects.map(({ key, size, contentType }) => ({ key, size, contentType }))).toEqual([
      { key: second.key, size: 4, contentType: "image/gif" },
      { key: first.key, size: 3, contentType: "image/gif" },
    ]);
    expect(objects.map(({ isOwn }) => isOwn)).toEqual([false, false]);
  });

  test("marks the functions' own records, and lists them after the files even if they are newer", async () => {
    const looking = await startTestEmulator({ triggers: true });
    onTestFinished(() => looking.close());
    const { json } = await ask<PutAnswer>(`${looking.url}/put-sign?ext=gif`);
    const { status } = await fetch(json.url.replace("https:", "http:"), {
      method: "PUT",
      headers: json.headers,
      body: "GIF89a",
    });
    expect(status).toBe(200);
    const listed = async () => {
      const answer = await ask<{ objects: ListedObject[] }>(`${looking.url}/_emulator/objects`);
      return answer.json.objects.map(({ key, isOwn }) => [key, isOwn]);
    };
    await expect.poll(listed).toEqual([
      [json.cosKey, false],
      [`life/state/${json.cosKey}/ended`, true],
    ]);
    const state = async (key: string) =>
      (await ask(`${looking.url}/_emulator/upload-state?key=${encodeURIComponent(key)}`)).json;
    expect(await state(json.cosKey)).toEqual({ state: "accepted" });
    expect(await state("uploads/another.gif")).toEqual({ state: "stored" });
  });

  test("deletes one object or all", async () => {
    const { key } = await upload("one");
    await upload("two");
    await upload("three");
    const one = await send("DELETE", `/_emulator/objects?key=${encodeURIComponent(key)}`);
    expect([one.status, JSON.parse(one.text)]).toEqual([200, { deleted: 1 }]);
    expect((await list()).total).toBe(2);
    expect(JSON.parse((await send("DELETE", "/_emulator/objects?all")).text)).toEqual({ deleted: 2 });
    expect((await list()).total).toBe(0);
  });

  test.each(["", "?key=a&all"])("deletes nothing for %j", async (query) => {
    await upload("stays");
    const answer = await send("DELETE", `/_emulator/objects${query}`);
    expect([answer.status, codeOf(answer)]).toEqual([400, "InvalidParameter"]);
    expect((await list()).total).toBe(1);
  });
});

describe("/_emulator/cos", () => {
  test("sends what a Mini Program sends, over TLS, and no header of the browser's", async () => {
    const { sent, key } = await upload("x");
    expect(sent).toMatchObject({ method: "PUT", url: `https://${emulator.cosHost}/${key}` });
    expect(Object.keys(sent.headers).sort()).toEqual([
      "authorization",
      "content-length",
      "content-type",
      "host",
      "x-cos-security-token",
    ]);
  });

  test("reaches the emulated COS and no other host", async () => {
    const answer = await send("GET", `/_emulator/cos?url=${encodeURIComponent("https://example.com/")}`);
    expect(answer.status).toBe(404);
    expect(answer.text).toContain("<Code>NoSuchBucket</Code>");
  });

  test.each([
    "",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "https://",
    "/uploads/a",
    "https://a/ b",
    "https://a@b/",
  ])("refuses the url %j", async (url) => {
    const answer = await send("GET", `/_emulator/cos?url=${encodeURIComponent(url)}`);
    expect([answer.status, codeOf(answer)]).toEqual([400, "InvalidUrl"]);
  });

  test("an upload cannot run as part of the page", async () => {
    const { key } = await upload("<script>alert(1)</script>");
    const { json } = await ask<{ url: string }>(`${emulator.url}/object-url?key=${key}`);
    const { status, headers } = await send("GET", `/_emulator/cos?url=${encodeURIComponent(json.url)}`);
    expect(status).toBe(200);
    expect(headers["content-security-policy"]).toContain("sandbox");
    expect(headers["x-content-type-options"]).toBe("nosniff");
  });

  test("reads all of an upload that COS refuses early, since a browser reads no answer before it has sent everything", async () => {
    const { json } = await ask<PutAnswer>(`${emulator.url}/put-sign?ext=gif`);
    const { port, host } = new URL(emulator.url);
    const path = `/_emulator/cos?url=${encodeURIComponent(json.url)}`;
    const body = Buffer.alloc(20 * 1024 ** 2 + 1);
    const { Host: _, ...headers } = json.headers;
    expect(await sendAll(Number(port), path, { ...headers, Host: host }, body)).toEqual([403, 200]);
  });

  test("reports a cut connection", async () => {
    emulator.faults.cos = "cut";
    try {
      const { json } = await ask<PutAnswer>(`${emulator.url}/put-sign?ext=gif`);
      const path = `/_emulator/cos?url=${encodeURIComponent(json.url)}`;
      const answer = await send("PUT", path, { ...json.headers }, "x".repeat(5_000_000));
      expect([answer.status, codeOf(answer)]).toEqual([502, "ConnectionCut"]);
    } finally {
      emulator.faults.cos = undefined;
    }
  });
});

test("/_emulator/session-policy shows what a temporary key may do", async () => {
  const { json } = await ask<PutAnswer>(`${emulator.url}/put-sign?ext=gif`);
  const id = /q-ak=([^&]*)/.exec(json.authorization)?.[1] ?? "";
  const { policy } = JSON.parse((await send("GET", `/_emulator/session-policy?id=${id}`)).text);
  expect(policy).toMatchObject({
    version: "2.0",
    statement: [{ effect: "allow", action: ["name/cos:PutObject"] }],
  });
  expect(policy.statement[0].resource).toEqual([expect.stringMatching(new RegExp(`/${json.cosKey}$`))]);
  expect((await send("GET", "/_emulator/session-policy?id=AKIDnobody")).status).toBe(404);
});

test("/_emulator/faults shows and changes what fails", async () => {
  expect((await send("PUT", "/_emulator/faults?set=sts=hang")).status).toBe(200);
  expect(emulator.faults.sts).toBe("hang");
  expect(JSON.parse((await send("GET", "/_emulator/faults")).text)).toEqual({ sts: "hang" });
  expect((await send("PUT", "/_emulator/faults?set=sts=")).status).toBe(200);
  expect(emulator.faults.sts).toBeUndefined();
  expect(codeOf(await send("PUT", "/_emulator/faults?set=sts=nothing"))).toBe("InvalidParameter");
});

test("/_emulator/clock shows the emulator's time and changes it", async () => {
  const ahead = async () => JSON.parse((await send("GET", "/_emulator/clock")).text).ahead;
  expect(Math.abs(await ahead())).toBeLessThan(1000);
  expect((await send("PUT", "/_emulator/clock?ahead=3600000")).status).toBe(200);
  expect(Math.abs((await ahead()) - 3_600_000)).toBeLessThan(1000);
  expect(emulator.clock.now() - Date.now()).toBeGreaterThan(3_599_000);
  for (const wrong of ["", "?ahead=", "?ahead=soon", "?ahead=1.5", "?ahead=99999999999999"])
    expect(codeOf(await send("PUT", `/_emulator/clock${wrong}`))).toBe("InvalidParameter");
  expect((await send("PUT", "/_emulator/clock?ahead=0")).status).toBe(200);
  expect(Math.abs(await ahead())).toBeLessThan(1000);
});

test("/_emulator/requests lists what came after a given request, without the page's own requests", async () => {
  const seen = async (after: number): Promise<RecordedRequest[]> =>
    JSON.parse((await send("GET", `/_emulator/requests?after=${after}`)).text).requests;
  const before = (await seen(0)).at(-1)?.id ?? 0;
  await send("GET", "/put-sign?ext=exe");
  const { json } = await ask<PutAnswer>(`${emulator.url}/put-sign?ext=gif`);
  await send("PUT", `/_emulator/cos?url=${encodeURIComponent(`${json.url}x`)}`, { ...json.headers }, "x");
  const requests = await seen(before);
  expect(requests.map(({ service, status, code, action }) => [service, status, code, action])).toEqual([
    ["functions", 400, "ExtensionNotAllowed", undefined],
    ["STS", 200, undefined, "GetFederationToken"],
    ["functions", 200, undefined, undefined],
    ["COS", 403, expect.any(String), undefined],
  ]);
  const [refused, , , cos] = requests;
  expect(refused).toMatchObject({ path: "/put-sign", query: "ext=exe" });
  expect(cos?.explanation).toMatch(/\. \(signature-mismatch\)$/);
  // COS's query can hold a signature.
  expect(cos?.query).toBeUndefined();
  expect(await seen(cos?.id ?? 0)).toEqual([]);
});
