import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { ask, begin, put, xml } from "./multipart-support.ts";
import { START_SECONDS, startCos, type TestCos } from "./support.ts";

const KEY = "a b.mp4";

async function withParts(partNumbers: readonly number[]): Promise<{ cos: TestCos; uploadId: string }> {
  const cos = await startCos();
  const uploadId = await begin(cos, KEY);
  for (const partNumber of partNumbers) await put(cos, KEY, uploadId, partNumber, `part ${partNumber}`);
  return { cos, uploadId };
}

test("lists the parts by number, whatever the order of their arrival", async () => {
  const { cos, uploadId } = await withParts([10, 2, 1]);
  const result = xml(await ask(cos, "GET", KEY, { uploadId }));
  expect(result).toMatchObject({
    Bucket: "uploads-1250000000",
    Key: KEY,
    UploadId: uploadId,
    StorageClass: "STANDARD",
    PartNumberMarker: "0",
    MaxParts: "1000",
    IsTruncated: "false",
  });
  expect(result.Part.map((part: { PartNumber: string }) => part.PartNumber)).toEqual(["1", "2", "10"]);
  expect(result.Part[0]).toEqual({
    PartNumber: "1",
    LastModified: new Date(START_SECONDS * 1000).toISOString(),
    ETag: `"${createHash("md5").update("part 1").digest("hex")}"`,
    Size: "6",
  });
});

test("pages with max-parts and part-number-marker", async () => {
  const { cos, uploadId } = await withParts([1, 2, 3]);
  const first = xml(await ask(cos, "GET", KEY, { uploadId, "max-parts": "2" }));
  expect(first).toMatchObject({ IsTruncated: "true", NextPartNumberMarker: "2", MaxParts: "2" });
  const rest = xml(await ask(cos, "GET", KEY, { uploadId, "part-number-marker": "2" }));
  expect(rest).toMatchObject({ IsTruncated: "false", PartNumberMarker: "2" });
  expect(rest.Part.PartNumber).toBe("3");
});

test("is empty for an upload without parts", async () => {
  const { cos, uploadId } = await withParts([]);
  expect(xml(await ask(cos, "GET", KEY, { uploadId })).Part).toBeUndefined();
});

test("encodes the key when asked to", async () => {
  const { cos, uploadId } = await withParts([]);
  const result = xml(await ask(cos, "GET", KEY, { uploadId, "encoding-type": "url" }));
  expect(result).toMatchObject({ EncodingType: "url", Key: "a%20b.mp4" });
});

describe("refused:", () => {
  test.each([
    ["max-parts", "many"],
    ["part-number-marker", "-1"],
    ["encoding-type", "base64"],
  ])("%s=%s with 400 InvalidArgument", async (name, value) => {
    const { cos, uploadId } = await withParts([1]);
    expect(await ask(cos, "GET", KEY, { uploadId, [name]: value })).toMatchObject({
      status: 400,
      code: "InvalidArgument",
    });
  });

  test("answers 404 NoSuchUpload for an unknown upload", async () => {
    const { cos } = await withParts([]);
    expect(await ask(cos, "GET", KEY, { uploadId: "x" })).toMatchObject({
      status: 404,
      code: "NoSuchUpload",
    });
  });

  test("answers 404 NoSuchUpload for another key's upload", async () => {
    const { cos, uploadId } = await withParts([1]);
    expect(await ask(cos, "GET", "other", { uploadId })).toMatchObject({ status: 404, code: "NoSuchUpload" });
  });

  test("answers 403 AccessDenied to a credential for uploading parts only", async () => {
    const { cos, uploadId } = await withParts([1]);
    const credential = cos.issue("name/cos:UploadPart", KEY);
    expect(await ask(cos, "GET", KEY, { uploadId }, { credential })).toMatchObject({
      status: 403,
      code: "AccessDenied",
    });
  });

  test("answers 403 AccessDenied to a credential for downloads, since a GET with ?uploadId is not a download", async () => {
    const { cos, uploadId } = await withParts([1]);
    const credential = cos.issue("name/cos:GetObject", KEY);
    expect((await ask(cos, "GET", KEY, { uploadId }, { credential })).status).toBe(403);
  });
});
