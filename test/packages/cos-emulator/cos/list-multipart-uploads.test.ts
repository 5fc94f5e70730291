import { describe, expect, test } from "vitest";
import type { TemporaryCredential } from "../../../../packages/cos-emulator/src/sts/credential-store.ts";
import { ask, begin, complete, putAll, xml } from "./multipart-support.ts";
import { START_SECONDS, startCos, type TestCos } from "./support.ts";

async function withUploads(keys: readonly string[]): Promise<TestCos> {
  const cos = await startCos();
  for (const [i, key] of keys.entries()) {
    cos.advance(i);
    await begin(cos, key);
  }
  return cos;
}

const list = (cos: TestCos, query: Record<string, string> = {}, credential?: TemporaryCredential) =>
  ask(cos, "GET", "", { uploads: "", ...query }, credential === undefined ? {} : { credential });

async function listed(cos: TestCos, query: Record<string, string> = {}): Promise<string[]> {
  return [xml(await list(cos, query)).Upload ?? []].flat().map((upload: { Key: string }) => upload.Key);
}

test("lists the uploads that are in progress, and no others", async () => {
  const cos = await withUploads(["b", "a"]);
  const ended = await begin(cos, "c");
  await complete(cos, "c", ended, await putAll(cos, "c", ended, ["bytes"]));
  await ask(cos, "DELETE", "d", { uploadId: await begin(cos, "d") });
  const result = xml(await list(cos));
  expect(result).toMatchObject({
    Bucket: "uploads-1250000000",
    KeyMarker: "",
    UploadIdMarker: "",
    MaxUploads: "1000",
    IsTruncated: "false",
    Prefix: "",
  });
  expect(result.Upload).toHaveLength(2);
  expect(result.Upload[1]).toEqual({
    Key: "b",
    UploadId: expect.stringMatching(new RegExp(`^${START_SECONDS}`)),
    StorageClass: "STANDARD",
    Initiator: { ID: "qcs::cam::uin/100000000001:uin/100000000001", DisplayName: "100000000001" },
    Owner: { ID: "qcs::cam::uin/100000000001:uin/100000000001", DisplayName: "100000000001" },
    Initiated: new Date(START_SECONDS * 1000).toISOString(),
  });
});

test("filters by prefix", async () => {
  const cos = await withUploads(["u/1/a", "u/2/a", "v"]);
  expect(await listed(cos, { prefix: "u/1/" })).toEqual(["u/1/a"]);
});

test("groups keys at a delimiter", async () => {
  const cos = await withUploads(["u/1/a", "u/1/b", "u/2/a", "u/c"]);
  const result = xml(await list(cos, { prefix: "u/", delimiter: "/" }));
  expect(result.CommonPrefixes).toEqual([{ Prefix: "u/1/" }, { Prefix: "u/2/" }]);
  expect(result.Upload.Key).toBe("u/c");
});

test("encodes keys when asked to", async () => {
  const cos = await withUploads(["a b&c"]);
  expect(await listed(cos)).toEqual(["a b&c"]);
  expect(await listed(cos, { "encoding-type": "url" })).toEqual(["a%20b%26c"]);
});

test("pages through several uploads of one key, and common prefixes, without gaps or repeats", async () => {
  const cos = await withUploads(["a", "a", "a", "u/1", "u/2", "z"]);
  const seen: string[] = [];
  let markers: Record<string, string> = {};
  for (let page = 0; page < 10; page += 1) {
    const result = xml(await list(cos, { "max-uploads": "1", delimiter: "/", ...markers }));
    seen.push(result.Upload?.UploadId ?? result.CommonPrefixes.Prefix);
    if (result.IsTruncated === "false") break;
    markers = {
      "key-marker": result.NextKeyMarker,
      ...(result.NextUploadIdMarker === "" ? {} : { "upload-id-marker": result.NextUploadIdMarker }),
    };
  }
  expect(seen).toHaveLength(5);
  expect(new Set(seen).size).toBe(5);
  expect(seen[3]).toBe("u/");
});

test("a key-marker alone continues after all uploads of that key", async () => {
  const cos = await withUploads(["a", "a", "b"]);
  expect(await listed(cos, { "key-marker": "a" })).toEqual(["b"]);
});

describe("is authorized by its prefix, as listings are:", () => {
  const action = "name/cos:ListMultipartUploads";

  test("a right to one key lists the uploads to that key", async () => {
    const cos = await withUploads(["u/1/a", "u/2/a"]);
    const answer = await list(cos, { prefix: "u/1/a" }, cos.issue(action, "u/1/a"));
    expect(xml(answer).Upload.Key).toBe("u/1/a");
  });

  test.each([
    ["no prefix", {}],
    ["a shorter prefix", { prefix: "u/" }],
    ["another key", { prefix: "u/2/a" }],
  ])("with %s is refused with 403 AccessDenied", async (_, query) => {
    const cos = await withUploads(["u/1/a", "u/2/a"]);
    expect(await list(cos, query, cos.issue(action, "u/1/a"))).toMatchObject({
      status: 403,
      code: "AccessDenied",
    });
  });

  test("a right to list objects does not include listing uploads", async () => {
    const cos = await withUploads(["a"]);
    expect(await list(cos, { prefix: "a" }, cos.issue("name/cos:GetBucket", "a"))).toMatchObject({
      status: 403,
      code: "AccessDenied",
    });
  });
});

test.each([
  ["max-uploads", "-1"],
  ["encoding-type", "hex"],
])("%s=%s is refused with 400 InvalidArgument", async (name, value) => {
  const cos = await startCos();
  expect(await list(cos, { [name]: value })).toMatchObject({ status: 400, code: "InvalidArgument" });
});
