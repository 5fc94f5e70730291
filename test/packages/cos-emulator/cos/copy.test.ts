import { beforeEach, describe, expect, test } from "vitest";
import { parsePolicy } from "../../../../packages/cos-emulator/src/cam/parse-policy.ts";
import { type Asked, ask, textsOf } from "./asking.ts";
import { begin, complete } from "./multipart-support.ts";
import { BUCKET_HOST, resource, START_SECONDS, startCos, type TestCos } from "./support.ts";

const SOURCE = "a b/源.txt";
const BODY = "what is copied";

let cos: TestCos;

const from = (key: string, query = "") => ({
  "x-cos-copy-source": `${BUCKET_HOST}/${encodeURIComponent(key)}${query}`,
});

const copy = (key: string, headers: Record<string, string>, more: Asked = {}) =>
  ask(cos, "PUT", key, { headers: { ...from(SOURCE), ...headers }, body: "", ...more });

beforeEach(async () => {
  cos = await startCos();
  const headers = {
    "content-type": "text/x-own",
    "x-cos-meta-a": "1",
    "x-cos-tagging": "k=v",
    "x-cos-storage-class": "STANDARD_IA",
  };
  await ask(cos, "PUT", SOURCE, { headers, body: BODY });
});

describe("PUT Object - Copy", () => {
  test("copies the bytes, the metadata and the tags, but not the storage class", async () => {
    const answer = await copy("b.txt", {});
    expect(answer.status).toBe(200);
    const { headers, body } = await ask(cos, "GET", "b.txt");
    expect(textsOf(answer, "ETag")).toEqual([headers["etag"]]);
    expect(textsOf(answer, "LastModified")).toEqual(["2026-01-02T03:04:05Z"]);
    expect(body.toString()).toBe(BODY);
    expect(headers).toMatchObject({
      "content-type": "text/x-own",
      "x-cos-meta-a": "1",
      "x-cos-tagging-count": "1",
    });
    expect(headers).not.toHaveProperty("x-cos-storage-class");
  });

  test.each(["Replaced", "REPLACE"])("%s uses the request's metadata and tags instead", async (directive) => {
    await copy("b.zip", {
      "x-cos-metadata-directive": directive,
      "x-cos-tagging-directive": "Replaced",
      "x-cos-meta-b": "2",
    });
    const { headers } = await ask(cos, "HEAD", "b.zip");
    expect(headers).toMatchObject({ "content-type": "application/zip", "x-cos-meta-b": "2" });
    expect(headers).not.toHaveProperty("x-cos-meta-a");
    expect(headers).not.toHaveProperty("x-cos-tagging-count");
  });

  test("copies from another bucket, whose policy may refuse it", async () => {
    const host = BUCKET_HOST.replace("uploads", "other").replace("guangzhou", "shanghai");
    expect((await ask(cos, "PUT", "", { headers: { host }, body: "" })).status).toBe(200);
    await ask(cos, "PUT", SOURCE, { headers: { host }, body: "other" });
    const source = { "x-cos-copy-source": `${host}/${encodeURIComponent(SOURCE)}` };
    expect((await copy("b", source)).status).toBe(200);
    expect((await ask(cos, "GET", "b")).body.toString()).toBe("other");
    // To the same key, in this bucket.
    expect((await copy(SOURCE, source)).status).toBe(200);
    const credential = cos.issue("name/cos:*", "*");
    expect(await copy("b", source, { credential })).toMatchObject({ status: 403, code: "AccessDenied" });
  });

  test("copies from a bucket of the same region that is named without its host, as by cosfs", async () => {
    const source = { "x-cos-copy-source": `/uploads-1250000000/${encodeURIComponent(SOURCE)}` };
    expect((await copy("b", source)).status).toBe(200);
    expect((await ask(cos, "GET", "b")).body.toString()).toBe(BODY);
  });

  test("of an object to itself is allowed only with a change", async () => {
    expect(await copy(SOURCE, {})).toMatchObject({ status: 400, code: "InvalidArgument" });
    const headers = { "x-cos-metadata-directive": "Replaced", "x-cos-meta-b": "2" };
    expect((await copy(SOURCE, headers)).status).toBe(200);
    const after = await ask(cos, "GET", SOURCE);
    expect(after.body.toString()).toBe(BODY);
    expect(after.headers["x-cos-meta-b"]).toBe("2");
  });

  test("copies an earlier version", async () => {
    const Status = "<Status>Enabled</Status>";
    const body = `<VersioningConfiguration>${Status}</VersioningConfiguration>`;
    await ask(cos, "PUT", "", { query: { versioning: "" }, body });
    await ask(cos, "PUT", SOURCE, { body: "newer" });
    const answer = await copy("b", from(SOURCE, "?versionId=null"));
    expect(answer.headers).toHaveProperty("x-cos-version-id");
    expect((await ask(cos, "GET", "b")).body.toString()).toBe(BODY);
    expect(await copy("b", from(SOURCE, "?versionId=MTIz"))).toMatchObject({ code: "NoSuchVersion" });
  });

  // "Versioning" of https://cloud.tencent.com/document/product/436/8287
  test("of a delete marker is a 404, or a 400 if it is named by its id", async () => {
    const body = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    await ask(cos, "PUT", "", { query: { versioning: "" }, body });
    const marker = String((await ask(cos, "DELETE", SOURCE)).headers["x-cos-version-id"]);
    expect(await copy("b", {})).toMatchObject({ status: 404, code: "NoSuchKey" });
    const source = from(SOURCE, `?versionId=${encodeURIComponent(marker)}`);
    expect(await copy("b", source)).toMatchObject({ status: 400, code: "InvalidRequest" });
  });

  test.each([
    ["if-match", '"0"', 412],
    ["if-match", `*`, 200],
    ["if-none-match", "*", 412],
    ["if-none-match", '"0"', 200],
    ["if-modified-since", "Fri, 02 Jan 2026 03:04:05 GMT", 412],
    ["if-modified-since", "Fri, 02 Jan 2026 03:04:04 GMT", 200],
    ["if-unmodified-since", "Fri, 02 Jan 2026 03:04:04 GMT", 412],
    ["if-unmodified-since", "Fri, 02 Jan 2026 03:04:05 GMT", 200],
  ])("with the condition %s: %s: %i", async (condition, value, status) => {
    expect((await copy("b", { [`x-cos-copy-source-${condition}`]: value })).status).toBe(status);
    expect(cos.store.get("b") === undefined).toBe(status === 412);
  });

  test.each([
    ["a missing source", from("none"), 404, "NoSuchKey"],
    ["another bucket", { "x-cos-copy-source": `x${BUCKET_HOST}/a` }, 404, "NoSuchBucket"],
    ["another host", { "x-cos-copy-source": "www.example.com/a" }, 400, "InvalidCopySource"],
    ["another bucket, without a host", { "x-cos-copy-source": "/other-1250000000/a" }, 404, "NoSuchBucket"],
    ["a bucket without its APPID", { "x-cos-copy-source": "/uploads/a" }, 400, "InvalidCopySource"],
    ["no key", { "x-cos-copy-source": `${BUCKET_HOST}/` }, 400, "InvalidCopySource"],
    ["a broken escape", { "x-cos-copy-source": `${BUCKET_HOST}/%zz` }, 400, "InvalidURI"],
    ["another directive", { "x-cos-metadata-directive": "Replace" }, 400, "InvalidArgument"],
    ["another tagging directive", { "x-cos-tagging-directive": "" }, 400, "InvalidArgument"],
  ])("is refused, and creates nothing: %s", async (_, headers, status, code) => {
    expect(await copy("b", headers)).toMatchObject({ status, code });
    expect(cos.store.keys()).toEqual([SOURCE]);
  });

  test("attack: a public version of the source does not open its private versions", async () => {
    const VERSIONED = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    await ask(cos, "PUT", "", { query: { versioning: "" }, body: VERSIONED });
    const acl = { query: { acl: "" }, headers: { "x-cos-acl": "public-read-write" }, body: "" };
    await ask(cos, "PUT", "", acl);
    const put = async (key: string, headers: Record<string, string>) =>
      String((await ask(cos, "PUT", key, { headers, body: BODY })).headers["x-cos-version-id"]);
    const hidden = { "x-cos-acl": "private" };
    const earlier = await put("was private", hidden);
    await put("was private", {});
    const open = await put("is private", {});
    await put("is private", hidden);
    const anonymously = (headers: Record<string, string>, query = {}) =>
      ask(cos, "PUT", "taken", { isAnonymous: true, headers, query, body: "" });
    for (const answer of [
      await anonymously(from("was private", `?versionId=${earlier}`)),
      await anonymously(from("is private"), { versionId: open }),
    ]) {
      expect(answer).toMatchObject({ status: 403, code: "AccessDenied" });
    }
    expect((await anonymously(from("is private", `?versionId=${open}`))).status).toBe(200);
  });

  test("of an archived object is refused with 403 InvalidObjectState", async () => {
    await ask(cos, "PUT", "old", { headers: { "x-cos-storage-class": "ARCHIVE" }, body: "x" });
    expect(await copy("b", from("old"))).toMatchObject({ status: 403, code: "InvalidObjectState" });
    expect(await ask(cos, "GET", "old")).toMatchObject({ status: 403, code: "InvalidObjectState" });
  });

  test("with x-cos-forbid-overwrite does not replace an existing object", async () => {
    await ask(cos, "PUT", "b", { body: "first" });
    const headers = { "x-cos-forbid-overwrite": "true" };
    expect(await copy("b", headers)).toMatchObject({ status: 409, code: "FileAlreadyExists" });
    expect((await ask(cos, "GET", "b")).body.toString()).toBe("first");
  });
});

describe("a credential", () => {
  const keyFor = (...statements: [action: string, key: string][]) =>
    cos.credentials.issue(
      [
        parsePolicy(
          JSON.stringify({
            version: "2.0",
            statement: statements.map(([action, key]) => ({
              effect: "allow",
              action: [`name/cos:${action}`],
              resource: [resource(key)],
            })),
          }),
        ),
      ],
      1800,
      START_SECONDS,
    );

  // The page of PUT Object - Copy names cos:PutObject (2026-05-29) or cos:PutObjectCopy (older); Tencent's SDKs for
  // JavaScript ask for PutObject for both kinds of copies.
  test("that may read the source can copy with either action's right", async () => {
    const read: [string, string] = ["GetObject", SOURCE];
    for (const action of ["PutObject", "PutObjectCopy"]) {
      const credential = keyFor([action, "b"], read);
      expect((await copy("b", {}, { credential })).status).toBe(200);
    }
    const query = { partNumber: "1", uploadId: await begin(cos, "b") };
    for (const action of ["PutObject", "UploadPartCopy"]) {
      const credential = keyFor([action, "b"], read);
      expect((await copy("b", {}, { credential, query })).status).toBe(200);
    }
  });

  test("cannot copy where a policy denies one of the two actions", async () => {
    const denied = {
      principal: { qcs: ["qcs::cam::anyone:anyone"] },
      effect: "deny",
      action: ["name/cos:PutObjectCopy"],
      resource: [resource("b")],
    };
    const body = JSON.stringify({ version: "2.0", Statement: [denied] });
    expect((await ask(cos, "PUT", "", { query: { policy: "" }, body })).status).toBe(204);
    const credential = keyFor(["PutObject", "b"], ["GetObject", SOURCE]);
    expect(await copy("b", {}, { credential })).toMatchObject({ status: 403, code: "AccessDenied" });
  });

  test.each([
    ["only write", [["PutObject", "*"]]],
    [
      "copy, and read another object",
      [
        ["PutObjectCopy", "b"],
        ["GetObject", "b"],
      ],
    ],
    ["only read", [["GetObject", "*"]]],
  ] as [string, [string, string][]][])("that may %s cannot copy", async (_, statements) => {
    const credential = keyFor(...statements);
    expect(await copy("b", {}, { credential })).toMatchObject({ status: 403, code: "AccessDenied" });
    const uploadId = await begin(cos, "b");
    const query = { partNumber: "1", uploadId };
    expect(await copy("b", {}, { credential, query })).toMatchObject({ status: 403, code: "AccessDenied" });
    expect(cos.store.keys()).toEqual([SOURCE]);
  });
});

describe("Upload Part - Copy", () => {
  const copyPart = (uploadId: string, headers: Record<string, string> = {}) =>
    copy("b", headers, { query: { partNumber: "1", uploadId } });

  test("makes a part of the source or of a range of it", async () => {
    for (const [range, wanted] of [
      [undefined, BODY],
      ["", BODY],
      ["bytes=5-6", "is"],
    ] as const) {
      const uploadId = await begin(cos, "b");
      const part = await copyPart(uploadId, range === undefined ? {} : { "x-cos-copy-source-range": range });
      expect(part.status).toBe(200);
      const etag = textsOf(part, "ETag")[0] ?? "";
      expect((await complete(cos, "b", uploadId, [etag])).status).toBe(200);
      expect((await ask(cos, "GET", "b")).body.toString()).toBe(wanted);
    }
  });

  test.each([
    ["bytes=0-14", 416, "InvalidRange"],
    ["bytes=5-9223372036854775806", 416, "InvalidRange"],
    ["bytes=6-5", 400, "InvalidArgument"],
    ["bytes=5-", 400, "InvalidArgument"],
    ["5-6", 400, "InvalidArgument"],
  ])("refuses the range %s", async (range, status, code) => {
    const uploadId = await begin(cos, "b");
    const answer = await copyPart(uploadId, { "x-cos-copy-source-range": range });
    expect(answer).toMatchObject({ status, code });
    expect(cos.store.uploads.parts(uploadId)).toEqual([]);
  });

  test("answers 404 NoSuchUpload for an unknown upload", async () => {
    expect(await copyPart("none")).toMatchObject({ status: 404, code: "NoSuchUpload" });
  });
});
