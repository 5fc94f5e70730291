import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  type Answer,
  type Sent,
  START_SECONDS,
  signedHeaders,
  startCos,
  type TestCos,
  urlPath,
} from "./support.ts";

const BODY = Buffer.from("the bytes of a photo");
const MD5_HEX = createHash("md5").update(BODY).digest("hex");
const MD5_BASE64 = createHash("md5").update(BODY).digest("base64");

function put(
  cos: TestCos,
  key: string,
  headers: Record<string, string> = {},
  sent: Partial<Sent> = {},
): Promise<Answer> {
  return cos.send({
    method: "PUT",
    path: urlPath(key),
    headers: { ...headers, ...signedHeaders({ method: "PUT", key, headers: { host: cos.host } }) },
    body: BODY,
    ...sent,
  });
}

function get(cos: TestCos, key: string): Promise<Answer> {
  const headers = signedHeaders({ method: "GET", key, headers: { host: cos.host } });
  return cos.send({ method: "GET", path: urlPath(key), headers });
}

async function filesIn(cos: TestCos): Promise<string[]> {
  return [...(await readdir(join(cos.directory, "data"))), ...(await readdir(join(cos.directory, "index")))];
}

test("a PUT stores the bytes and answers with their MD5 as ETag", async () => {
  const cos = await startCos();
  const answer = await put(cos, "u/1/a.jpg", { "content-type": "image/jpeg" });
  expect(answer.status).toBe(200);
  expect(answer.headers["etag"]).toBe(`"${MD5_HEX}"`);
  expect(answer.headers["content-length"]).toBe("0");
  expect(answer.headers["server"]).toBe("tencent-cos");
  expect(answer.headers["x-cos-request-id"]).toMatch(/^[A-Za-z0-9+/=]{20,}$/);
  expect(answer.headers["date"]).toBe(new Date(START_SECONDS * 1000).toUTCString());
  expect((await get(cos, "u/1/a.jpg")).body.equals(BODY)).toBe(true);
});

test("the headers given at the upload are returned with the object", async () => {
  const cos = await startCos();
  const given = {
    "content-type": "image/jpeg",
    "cache-control": "max-age=60",
    "content-disposition": 'attachment; filename="a.jpg"',
    "content-encoding": "identity",
    "content-language": "zh",
    expires: "Thu, 01 Jan 2026 00:00:00 GMT",
    "x-cos-meta-author": "me",
    "x-cos-storage-class": "STANDARD_IA",
  };
  await put(cos, "a", given);
  const { headers } = await get(cos, "a");
  expect(headers).toMatchObject({
    ...given,
    etag: `"${MD5_HEX}"`,
    "accept-ranges": "bytes",
    "last-modified": new Date(START_SECONDS * 1000).toUTCString(),
  });
});

test.each([
  ["a", "application/octet-stream"],
  ["a.unheard-of", "application/octet-stream"],
  ["u.zip/a", "application/octet-stream"],
  ["a.zip", "application/zip"],
  ["b/a.TXT", "text/plain"],
])("without a content type, %s is %s", async (key, type) => {
  const cos = await startCos();
  await put(cos, key);
  expect((await get(cos, key)).headers["content-type"]).toBe(type);
});

test("an empty object can be stored", async () => {
  const cos = await startCos();
  expect((await put(cos, "empty", {}, { body: "" })).status).toBe(200);
  expect((await get(cos, "empty")).body).toHaveLength(0);
});

test("a second PUT replaces the first, leaving one file of bytes", async () => {
  const cos = await startCos();
  await put(cos, "a");
  await put(cos, "a", {}, { body: "second" });
  expect((await get(cos, "a")).body.toString()).toBe("second");
  expect(await readdir(join(cos.directory, "data"))).toHaveLength(1);
});

describe("Content-MD5", () => {
  test("that matches is accepted", async () => {
    const cos = await startCos();
    expect((await put(cos, "a", { "content-md5": MD5_BASE64 })).status).toBe(200);
  });

  test("of other bytes is refused with 400 BadDigest, and nothing is stored", async () => {
    const cos = await startCos();
    const wrong = createHash("md5").update("other").digest("base64");
    expect(await put(cos, "a", { "content-md5": wrong })).toMatchObject({ status: 400, code: "BadDigest" });
    expect(await filesIn(cos)).toEqual([]);
  });

  test.each([
    ["hex", MD5_HEX],
    ["empty", ""],
    ["too short", "YWJj"],
    ["not base64", "****"],
  ])("that is %s is refused with 400 InvalidDigest", async (_, value) => {
    const cos = await startCos();
    expect(await put(cos, "a", { "content-md5": value })).toMatchObject({
      status: 400,
      code: "InvalidDigest",
    });
  });
});

describe("x-cos-forbid-overwrite: true", () => {
  test("stores a new key", async () => {
    const cos = await startCos();
    expect((await put(cos, "a", { "x-cos-forbid-overwrite": "true" })).status).toBe(200);
  });

  test("refuses a key that exists with 409 FileAlreadyExists and keeps the old bytes", async () => {
    const cos = await startCos();
    await put(cos, "a");
    const answer = await put(cos, "a", { "x-cos-forbid-overwrite": "true" }, { body: "second" });
    expect(answer).toMatchObject({ status: 409, code: "FileAlreadyExists" });
    expect((await get(cos, "a")).body.equals(BODY)).toBe(true);
  });

  test("lets only one of several simultaneous uploads succeed", async () => {
    const cos = await startCos();
    const uploads = Array.from({ length: 8 }, (_, i) =>
      put(cos, "a", { "x-cos-forbid-overwrite": "true" }, { body: `upload ${i}` }),
    );
    const statuses = (await Promise.all(uploads)).map((answer) => answer.status).sort();
    expect(statuses).toEqual([200, ...Array(7).fill(409)]);
    expect(await filesIn(cos)).toHaveLength(2);
  });

  test("refuses nothing when it is false", async () => {
    const cos = await startCos();
    await put(cos, "a");
    expect((await put(cos, "a", { "x-cos-forbid-overwrite": "false" })).status).toBe(200);
  });
});

describe("size", () => {
  test("a body of the maximum size is stored", async () => {
    const cos = await startCos({ maxObjectBytes: BODY.length });
    expect((await put(cos, "a")).status).toBe(200);
  });

  test("a larger one is refused with 400 EntityTooLarge, and the answer arrives", async () => {
    const cos = await startCos({ maxObjectBytes: 1000 });
    const answer = await put(cos, "a", {}, { body: Buffer.alloc(3_000_000) });
    expect(answer).toMatchObject({ status: 400, code: "EntityTooLarge" });
    expect(await filesIn(cos)).toEqual([]);
  });

  test("a chunked body is accepted, up to the same size", async () => {
    const cos = await startCos({ maxObjectBytes: BODY.length });
    const chunked = { "transfer-encoding": "chunked" };
    expect((await put(cos, "a", chunked)).status).toBe(200);
    expect((await get(cos, "a")).body).toEqual(BODY);
    const larger = await put(cos, "b", chunked, { body: `${BODY}.` });
    expect(larger).toMatchObject({ status: 400, code: "EntityTooLarge" });
    expect(await filesIn(cos)).toHaveLength(2);
  });

  test("a PUT with neither Content-Length nor chunks is refused with 411 MissingContentLength", async () => {
    const cos = await startCos();
    const headers = signedHeaders({ method: "PUT", key: "a", headers: { host: cos.host } });
    const lines = ["PUT /a HTTP/1.1", ...Object.entries(headers).map((pair) => pair.join(": ")), "", ""];
    const socket = connect(cos.port, "127.0.0.1", () => socket.write(lines.join("\r\n")));
    const [answer] = await once(socket, "data");
    socket.destroy();
    expect(String(answer)).toMatch(/^HTTP\/1.1 411 .*MissingContentLength/s);
  });

  test("a chunked body has no cos:content-length, so a condition on it fails", async () => {
    const cos = await startCos();
    const credential = cos.issue("name/cos:PutObject", "a", {
      numeric_less_than_equal: { "cos:content-length": 100 },
    });
    const headers = signedHeaders({ method: "PUT", key: "a", headers: { host: cos.host }, credential });
    const answer = await cos.send({
      method: "PUT",
      path: "/a",
      headers: { ...headers, "transfer-encoding": "chunked" },
      body: BODY,
    });
    expect(answer).toMatchObject({ status: 403, code: "AccessDenied" });
    expect(answer.headers["x-emulator-reason"]).toBe(
      'condition numeric_less_than_equal cos:content-length requires "100", but the request has none',
    );
  });
});

test("a body that is cut in the middle stores nothing", async () => {
  const cos = await startCos();
  const headers = signedHeaders({ method: "PUT", key: "a", headers: { host: cos.host } });
  const outgoing = request({
    port: cos.port,
    host: "127.0.0.1",
    method: "PUT",
    path: "/a",
    headers: { ...headers, "content-length": "1000000" },
  });
  outgoing.on("error", () => undefined);
  outgoing.write(Buffer.alloc(100_000));
  await expect.poll(() => readdir(join(cos.directory, "data"))).toHaveLength(1);
  outgoing.destroy();
  await expect.poll(() => cos.log).toHaveLength(1);
  expect(cos.log[0]).toMatch(/^cos PUT \/a cut off 0 bytes/);
  expect(cos.store.get("a")).toBeUndefined();
  expect(await filesIn(cos)).toEqual([]);
});

test("a refused upload is read to its end, so that a client that reads only after sending gets the answer", async () => {
  const cos = await startCos();
  const socket = connect(cos.port, "127.0.0.1");
  onTestFinished(() => {
    socket.destroy();
  });
  const size = 20_000_000;
  socket.write(
    `PUT /a HTTP/1.1\r\nhost: ${cos.host}\r\nconnection: close\r\ncontent-length: ${size}\r\n\r\n`,
  );
  socket.pause();
  for (let sent = 0; sent < size; sent += 1_000_000) {
    if (!socket.write(Buffer.alloc(1_000_000))) await once(socket, "drain");
  }
  expect(await text(socket)).toMatch(
    /^HTTP\/1\.1 403 Forbidden\r\n.*<Code>AccessDenied<\/Code>.*<\/Error>$/s,
  );
});

describe("keys", () => {
  test("of 850 bytes are accepted, of 851 refused with 400 InvalidURI", async () => {
    const cos = await startCos();
    expect((await put(cos, `${"图".repeat(283)}a`)).status).toBe(200);
    expect(await put(cos, `${"图".repeat(283)}ab`)).toMatchObject({ status: 400, code: "InvalidURI" });
  });

  test.each([
    ["a NUL", "/a%00.jpg"],
    ["a line break", "/a%0a.jpg"],
    ["an escape character", "/a%1b.jpg"],
    ["a leading backslash", "/%5Ca.jpg"],
    ["a broken escape", "/a%zz.jpg"],
    ["bytes that are not UTF-8", "/a%ff.jpg"],
  ])("with %s are refused with 400 InvalidURI", async (_, path) => {
    const cos = await startCos();
    expect(await cos.send({ method: "PUT", path, body: BODY })).toMatchObject({
      status: 400,
      code: "InvalidURI",
    });
  });

  test.each([["/"], ["//////"], ["."], ["./"], ["/./"], [".//."]])(
    "of slashes and single dots only, such as %s, are refused with 400 InvalidURI: they lead to the bucket",
    async (key) => {
      const cos = await startCos();
      for (const method of ["PUT", "GET", "HEAD"] as const) {
        const headers = signedHeaders({ method, key: `/${key}`, headers: { host: cos.host } });
        const answer = await cos.send({
          method,
          path: `/${key}`,
          headers,
          ...(method === "PUT" && { body: "x" }),
        });
        expect([answer.status, cos.store.all()]).toEqual([400, []]);
      }
    },
  );

  test.each([["/a"], ["abc/../"], [".a/"], ["/././///abc/.//def//../../"]])(
    "such as %s are stored unchanged",
    async (key) => {
      const cos = await startCos();
      const headers = (method: "PUT" | "GET") =>
        signedHeaders({ method, key: `/${key}`, headers: { host: cos.host } });
      const path = `/${key}`;
      expect((await cos.send({ method: "PUT", path, headers: headers("PUT"), body: key })).status).toBe(200);
      expect((await cos.send({ method: "GET", path, headers: headers("GET") })).body.toString()).toBe(key);
      expect(cos.store.all().map((object) => object.key)).toEqual([key]);
    },
  );

  test.each([["../../escape.txt"], ["a/../../../escape.txt"], [".."], ["C:\\escape.txt"], ["index/x.json"]])(
    "attack: such as %s stay inside the folder, under their own name",
    async (key) => {
      const cos = await startCos();
      expect((await put(cos, key)).status).toBe(200);
      expect((await get(cos, key)).body.equals(BODY)).toBe(true);
      expect(await filesIn(cos)).toEqual([
        expect.stringMatching(/^[0-9a-f-]{36}$/),
        expect.stringMatching(/^[0-9a-f]{64}\.json$/),
      ]);
    },
  );
});

/** Three headers of metadata, each of so many bytes with its name. */
function metadata(bytes: number): Record<string, string> {
  const names = ["a", "b", "c"].map((name) => `x-cos-meta-${name}`);
  return Object.fromEntries(names.map((name) => [name, "x".repeat(bytes - name.length)]));
}

test("stores 4 KB of metadata, in headers of up to 2 KB (436/7749)", async () => {
  const cos = await startCos();
  expect((await put(cos, "a", metadata(1365))).status).toBe(200);
  expect((await put(cos, "b", { "x-cos-meta-a": "x".repeat(2036) })).status).toBe(200);
});

describe("refuses, instead of ignoring,", () => {
  test.each([
    ["another storage class", { "x-cos-storage-class": "GLACIER" }, 400, "NotSupportedStorageClass"],
    ["an unknown acl", { "x-cos-acl": "everyone" }, 400, "InvalidArgument"],
    ["a bucket's acl", { "x-cos-acl": "public-read-write" }, 400, "InvalidArgument"],
    ["a copy of what is no object's URL", { "x-cos-copy-source": "a/b" }, 400, "InvalidCopySource"],
    [
      "encryption that COS does not know",
      { "x-cos-server-side-encryption": "AES789" },
      400,
      "InvalidArgument",
    ],
    // Python's spelling, of which nobody knows what COS makes.
    ["an overwriting that is neither", { "x-cos-forbid-overwrite": "True" }, 400, "InvalidArgument"],
    ["image processing", { "pic-operations": "{}" }, 501, "NotImplemented"],
    ["a traffic limit out of bounds", { "x-cos-traffic-limit": "100" }, 400, "InvalidArgument"],
    ["more than 2 KB in one header of metadata", { "x-cos-meta-a": "x".repeat(2037) }, 400, "KeyTooLong"],
    ["more than 4 KB of metadata", metadata(1366), 400, "MetadataTooLarge"],
    ["more than 4 KB of headers in all", { "cache-control": "x".repeat(4070) }, 400, "MetadataTooLarge"],
  ])("%s", async (_, headers, status, code) => {
    const cos = await startCos();
    expect(await put(cos, "a", headers)).toMatchObject({ status, code });
    expect(cos.store.all()).toEqual([]);
  });
});
