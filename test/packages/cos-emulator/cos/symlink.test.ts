import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { ask, textsOf } from "./asking.ts";
import { BUCKET_HOST, startCos, type TestCos } from "./support.ts";

const query = { symlink: "" };
const TARGET = "目录/a b.jpg";

const link = (cos: TestCos, key: string, target: string, headers: Record<string, string> = {}) =>
  ask(cos, "PUT", key, {
    query,
    headers: { "x-cos-symlink-target": encodeURIComponent(target), ...headers },
  });

async function startWithLink(): Promise<TestCos> {
  const cos = await startCos();
  await ask(cos, "PUT", TARGET, { body: "photo", headers: { "x-cos-meta-of": "target" } });
  expect((await link(cos, "link", TARGET)).status).toBe(200);
  return cos;
}

test("a link is an object of its own that names its target", async () => {
  const cos = await startWithLink();
  const etag = `"${createHash("md5").update(TARGET).digest("hex")}"`;
  const named = await ask(cos, "GET", "link", { query });
  expect(named).toMatchObject({ status: 200, headers: { etag } });
  expect(decodeURIComponent(String(named.headers["x-cos-symlink-target"]))).toBe(TARGET);
  const listed = await ask(cos, "GET", "", { query: { prefix: "link" } });
  expect(textsOf(listed, "Size")).toEqual([String(Buffer.byteLength(TARGET))]);
  expect(textsOf(listed, "ETag")).toEqual([etag]);
});

test("GET, HEAD and a copy of a link read its target", async () => {
  const cos = await startWithLink();
  const read = await ask(cos, "GET", "link");
  expect([read.status, read.body.toString()]).toEqual([200, "photo"]);
  expect(read.headers).toMatchObject({ "content-type": "image/jpeg", "x-cos-meta-of": "target" });
  const part = await ask(cos, "GET", "link", { headers: { range: "bytes=0-1" } });
  expect([part.status, part.body.toString()]).toEqual([206, "ph"]);
  const head = await ask(cos, "HEAD", "link");
  expect([head.status, head.headers["content-length"]]).toEqual([200, "5"]);
  await ask(cos, "PUT", "copy", { headers: { "x-cos-copy-source": `${BUCKET_HOST}/link` }, body: "" });
  await ask(cos, "DELETE", "link");
  expect((await ask(cos, "GET", "copy")).body.toString()).toBe("photo");
  expect((await ask(cos, "GET", TARGET)).status).toBe(200);
});

test("a link follows changes of its target, and stays when the target is deleted", async () => {
  const cos = await startWithLink();
  await ask(cos, "PUT", TARGET, { body: "another" });
  expect((await ask(cos, "GET", "link")).body.toString()).toBe("another");
  await ask(cos, "DELETE", TARGET);
  expect(await ask(cos, "GET", "link")).toMatchObject({ status: 404, code: "NoSuchKey" });
  expect((await ask(cos, "GET", "link", { query })).status).toBe(200);
});

test("each version of a link keeps its own target", async () => {
  const cos = await startCos();
  const body = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
  await ask(cos, "PUT", "", { query: { versioning: "" }, body });
  await ask(cos, "PUT", "a", { body: "of a" });
  await ask(cos, "PUT", "b", { body: "of b" });
  const versionId = String((await link(cos, "link", "a")).headers["x-cos-version-id"]);
  await link(cos, "link", "b");
  const asked = async (version: Record<string, string>) => [
    (await ask(cos, "GET", "link", { query: { ...query, ...version } })).headers["x-cos-symlink-target"],
    (await ask(cos, "GET", "link", { query: version })).body.toString(),
  ];
  expect(await asked({})).toEqual(["b", "of b"]);
  expect(await asked({ versionId })).toEqual(["a", "of a"]);
  const unknown = await ask(cos, "GET", "link", { query: { ...query, versionId: "invalid" } });
  expect(unknown).toMatchObject({ status: 404, code: "NoSuchVersion" });
});

describe("refuses", () => {
  test.each([
    ["no target", { "x-cos-symlink-target": "" }, "InvalidArgument"],
    ["a broken target", { "x-cos-symlink-target": "%E4" }, "InvalidArgument"],
    ["a target that is too long", { "x-cos-symlink-target": "a".repeat(851) }, "InvalidArgument"],
    ["the link itself", { "x-cos-symlink-target": "link" }, "InvalidArgument"],
    ["a link in an archive", { "x-cos-storage-class": "ARCHIVE" }, "InvalidArgument"],
    ["an encrypted link", { "x-cos-server-side-encryption": "AES256" }, "InvalidArgument"],
  ])("%s", async (_, headers, code) => {
    const cos = await startCos();
    expect(await link(cos, "link", "a", headers)).toMatchObject({ status: 400, code });
    expect(cos.store.keys()).toEqual([]);
  });

  test("to replace an object with a link if overwriting is forbidden", async () => {
    const cos = await startWithLink();
    const answer = await link(cos, TARGET, "other", { "x-cos-forbid-overwrite": "true" });
    expect(answer).toMatchObject({ status: 409, code: "FileAlreadyExists" });
  });

  test("to name the target of an object that is not a link, or does not exist", async () => {
    const cos = await startWithLink();
    expect(await ask(cos, "GET", TARGET, { query })).toMatchObject({ status: 400, code: "InvalidArgument" });
    expect(await ask(cos, "GET", "none", { query })).toMatchObject({ status: 404, code: "NoSuchKey" });
  });

  test("to follow a link to another link", async () => {
    const cos = await startWithLink();
    await link(cos, "second", "link");
    expect(await ask(cos, "GET", "second")).toMatchObject({ status: 400, code: "InvalidArgument" });
  });

  test("PUT and GET ?symlink with a key that has only PutObject or GetObject", async () => {
    const cos = await startWithLink();
    const put = await ask(cos, "PUT", "x", {
      query,
      headers: { "x-cos-symlink-target": "a" },
      credential: cos.issue("name/cos:PutObject", "*"),
    });
    expect(put).toMatchObject({ status: 403, code: "AccessDenied" });
    expect(put.headers["x-emulator-reason"]).toContain("name/cos:PutSymlink");
    const get = await ask(cos, "GET", "link", { query, credential: cos.issue("name/cos:GetObject", "*") });
    expect(get).toMatchObject({ status: 403, code: "AccessDenied" });
  });

  test("to read through a link what the caller could not read directly", async () => {
    const cos = await startWithLink();
    for (const [method, action] of [
      ["GET", "name/cos:GetObject"],
      ["HEAD", "name/cos:HeadObject"],
    ] as const) {
      expect((await ask(cos, method, "link", { credential: cos.issue(action, "link") })).status).toBe(403);
      expect((await ask(cos, method, "link", { credential: cos.issue(action, "*") })).status).toBe(200);
    }
    await ask(cos, "PUT", "link", { query: { acl: "" }, headers: { "x-cos-acl": "public-read" }, body: "" });
    expect((await ask(cos, "GET", "link", { isAnonymous: true })).status).toBe(403);
    await ask(cos, "PUT", TARGET, { query: { acl: "" }, headers: { "x-cos-acl": "public-read" }, body: "" });
    expect((await ask(cos, "GET", "link", { isAnonymous: true })).status).toBe(200);
  });
});
