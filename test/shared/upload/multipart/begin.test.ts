import { afterEach, expect, test, vi } from "vitest";
import { beginUpload } from "../../../../shared/upload/multipart/begin.ts";
import { failureOf } from "../../../support/failure-of.ts";
import { newObjectOf } from "../../../support/signing.ts";
import { only, PART, refusal, serviceWith } from "./support.ts";

afterEach(() => {
  vi.useRealTimers();
});

/** As https://cloud.tencent.com/document/product/436/7746 shows it. */
const initiated = (uploadId: string) =>
  "<?xml version='1.0' encoding='utf-8' ?>\n<InitiateMultipartUploadResult>\n    <Bucket>uploads-1250000000</Bucket>\n" +
  `    <Key>a</Key>\n    <UploadId>${uploadId}</UploadId>\n</InitiateMultipartUploadResult>`;

const METADATA = { "x-cos-meta-name": "%E7%85%A7" };
const size = 2 * PART + 1;
const object = { ...newObjectOf({ metadata: METADATA }), size };
const { key } = object;

test("begins an upload of the one key, and signs its first parts with a credential that allows nothing else", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: 1_795_000_000_999 });
  const { service, asked, grants, lives, invocation } = serviceWith(() => ({ body: initiated("14&#95;2") }));
  const { begun, page } = await beginUpload(object, service, invocation);
  expect(begun).toEqual({
    key,
    ruleName: "photo",
    uploadId: "14_2",
    size,
    partSize: PART,
    // A day after it began.
    end: 1_795_086_400,
  });
  expect(page.parts.map(({ number }) => number)).toEqual([1, 2, 3]);
  expect(page.parts[0]?.url).toContain("partNumber=1&uploadId=14_2");
  const condition = { numeric_less_than_equal: { "cos:content-length": PART } };
  expect(grants).toEqual([
    only(key, "InitiateMultipartUpload"),
    { key, permissions: [{ actions: ["UploadPart"], condition }] },
  ]);
  expect(lives).toEqual([900, 900]);
  expect(asked).toEqual([
    {
      method: "POST",
      key,
      query: { uploads: "" },
      headers: { "content-type": "image/jpeg", ...METADATA },
    },
  ]);
  expect(invocation.log).toMatchObject({ key });
});

test("the object gets the type that the caller asked for", async () => {
  const { service, asked, invocation } = serviceWith(() => ({ body: initiated("1") }));
  await beginUpload({ ...object, pinned: { type: "image/pjpeg" } }, service, invocation);
  expect(asked[0]?.headers).toEqual({ "content-type": "image/pjpeg", ...METADATA });
});

test("a file of any size has parts that COS takes, and no more of them than it takes", async () => {
  const { service, invocation } = serviceWith(() => ({ body: initiated("1") }));
  const { begun } = await beginUpload({ ...object, size: 10_000 * PART + 1 }, service, invocation);
  expect(begun.partSize).toBe(5 * 1024 ** 2);
});

test.each([
  ["nothing", ""],
  ["an empty id", initiated("")],
  ["a refusal", refusal("InternalError")],
])("an answer that has %s begins no upload", async (_, body) => {
  const { service, invocation } = serviceWith(() => ({ body }));
  expect(await failureOf(beginUpload(object, service, invocation))).toEqual({
    code: "StorageUnavailable",
    message: "Storage failed; try again in a moment.",
    log: { cosError: "NO_UPLOAD_ID" },
  });
});

test.each(["InitiateMultipartUpload", "UploadPart"])(
  "when STS refuses %s, nothing is begun",
  async (refused) => {
    const { service, asked, invocation } = serviceWith(() => ({ body: initiated("16") }));
    const { credentialFor } = service.sts;
    const sts: typeof service.sts = {
      ...service.sts,
      async credentialFor(grant, ...others) {
        const permissions = [grant].flat().flatMap((one) => one.permissions);
        if (permissions.some(({ actions }) => actions.includes(refused))) throw new Error("STS is away.");
        return await credentialFor(grant, ...others);
      },
    };
    await expect(beginUpload(object, { ...service, sts }, invocation)).rejects.toThrow("STS is away.");
    expect(asked).toEqual([]);
  },
);
