import { expect, test } from "vitest";
import {
  abortUnfinished,
  type UnfinishedUpload,
  unfinishedGrant,
  unfinishedUploads,
} from "../../../shared/cos/unfinished-uploads.ts";
import { failureOf } from "../../support/failure-of.ts";
import { cosWith, inXml, statementsOf } from "./support.ts";

/** As https://cloud.tencent.com/document/product/436/7736 shows it. */
const listing = (uploads: readonly UnfinishedUpload[], more = "<IsTruncated>false</IsTruncated>") =>
  "<?xml version='1.0' encoding='utf-8' ?>\n<ListMultipartUploadsResult>\n\t<Bucket>b-1250000000</Bucket>\n" +
  `\t<MaxUploads>1000</MaxUploads>\n\t${more}\n${uploads
    .map(
      ({ key, uploadId }) =>
        `\t<Upload>\n\t\t<Key>${inXml(key)}</Key>\n\t\t<UploadId>${uploadId}</UploadId>\n\t\t<Owner>\n\t\t\t<ID>1</ID>\n\t\t</Owner>\n\t</Upload>\n`,
    )
    .join("")}</ListMultipartUploadsResult>`;
const more = (key: string, uploadId: string) =>
  `<IsTruncated>true</IsTruncated><NextKeyMarker>${inXml(key)}</NextKeyMarker>` +
  `<NextUploadIdMarker>${uploadId}</NextUploadIdMarker>`;

const ONE = { key: "uploads/ann/a&b .mp4 ", uploadId: "16" };
const TWO = { key: "uploads/ann/c.mp4", uploadId: "17" };

async function pagesOf(pages: readonly string[]) {
  const { cos, asked } = cosWith((_, index) => pages[index] ?? "");
  const found: (readonly UnfinishedUpload[])[] = [];
  for await (const page of unfinishedUploads("uploads/ann/", cos)) found.push(page);
  return { found, queries: asked.map(({ query }) => query), asked };
}

test("a grant on unfinished uploads lists and aborts those under its prefix", () => {
  expect(statementsOf(unfinishedGrant("uploads/ann/20261123/"))).toEqual([
    {
      effect: "allow",
      action: ["name/cos:ListMultipartUploads", "name/cos:AbortMultipartUpload"],
      resource: ["qcs::cos:ap-guangzhou:uid/1250000000:b-1250000000/uploads/ann/20261123/*"],
      condition: { bool_equal: { "cos:secure-transport": "true" } },
    },
  ]);
});

test("lists the uploads under the prefix page after page, from where the last page ended", async () => {
  const { found, queries, asked } = await pagesOf([listing([ONE], more(ONE.key, "16")), listing([TWO, ONE])]);
  expect(found).toEqual([[ONE], [TWO, ONE]]);
  const query = { uploads: "", prefix: "uploads/ann/", "max-uploads": "1000" };
  expect(queries).toStrictEqual([query, { ...query, "key-marker": ONE.key, "upload-id-marker": "16" }]);
  expect(asked[0]).toMatchObject({ method: "GET", key: "" });
});

test.each([
  ["says that there are no more, whatever the markers", more("a", "1").replace("true", "false")],
  ["does not say where the next begins", "<IsTruncated>true</IsTruncated>"],
])("a page is the last if it %s", async (_, said) => {
  const { found, queries } = await pagesOf([listing([], said)]);
  expect(found).toEqual([[]]);
  expect(queries).toHaveLength(1);
});

test.each([
  ["nothing", ""],
  ["another document", "<ListBucketResult></ListBucketResult>"],
  ["an upload without a key", listing([{ ...ONE, key: "" }])],
  ["an upload without an id", listing([{ ...ONE, uploadId: "" }])],
])("refuses %s as a listing", async (_, body) => {
  expect(await failureOf(pagesOf([body]))).toEqual({
    code: "StorageUnavailable",
    message: "Storage failed; try again in a moment.",
    log: { cosError: "no listing" },
  });
});

test("aborts an upload, which may have ended already", async () => {
  const { cos, asked } = cosWith(() => ({ status: 404 }));
  await abortUnfinished(ONE, cos);
  expect(asked).toEqual([{ method: "DELETE", key: ONE.key, query: { uploadId: "16" }, accept: [404] }]);
});
