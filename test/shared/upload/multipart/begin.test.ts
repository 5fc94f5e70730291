import { expect, test } from "vitest";
import { rules } from "../../../../shared/object/rules.ts";
import { beginUpload } from "../../../../shared/upload/multipart/begin.ts";
import { begun, PART, serviceWith } from "./support.ts";

const rule = rules.named("video");
if (rule === undefined) throw new TypeError("The test needs the rule video.");
const { key, size } = begun;
const object = {
  key,
  rule,
  ext: "mp4",
  size,
  defaultType: "video/mp4",
  pinned: { type: undefined, size, md5: undefined },
  metadata: {},
};

/** As https://cloud.tencent.com/document/product/436/7746 shows it. */
const INITIATED =
  "<InitiateMultipartUploadResult>\n<Bucket>uploads-1250000000</Bucket>\n<Key>a</Key>\n<UploadId>16</UploadId>\n</InitiateMultipartUploadResult>";

test("begins the upload, and signs its first parts with a credential that allows nothing else", async () => {
  const { service, asked, grants, invocation } = serviceWith(() => ({ body: INITIATED }));
  const { begun: ticketed, page } = await beginUpload(object, service, invocation);
  expect(ticketed).toMatchObject({ key, ruleName: "video", uploadId: "16", size, partSize: PART });
  expect(page.parts.map(({ number }) => number)).toEqual([1, 2, 3]);
  expect(page.parts[0]?.url).toContain("partNumber=1&uploadId=16");
  expect(asked).toHaveLength(1);
  const staying = (stays: boolean) =>
    grants.filter((grant) => (grant.credentialStaysHere ?? false) === stays);
  expect(staying(false).flatMap(({ permissions }) => permissions.flatMap(({ actions }) => actions))).toEqual([
    "UploadPart",
  ]);
});

test.each(["InitiateMultipartUpload", "UploadPart"])(
  "when STS refuses %s, nothing is begun",
  async (refused) => {
    const { service, asked, invocation } = serviceWith(() => ({ body: INITIATED }));
    const { credentialFor } = service.sts;
    const sts: typeof service.sts = {
      ...service.sts,
      async credentialFor(grant, ...others) {
        if (grant.permissions.some(({ actions }) => actions.includes(refused)))
          throw new Error("STS is away.");
        return await credentialFor(grant, ...others);
      },
    };
    await expect(beginUpload(object, { ...service, sts }, invocation)).rejects.toThrow("STS is away.");
    expect(asked).toEqual([]);
  },
);
