import { inspect } from "node:util";
import { expect, test } from "vitest";
import { explain } from "../../../packages/cos-explain/src/explain.ts";
import { checkStored, placed } from "../../../packages/uploader/src/core/service-answer.ts";
import { isUploadError, type UploadError } from "../../../packages/uploader/src/index.ts";
import { messageFor } from "../../../packages/uploader/src/messages.ts";

/** `npm run explain` accepts what the client reports of COS's refusal. */

const HOST = "b-1250000000.cos.ap-guangzhou.myqcloud.com";
const TICKET = {
  method: "PUT" as const,
  key: "uploads/a.jpg",
  url: `https://${HOST}/uploads/a.jpg`,
  header: { Authorization: "q-sign-algorithm=sha1&q-ak=AKIDa", "x-cos-security-token": "the-token" },
  formData: {},
};
const XML = `<?xml version='1.0' encoding='utf-8' ?>
<Error>
\t<Code>SignatureDoesNotMatch</Code>
\t<Message>The Signature you specified is invalid.</Message>
\t<StringToSign>sha1\n1767322985;1767323885\n8b2751e77f43a0995d6e9eb9477f4b685cca4172\n</StringToSign>
\t<FormatString>put\n/uploads/b.jpg\n\ncontent-type=text%2Fhtml&amp;host=${HOST}\n</FormatString>
\t<Resource>${HOST}/uploads/b.jpg</Resource>
\t<RequestId>NmM3ZDY0NTBfN2I5NWE4MDlfMWQzY18xYzI4MTFm</RequestId>
</Error>`;

function errorFor(data: string): UploadError {
  try {
    checkStored({ statusCode: 403, data, requestId: "" }, TICKET);
  } catch (error) {
    if (isUploadError(error)) return placed(error, TICKET);
  }
  return expect.fail("It was not refused.");
}

test.each([
  ["JSON.stringify(error)", (error: Error) => JSON.stringify(error)],
  ["console.log(error)", (error: Error) => inspect(error)],
  ["a log line", (error: Error) => `[error] ${JSON.stringify({ upload: JSON.stringify(error) })}`],
])("the client's error as %s explains as much as COS's answer", (_, write) => {
  expect(explain({ error: write(errorFor(XML)) })).toEqual(explain({ error: XML }));
});

test.each(["zh", "en"] as const)(
  "the phone's sentence (%s) contains the code and the request id",
  (language) => {
    const error = errorFor("<Error><Code>AccessDenied</Code><RequestId>NmM3ZDY0NTBf</RequestId></Error>");
    expect(explain({ error: messageFor(error, language) })).toMatchObject({
      code: "AccessDenied",
      requestId: "NmM3ZDY0NTBf",
      cause: "not-allowed",
      certainty: "likely",
    });
  },
);

test("an answer without XML does not count as a refusal by COS", () => {
  const { cause, sentence } = explain({ error: JSON.stringify(errorFor("<html>403</html>")) });
  expect(cause).toBe("not-a-refusal");
  expect(sentence).toContain("status 403");
});
