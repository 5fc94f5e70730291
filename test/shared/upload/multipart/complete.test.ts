import { expect, test } from "vitest";
import { completeUpload } from "../../../../shared/upload/multipart/complete.ts";
import { resumeUpload } from "../../../../shared/upload/multipart/resume.ts";
import { begun, listing, PART, refusal, serviceWith } from "./support.ts";

const whole = listing([
  { number: 1, size: PART },
  { number: 2, size: PART },
  { number: 3, size: 1 },
]);

/** https://cloud.tencent.com/document/product/436/7742 */
const completed =
  '<?xml version="1.0" encoding="UTF-8" ?>\n<CompleteMultipartUploadResult>\n\t<Location>x</Location>\n' +
  "\t<Bucket>uploads-1250000000</Bucket>\n\t<Key>a</Key>\n\t<ETag>&quot;3a0f1fd698c235af9cf098cb74aa25bc-3&quot;</ETag>\n" +
  "</CompleteMultipartUploadResult>";

test("joins the parts that COS lists, by their own ETags", async () => {
  const { service, asked, grants, invocation } = serviceWith((_, index) => ({
    body: index === 0 ? whole : completed,
  }));
  expect(await completeUpload(begun, service, invocation)).toEqual({
    key: begun.key,
    size: begun.size,
    etag: '"3a0f1fd698c235af9cf098cb74aa25bc-3"',
  });
  expect(asked[1]).toMatchObject({ method: "POST", key: begun.key, query: { uploadId: "16" } });
  expect(asked[1]?.body).toBe(
    "<CompleteMultipartUpload>" +
      [1, 2, 3]
        .map((n) => `<Part><PartNumber>${n}</PartNumber><ETag>"fa1f22ae-${n}"</ETag></Part>`)
        .join("") +
      "</CompleteMultipartUpload>",
  );
  expect(grants.flatMap(({ permissions }) => permissions.flatMap(({ actions }) => actions))).toEqual([
    "ListParts",
    "CompleteMultipartUpload",
  ]);
});

test("reads a listing of many pages to its end, and gives up on one that does not advance", async () => {
  const size = 1500 * PART;
  const numbers = Array.from({ length: 1500 }, (_, index) => ({ number: index + 1, size: PART }));
  const { service, asked, invocation } = serviceWith((_, index) => {
    if (index === 0) return { body: listing(numbers.slice(0, 1000), 1000) };
    return { body: index === 1 ? listing(numbers.slice(1000)) : completed };
  });
  await completeUpload({ ...begun, size }, service, invocation);
  expect(asked.map(({ query }) => query?.["part-number-marker"])).toEqual(["0", "1000", undefined]);
  const endless = serviceWith(() => ({ body: listing(numbers.slice(0, 1), 1) }));
  await expect(completeUpload({ ...begun, size }, endless.service, endless.invocation)).rejects.toMatchObject(
    {
      code: "StorageUnavailable",
    },
  );
  expect(endless.asked).toHaveLength(2);
});

test.each([
  [
    "missing",
    [
      { number: 1, size: PART },
      { number: 3, size: 1 },
    ],
    /^Part 2 is not stored/,
  ],
  [
    "longer than it should be",
    [
      { number: 1, size: PART },
      { number: 2, size: PART },
      { number: 3, size: 2 },
    ],
    /^Part 3 /,
  ],
  [
    "stored under the number after the last",
    [
      { number: 1, size: PART },
      { number: 2, size: PART },
      { number: 4, size: 1 },
    ],
    /^Part 3 /,
  ],
])("names a part that is %s, and joins nothing", async (_, parts, message) => {
  const { service, asked, invocation } = serviceWith(() => ({ body: listing(parts) }));
  await expect(completeUpload(begun, service, invocation)).rejects.toMatchObject({
    code: "UploadIncomplete",
    status: 409,
    message: expect.stringMatching(message),
  });
  expect(asked).toHaveLength(1);
});

test("leaves out a part after the last", async () => {
  const parts = [1, 2, 3, 4].map((number) => ({ number, size: number < 3 ? PART : 1 }));
  const { service, asked, invocation } = serviceWith((_, index) => ({
    body: index === 0 ? listing(parts) : completed,
  }));
  await completeUpload(begun, service, invocation);
  expect(asked[1]?.body).not.toContain("<PartNumber>4<");
});

test.each([
  ["200 with a refusal", 200, "InternalError", { code: "StorageUnavailable" }],
  ["empty 200", 200, "", { code: "StorageUnavailable" }],
  ["refusal of a changed part", 400, "InvalidPart", { code: "UploadIncomplete" }],
  ["refusal of a changed part, in a 200", 200, "InvalidPart", { code: "UploadIncomplete" }],
])("COS's %s is not a success", async (_, status, code, expected) => {
  const { service, invocation } = serviceWith((_, index) =>
    index === 0 ? { body: whole } : { status, body: code && refusal(code) },
  );
  const error: unknown = await completeUpload(begun, service, invocation).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject(expected);
  expect(JSON.stringify(error)).not.toContain("secret words");
});

test.each([
  ["before it was listed", [{ status: 404, body: refusal("NoSuchUpload") }]],
  ["after it was listed", [{ body: whole }, { status: 404, body: refusal("NoSuchUpload") }]],
])("an upload that ended %s is complete if the object exists with its size", async (_, answers) => {
  const with_ = (head: object) => serviceWith((_, index) => answers[index] ?? head);
  const there = with_({ headers: { "content-length": String(begun.size), etag: '"a-3"' } });
  expect(await completeUpload(begun, there.service, there.invocation)).toMatchObject({ etag: '"a-3"' });
  for (const head of [{ status: 404 }, { headers: { "content-length": "1" } }]) {
    const gone = with_(head);
    await expect(completeUpload(begun, gone.service, gone.invocation)).rejects.toMatchObject({
      code: "UploadNotFound",
      status: 404,
    });
  }
});

test("resuming signs what is missing, and only that", async () => {
  const { service, grants, invocation } = serviceWith(() => ({ body: listing([{ number: 2, size: PART }]) }));
  const { missing, parts } = await resumeUpload(begun, service, invocation);
  expect(missing).toEqual([1, 3]);
  expect(parts.map(({ number }) => number)).toEqual([1, 3]);
  expect(grants[1]?.permissions).toEqual([
    { actions: ["UploadPart"], condition: { numeric_less_than_equal: { "cos:content-length": PART } } },
  ]);
});

test("finds a file that waited for its check where the check has moved it", async () => {
  const pending = { ...begun, key: `pending/${begun.key}` };
  const { service, asked, invocation } = serviceWith(({ method, key }) => {
    const isThere = method === "HEAD" && key === begun.key;
    return isThere ? { headers: { "content-length": String(begun.size), etag: '"a-3"' } } : { status: 404 };
  });
  expect(await completeUpload(pending, service, invocation)).toMatchObject({
    key: pending.key,
    etag: '"a-3"',
  });
  expect(asked.map(({ method, key }) => `${method} ${key}`)).toEqual([
    `GET ${pending.key}`,
    `HEAD ${pending.key}`,
    `HEAD ${begun.key}`,
  ]);
});
