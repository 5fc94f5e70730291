import { describe, expect, test } from "vitest";
import { fieldsFor, postForm } from "./post-support.ts";
import { signedHeaders, startCos, type TestCos } from "./support.ts";

/** The documentation's own example, in URL-safe base64 (https://cloud.tencent.com/document/product/436/97529). */
const TEMPLATE = {
  bucket: `\${bucket}`,
  key: `\${object}`,
  filesize: `\${size}`,
  mime_type: `\${mimeType}`,
  where: [`in \${region}`],
};
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const FILLED = {
  bucket: "uploads-1250000000",
  key: 'a "b".jpg',
  filesize: "4",
  mime_type: "image/jpeg",
  where: ["in ap-guangzhou"],
};
const KEY = FILLED.key;

function put(cos: TestCos, returnBody: string, more: Record<string, string> = {}) {
  const headers = {
    host: cos.host,
    "content-type": "image/jpeg",
    "x-cos-return-body": returnBody,
    ...more,
  };
  const path = `/${encodeURIComponent(KEY)}`;
  const signed = signedHeaders({ method: "PUT", key: KEY, headers });
  return cos.send({ method: "PUT", path, headers: signed, body: "byte" });
}

describe("x-cos-return-body is filled in", () => {
  test("by PUT", async () => {
    const answer = await put(await startCos(), encode(TEMPLATE));
    expect(answer).toMatchObject({ status: 200, headers: { "content-type": "application/json" } });
    expect(answer.headers.etag).toBeDefined();
    expect(JSON.parse(answer.body.toString())).toEqual(FILLED);
  });

  test("by POST with a status that has a body", async () => {
    const cos = await startCos();
    const fields = (status: string) =>
      fieldsFor({
        key: KEY,
        fields: [
          ["Content-Type", "image/jpeg"],
          ["success_action_status", status],
          ["x-cos-return-body", encode(TEMPLATE)],
        ],
      });
    const answer = await postForm(cos, fields("200"), Buffer.from("byte"));
    expect(JSON.parse(answer.body.toString())).toEqual(FILLED);
    expect((await postForm(cos, fields("204"), Buffer.from("byte"))).body.length).toBe(0);
  });

  test("by Complete Multipart Upload", async () => {
    const cos = await startCos();
    const ask = async (method: "PUT" | "POST", query: Record<string, string>, body: string, more = {}) => {
      const headers = signedHeaders({ method, key: "a", query, headers: { host: cos.host, ...more } });
      return cos.send({ method, path: `/a?${new URLSearchParams(query)}`, headers, body });
    };
    const begun = await ask("POST", { uploads: "" }, "");
    const uploadId = /<UploadId>(.*?)</.exec(begun.body.toString())?.[1] ?? "";
    const part = await ask("PUT", { partNumber: "1", uploadId }, "byte");
    const list = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.headers.etag}</ETag></Part></CompleteMultipartUpload>`;
    const answer = await ask("POST", { uploadId }, list, {
      "x-cos-return-body": encode({ n: `\${size}` }),
    });
    // In an element of its own in the XML, according to cos-js-sdk-v5.
    const [, status, encoded = ""] =
      /<ReturnBodyResult><Status>(.*?)<\/Status><ReturnBody>(.*?)</.exec(answer.body.toString()) ?? [];
    expect(status).toBe("200");
    expect(JSON.parse(Buffer.from(encoded, "base64").toString())).toEqual({ n: "4" });
  });
});

test.each([
  ["a variable that needs CI", encode({ w: `\${imageInfo.width}` }), 501, "NotImplemented"],
  ["an unknown variable", encode({ w: `\${etag}` }), 400, "InvalidArgument"],
  ["an inherited name", encode({ w: `\${constructor}` }), 400, "InvalidArgument"],
  ["invalid base64", "{}", 400, "InvalidArgument"],
  ["invalid JSON", Buffer.from("x=1").toString("base64"), 400, "InvalidArgument"],
])("%s is refused, and nothing is stored", async (_, value, status, code) => {
  const cos = await startCos();
  expect(await put(cos, value)).toMatchObject({ status, code });
  expect(cos.store.all()).toEqual([]);
});

test.each([
  "x-cos-callback",
  "x-cos-callback-var",
  "x-cos-mime-limit",
  "x-cos-website-redirect-location",
  "x-cos-object-lock-legal-hold",
])("the header %s is refused by name, and nothing is stored", async (name) => {
  const cos = await startCos();
  const answer = await put(cos, encode({}), { [name]: "x" });
  expect(answer).toMatchObject({ status: 501, code: "NotImplemented" });
  expect(answer.message).toContain(name);
  expect(cos.store.all()).toEqual([]);
});
