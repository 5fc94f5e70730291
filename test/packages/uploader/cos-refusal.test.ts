import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { readRefusal } from "../../../packages/uploader/src/core/cos-refusal.ts";
import { createUploader, type UploadError } from "../../../packages/uploader/src/index.ts";
import { by } from "./by.ts";
import { type FakeService, refuseXml, startFakeService } from "./fake-service.ts";
import { createWx } from "./wx.ts";

const PHOTO = "wxfile://tmp/photo.jpg";

/** COS's answer to a wrong signature (https://cloud.tencent.com/document/product/436/7730). */
const WRONG_SIGNATURE = `<?xml version='1.0' encoding='utf-8' ?>
<Error>
	<Code>SignatureDoesNotMatch</Code>
	<Message>The Signature you specified is invalid.</Message>
	<StringToSign>sha1
1511321218;1511321258
b2b8dc8c1a7b4a1ad0d5ff7d8ae1b6d2a4a0f1a3
</StringToSign>
	<FormatString>put
/uploads/1.jpg

content-length=3&amp;host=b-1250000000.cos.ap-guangzhou.myqcloud.com&amp;x-cos-security-token=TOKEN-of-%2Fthe%2F-session
</FormatString>
	<Resource>b-1250000000.cos.ap-guangzhou.myqcloud.com/uploads/1.jpg</Resource>
	<RequestId>NWExNTZhNTVfMTU5NDY=</RequestId>
	<TraceId>OGVmYzZiMmQz</TraceId>
</Error>
`;

let service: FakeService;
beforeEach(async () => {
  service = await startFakeService();
  vi.stubGlobal("wx", createWx({ files: new Map([[PHOTO, randomBytes(100)]]) }).wx);
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await service.close();
});

async function errorOf(method: "POST" | "PUT"): Promise<UploadError> {
  const { upload } = createUploader({ endpoint: service.endpoint, backoffMs: 1 });
  return await upload(PHOTO, by(method)).then(
    () => expect.fail("The upload succeeded."),
    (error) => error,
  );
}

describe("an error from storage", () => {
  test.each(["POST", "PUT"] as const)("by %s has COS's answer", async (method) => {
    service.onUpload = (response) => response.writeHead(403).end(WRONG_SIGNATURE);
    const error = await errorOf(method);
    expect(error.cos).toEqual({
      Code: "SignatureDoesNotMatch",
      Message: "The Signature you specified is invalid.",
      StringToSign: "sha1\n1511321218;1511321258\nb2b8dc8c1a7b4a1ad0d5ff7d8ae1b6d2a4a0f1a3\n",
      FormatString:
        "put\n/uploads/1.jpg\n\ncontent-length=3&host=b-1250000000.cos.ap-guangzhou.myqcloud.com" +
        "&x-cos-security-token=***\n",
      Resource: "b-1250000000.cos.ap-guangzhou.myqcloud.com/uploads/1.jpg",
      RequestId: "NWExNTZhNTVfMTU5NDY=",
      TraceId: "OGVmYzZiMmQz",
    });
  });

  test("is complete as JSON", async () => {
    service.onUpload = refuseXml(403, "AccessDenied", "Access Denied.");
    const error = await errorOf("PUT");
    expect(JSON.parse(JSON.stringify(error))).toEqual({
      name: "UploadError",
      message: "Access Denied.",
      kind: "storage",
      code: "AccessDenied",
      status: 403,
      requestId: "cos-1",
      retryable: false,
      method: "PUT",
      url: `${service.endpoint}/cos/uploads/1.jpg`,
      key: "uploads/1.jpg",
      cos: {
        Code: "AccessDenied",
        Message: "Access Denied.",
        Resource: "/",
        RequestId: "cos-1",
        TraceId: "t",
      },
    });
  });

  test("has no COS answer if a proxy answered", async () => {
    service.onUpload = (response) => response.writeHead(413).end("<html><title>Too large</title></html>");
    const error = await errorOf("PUT");
    expect(error).toMatchObject({ kind: "storage", code: "Http413", key: "uploads/1.jpg" });
    expect(error.cos).toBeUndefined();
  });
});

describe("removes secrets from COS's answer:", () => {
  const sent = [
    {
      Authorization: "q-sign-algorithm=sha1&q-ak=AKID&q-signature=0123abcd",
      "x-cos-security-token": "tok/en+1",
    },
    { "q-signature": "4567ef", policy: "eyJ9" },
  ];
  const read = (text: string) =>
    readRefusal(`<Error><Code>X</Code><Message>${text}</Message></Error>`, sent)?.["Message"];

  test.each([
    ["the whole header", "got q-sign-algorithm=sha1&amp;q-ak=AKID&amp;q-signature=0123abcd", "got ***"],
    ["the header's signature alone", "we made ffff, not 0123abcd", "we made ffff, not ***"],
    ["a token as it was sent", "token tok/en+1 is bad", "token *** is bad"],
    ["a token URL-encoded", "token tok%2Fen%2B1 is bad", "token *** is bad"],
    ["a form's signature", "field 4567ef", "field ***"],
    ["another's signature, by its name", "a&amp;q-signature=ffff&amp;b", "a&q-signature=***&b"],
    ["a token by its name", "x-cos-security-token: other; rest", "x-cos-security-token: ***; rest"],
    ["a header by its name", "Authorization: Basic; rest", "Authorization: ***; rest"],
    ["a header in JSON", '{"Authorization": "Bearer abc", "b": 1}', '{"Authorization": "***", "b": 1}'],
  ])("%s", (_, text, expected) => {
    expect(read(text)).toBe(expected);
  });

  test("keeps everything else", () => {
    expect(read("The Signature you specified is invalid. &#x4E2D;&#34;&lt;b&gt; &unknown;")).toBe(
      'The Signature you specified is invalid. 中"<b> &unknown;',
    );
  });
});

test("attack: a long answer that could be names of secrets, and has none, is read at once", () => {
  const started = performance.now();
  const text = `<Error><Code>AccessDenied</Code><Message>${"a-".repeat(100_000)}</Message></Error>`;
  expect(readRefusal(text, [])?.["Message"]).toHaveLength(8192);
  // It took a minute.
  expect(performance.now() - started).toBeLessThan(3000);
});
