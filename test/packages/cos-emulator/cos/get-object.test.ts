import { get } from "node:http";
import { describe, expect, test } from "vitest";
import {
  type Answer,
  resource,
  START_SECONDS,
  signedHeaders,
  startCos,
  type TestCos,
  urlPath,
} from "./support.ts";

const TEXT = "0123456789";
const ETAG = '"781e5e245d69b566979b86e28d23f2c7"';

async function withObject(key = "a.txt"): Promise<TestCos> {
  const cos = await startCos();
  const headers = signedHeaders({
    method: "PUT",
    key,
    headers: { host: cos.host, "content-type": "text/plain" },
  });
  await cos.send({ method: "PUT", path: urlPath(key), headers, body: TEXT });
  return cos;
}

function ask(
  cos: TestCos,
  method: "GET" | "HEAD" | "DELETE",
  headers: Record<string, string> = {},
  query: Record<string, string> = {},
  key = "a.txt",
): Promise<Answer> {
  const search = new URLSearchParams(query).toString().replaceAll("+", "%20");
  return cos.send({
    method,
    path: urlPath(key) + (search === "" ? "" : `?${search}`),
    headers: { ...headers, ...signedHeaders({ method, key, headers: { host: cos.host }, query }) },
  });
}

describe("Range", () => {
  test.each([
    ["bytes=0-3", "0123", "bytes 0-3/10"],
    ["bytes=4-", "456789", "bytes 4-9/10"],
    ["bytes=-3", "789", "bytes 7-9/10"],
    ["bytes=-99", TEXT, "bytes 0-9/10"],
    ["bytes=8-99", "89", "bytes 8-9/10"],
    ["bytes=9-9", "9", "bytes 9-9/10"],
    // Java's largest, which Amazon's SDK for Java sends for the rest of an object, and C's without a sign
    ["bytes=5-9223372036854775806", "56789", "bytes 5-9/10"],
    ["bytes=5-18446744073709551615", "56789", "bytes 5-9/10"],
    ["bytes=-9223372036854775807", TEXT, "bytes 0-9/10"],
    // RFC 9110 §14.1
    ["Bytes=0-3", "0123", "bytes 0-3/10"],
  ])("%s gives 206 and %s", async (range, text, contentRange) => {
    const answer = await ask(await withObject(), "GET", { range });
    expect(answer.status).toBe(206);
    expect(answer.body.toString()).toBe(text);
    expect(answer.headers["content-range"]).toBe(contentRange);
    expect(answer.headers["content-length"]).toBe(String(text.length));
  });

  test.each([["bytes=10-"], ["bytes=10-20"], ["bytes=-0"], ["bytes=9223372036854775807-"]])(
    "%s is refused with 416 InvalidRange",
    async (range) => {
      const answer = await ask(await withObject(), "GET", { range });
      expect(answer).toMatchObject({ status: 416, code: "InvalidRange" });
      expect(answer.headers["content-range"]).toBe("bytes */10");
    },
  );

  test.each([["bytes=5-3"], ["bytes=0-1,3-4"], ["lines=0-1"], ["bytes=a-b"], ["bytes=-"]])(
    "%s is ignored: 200 and the whole object",
    async (range) => {
      const answer = await ask(await withObject(), "GET", { range });
      expect([answer.status, answer.body.toString()]).toEqual([200, TEXT]);
    },
  );
});

// RFC 9110 §13.1.5
describe("If-Range", () => {
  const time = (seconds: number) => new Date((START_SECONDS + seconds) * 1000).toUTCString();
  test.each([
    [ETAG, 206],
    [time(0), 206],
    ['"other"', 200],
    [`W/${ETAG}`, 200],
    [time(-1), 200],
    [time(1), 200],
    ["yesterday", 200],
  ])("%s: the range, or the whole object if it is another, gives %i", async (value, status) => {
    const answer = await ask(await withObject(), "GET", { range: "bytes=0-3", "if-range": value });
    expect([answer.status, answer.body.toString()]).toEqual([status, status === 206 ? "0123" : TEXT]);
  });
});

describe("conditions", () => {
  const later = new Date((START_SECONDS + 1) * 1000).toUTCString();
  const same = new Date(START_SECONDS * 1000).toUTCString();
  const earlier = new Date((START_SECONDS - 1) * 1000).toUTCString();
  test.each([
    ["if-none-match", ETAG, 304],
    ["if-none-match", '"other"', 200],
    ["if-modified-since", same, 304],
    ["if-modified-since", earlier, 200],
    ["if-match", ETAG, 200],
    ["if-match", '"other"', 412],
    ["if-unmodified-since", later, 200],
    ["if-unmodified-since", earlier, 412],
    ["if-modified-since", "yesterday", 200],
    // RFC 9110 §5.6.7 has three forms of a date, and §13.1.3 ignores any other
    ["if-modified-since", "Friday, 02-Jan-26 03:04:05 GMT", 304],
    ["if-modified-since", "Fri Jan  2 03:04:05 2026", 304],
    ["if-modified-since", "2030-01-01T00:00:00Z", 200],
    ["if-modified-since", "9999", 200],
    ["if-unmodified-since", "2020-01-01", 200],
  ])("%s: %s gives %i", async (name, value, status) => {
    const cos = await withObject();
    const get = await ask(cos, "GET", { [name]: value });
    expect(get.status).toBe(status);
    expect(get.code).toBe(status === 412 ? "PreconditionFailed" : "");
    expect((await ask(cos, "HEAD", { [name]: value })).status).toBe(status);
  });
});

test("headers are spelled as in COS's documentation, for software that depends on it", async () => {
  const cos = await withObject();
  const headers = signedHeaders({ method: "GET", key: "a.txt", headers: { host: cos.host } });
  const rawHeaders = await new Promise<readonly string[]>((resolve, reject) => {
    get(`http://${cos.host}/a.txt`, { headers, agent: false }, (response) => {
      response.resume();
      resolve(response.rawHeaders);
    }).on("error", reject);
  });
  const names = rawHeaders.filter((_, i) => i % 2 === 0);
  expect(names).toEqual(
    expect.arrayContaining([
      "ETag",
      "Content-Type",
      "Content-Length",
      "Last-Modified",
      "Accept-Ranges",
      "Server",
      "Date",
      "x-cos-request-id",
      "x-cos-hash-crc64ecma",
    ]),
  );
});

test("response-* parameters replace the object's headers", async () => {
  const query = {
    "response-content-type": "application/octet-stream",
    "response-content-disposition": 'attachment; filename="图 1.txt"',
    "response-cache-control": "no-store",
  };
  const { headers, status } = await ask(await withObject(), "GET", {}, query);
  expect(status).toBe(200);
  expect(headers["content-type"]).toBe("application/octet-stream");
  expect(headers["cache-control"]).toBe("no-store");
  expect(Buffer.from(headers["content-disposition"] ?? "", "latin1").toString("utf8")).toBe(
    query["response-content-disposition"],
  );
});

test("attack: control characters in a response-* parameter do not end up in a header", async () => {
  const query = { "response-content-type": "text/plain\r\nx-injected: 1\u0001\u007f" };
  const { headers, status } = await ask(await withObject(), "GET", {}, query);
  expect(status).toBe(200);
  expect(headers["content-type"]).toBe("text/plain  x-injected: 1");
  expect(headers).not.toHaveProperty("x-injected");
});

test("an unsigned response-* parameter also takes effect, since its signer left it free", async () => {
  const cos = await withObject();
  const headers = signedHeaders({ method: "GET", key: "a.txt", headers: { host: cos.host } });
  const answer = await cos.send({ method: "GET", path: "/a.txt?response-content-type=text/html", headers });
  expect([answer.status, answer.headers["content-type"]]).toEqual([200, "text/html"]);
});

test("a session policy's condition can forbid it", async () => {
  const cos = await withObject();
  const credential = cos.issue("name/cos:GetObject", "a.txt", {
    string_equal_if_exist: { "cos:response-content-type": "text/plain" },
  });
  const headers = signedHeaders({ method: "GET", key: "a.txt", headers: { host: cos.host }, credential });
  const get = (path: string) => cos.send({ method: "GET", path, headers });
  expect((await get("/a.txt")).status).toBe(200);
  expect(await get("/a.txt?response-content-type=text/html")).toMatchObject({
    status: 403,
    code: "AccessDenied",
  });
});

test("an unsigned request with a response-* parameter is refused with 403, even where anyone may read", async () => {
  const cos = await withObject();
  const statement = {
    principal: { qcs: ["qcs::cam::anyone:anyone"] },
    effect: "allow",
    action: ["name/cos:GetObject"],
    resource: [resource("*")],
  };
  const body = JSON.stringify({ version: "2.0", statement: [statement] });
  const query = { policy: "" };
  const headers = signedHeaders({ method: "PUT", key: "", headers: { host: cos.host }, query });
  await cos.send({ method: "PUT", path: "/?policy", headers, body });
  expect((await cos.send({ method: "GET", path: "/a.txt" })).status).toBe(200);
  const answer = await cos.send({ method: "GET", path: "/a.txt?response-content-type=text/html" });
  expect(answer).toMatchObject({ status: 403, code: "AccessDenied" });
  expect(answer.headers["x-emulator-reason"]).toBe("response-* parameters are for signed requests only");
});

describe("image processing", () => {
  const NOTE = "image processing is not emulated; this is the original";

  test.each<[Record<string, string>]>([
    [{ "imageMogr2/thumbnail/!50p|watermark/2/text/5Zu+": "" }],
    [{ "imageView2/1/w/100/h/100/q/85": "" }],
    [{ "watermark/1/image/aHR0cDovL2E=": "" }],
    [{ "style/thumb": "" }],
    [{ "ci-process": "snapshot", time: "1.5", width: "100", format: "jpg" }],
  ])("%j returns the original, and says so", async (query) => {
    const answer = await ask(await withObject(), "GET", {}, query);
    expect([answer.status, answer.body.toString()]).toEqual([200, TEXT]);
    expect(answer.headers["x-emulator-note"]).toBe(NOTE);
  });

  test("is not mentioned when it was not requested", async () => {
    expect((await ask(await withObject(), "GET")).headers).not.toHaveProperty("x-emulator-note");
  });

  test.each([
    ["another size", "/a.txt?imageMogr2/thumbnail/9999x"],
    ["no processing", "/a.txt"],
  ])("%s instead of what was signed is refused with 403 SignatureDoesNotMatch", async (_, path) => {
    const cos = await withObject();
    const query = { "imageMogr2/thumbnail/100x": "" };
    const headers = signedHeaders({ method: "GET", key: "a.txt", headers: { host: cos.host }, query });
    expect(
      (await cos.send({ method: "GET", path: "/a.txt?imageMogr2/thumbnail/100x", headers })).status,
    ).toBe(200);
    expect(await cos.send({ method: "GET", path, headers })).toMatchObject({
      status: 403,
      code: "SignatureDoesNotMatch",
    });
  });

  test("needs the right to read the object: a key for another object is refused with 403", async () => {
    const cos = await withObject();
    const credential = cos.issue("name/cos:GetObject", "b.txt");
    const query = { "imageMogr2/thumbnail/100x": "" };
    const headers = signedHeaders({
      method: "GET",
      key: "a.txt",
      headers: { host: cos.host },
      query,
      credential,
    });
    expect(
      await cos.send({ method: "GET", path: "/a.txt?imageMogr2/thumbnail/100x", headers }),
    ).toMatchObject({
      status: 403,
      code: "AccessDenied",
    });
  });
});

test("a missing key is refused with 404 NoSuchKey", async () => {
  const cos = await withObject();
  expect(await ask(cos, "GET", {}, {}, "b.txt")).toMatchObject({ status: 404, code: "NoSuchKey" });
});

test("a version is refused with 404 NoSuchVersion; version null is the object", async () => {
  const cos = await withObject();
  expect(await ask(cos, "GET", {}, { versionId: "MTg0" })).toMatchObject({
    status: 404,
    code: "NoSuchVersion",
  });
  expect((await ask(cos, "GET", {}, { versionId: "null" })).status).toBe(200);
});

describe("HEAD", () => {
  test("gives the object's headers and no body", async () => {
    const answer = await ask(await withObject(), "HEAD");
    expect(answer.status).toBe(200);
    expect(answer.headers).toMatchObject({
      "content-length": "10",
      "content-type": "text/plain",
      etag: ETAG,
    });
    expect(answer.body).toHaveLength(0);
  });

  test("of a missing key is 404 without a body", async () => {
    const answer = await ask(await withObject(), "HEAD", {}, {}, "b.txt");
    expect(answer.status).toBe(404);
    expect(answer.body).toHaveLength(0);
    expect(answer.headers["x-cos-request-id"]).toBeDefined();
  });

  test("without a signature is 403 without a body, with the reason in a header", async () => {
    const cos = await withObject();
    const answer = await cos.send({ method: "HEAD", path: "/a.txt" });
    expect(answer.status).toBe(403);
    expect(answer.body).toHaveLength(0);
    expect(answer.headers["x-emulator-reason"]).toBe("the request is not signed and the bucket is private");
  });
});

describe("DELETE", () => {
  test("removes the object with 204", async () => {
    const cos = await withObject();
    expect((await ask(cos, "DELETE")).status).toBe(204);
    expect((await ask(cos, "GET")).status).toBe(404);
  });

  test("of a missing key is 204 as well", async () => {
    expect((await ask(await withObject(), "DELETE", {}, {}, "b.txt")).status).toBe(204);
  });

  test("of a version is refused with 404 NoSuchVersion, and removes nothing", async () => {
    const cos = await withObject();
    const answer = await ask(cos, "DELETE", {}, { versionId: "MTg0" });
    expect(answer).toMatchObject({ status: 404, code: "NoSuchVersion" });
    expect(cos.store.get("a.txt")).toBeDefined();
  });

  test("with a key for uploads only is refused with 403 AccessDenied", async () => {
    const cos = await withObject();
    const credential = cos.issue("name/cos:PutObject", "a.txt");
    const headers = signedHeaders({
      method: "DELETE",
      key: "a.txt",
      headers: { host: cos.host },
      credential,
    });
    expect(await cos.send({ method: "DELETE", path: "/a.txt", headers })).toMatchObject({
      status: 403,
      code: "AccessDenied",
    });
    expect(cos.store.get("a.txt")).toBeDefined();
  });
});

test.each([
  ["GET", "name/cos:HeadObject"],
  ["HEAD", "name/cos:GetObject"],
] as const)("%s with a key for %s only is refused with 403", async (method, action) => {
  const cos = await withObject();
  const credential = cos.issue(action, "a.txt");
  const headers = signedHeaders({ method, key: "a.txt", headers: { host: cos.host }, credential });
  expect((await cos.send({ method, path: "/a.txt", headers })).status).toBe(403);
});

test("an unsigned GET is refused with 403 AccessDenied, whether or not the key exists", async () => {
  const cos = await withObject();
  for (const path of ["/a.txt", "/b.txt"]) {
    expect(await cos.send({ method: "GET", path })).toMatchObject({ status: 403, code: "AccessDenied" });
  }
});
