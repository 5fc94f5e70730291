import { expect, test } from "vitest";
import { copyObject } from "../../../shared/cos/copy-object.ts";
import { failureOf } from "../../support/failure-of.ts";
import { BUCKET } from "../../support/signing.ts";
import { cosWith } from "./support.ts";

/** As https://cloud.tencent.com/document/product/436/10881 shows it. */
const COPIED =
  "<?xml version='1.0' encoding='utf-8' ?>\n<CopyObjectResult>\n    <ETag>&quot;ee8de918d05640145b18f70f4c3aa602&quot;</ETag>\n" +
  "    <LastModified>2026-11-23T08:00:00Z</LastModified>\n</CopyObjectResult>";
const refusal = (code: string) =>
  `<?xml version='1.0' encoding='utf-8' ?>\n<Error>\n\t<Code>${code}</Code>\n\t<Message>secret words</Message>\n</Error>`;

const copy = (answer: Parameters<typeof cosWith>[0], headers = {}, accept: readonly number[] = []) => {
  const { cos, asked } = cosWith(answer);
  return { asked, done: copyObject("pending/a/照 +.jpg", "a/照 +.jpg", headers, { accept }, BUCKET, cos) };
};

test("copies within the bucket, by COS's own name for it, with the conditions", async () => {
  const { asked, done } = copy(() => COPIED, { "x-cos-copy-source-if-match": '"e"' }, [404, 412]);
  expect(await done).toBe(200);
  expect(asked).toEqual([
    {
      method: "PUT",
      key: "a/照 +.jpg",
      headers: {
        "x-cos-copy-source": "b-1250000000.cos.ap-guangzhou.myqcloud.com/pending/a/%E7%85%A7%20%2B.jpg",
        "x-cos-copy-source-if-match": '"e"',
      },
      accept: [404, 412],
      // COS may have to move gigabytes, and a function has 30 seconds.
      timeoutMs: 25_000,
    },
  ]);
});

test("a header of the caller's cannot name another source", async () => {
  const { asked, done } = copy(() => COPIED, {
    "x-cos-copy-source": "other-1250000000.cos.x.myqcloud.com/b",
  });
  await done;
  expect(asked[0]?.headers?.["x-cos-copy-source"]).toMatch(/^b-1250000000\.cos\..*\/pending\/a\//);
});

test.each([404, 412])(
  "hands back a %i that the caller expects, whatever COS says with it",
  async (status) => {
    const body = Buffer.from(refusal("NoSuchKey"));
    expect(await copy(() => ({ status, body }), {}, [status]).done).toBe(status);
  },
);

test.each([
  ["a refusal after a 200", refusal("InternalError"), "InternalError"],
  ["a refusal of any length", refusal("E".repeat(70)), "E".repeat(64)],
  ["a copy and a refusal", COPIED + refusal("SlowDown"), "SlowDown"],
  ["nothing", "", ""],
  ["a copy without an ETag", COPIED.replace(/<ETag>.*<\/ETag>/, ""), ""],
  ["a copy whose ETag is cut off", COPIED.slice(0, COPIED.indexOf("</ETag>")), ""],
])("%s is not a copy", async (_, body, cosCode) => {
  expect(await failureOf(copy(() => body).done)).toEqual({
    code: "StorageUnavailable",
    message: "Storage could not copy the file; the copy will be retried.",
    log: { cosStatus: 200, cosCode },
  });
});
