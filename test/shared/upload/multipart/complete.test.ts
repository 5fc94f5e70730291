import { expect, test } from "vitest";
import { completeUpload } from "../../../../shared/upload/multipart/complete.ts";
import { failureOf } from "../../../support/failure-of.ts";
import { begun, listing, only, PART, refusal, serviceWith } from "./support.ts";

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
  const { service, asked, grants, lives, invocation } = serviceWith((_, index) => ({
    body: index === 0 ? whole.replace("fa1f22ae-2", "&amp;a&lt;b") : completed,
  }));
  expect(await completeUpload(begun, service, invocation)).toEqual({
    key: begun.key,
    size: begun.size,
    etag: '"3a0f1fd698c235af9cf098cb74aa25bc-3"',
  });
  expect(asked[1]).toEqual({
    method: "POST",
    key: begun.key,
    query: { uploadId: "16" },
    headers: { "content-type": "application/xml" },
    body:
      "<CompleteMultipartUpload>" +
      ['"fa1f22ae-1"', '"&amp;a&lt;b"', '"fa1f22ae-3"']
        .map((etag, i) => `<Part><PartNumber>${i + 1}</PartNumber><ETag>${etag}</ETag></Part>`)
        .join("") +
      "</CompleteMultipartUpload>",
    accept: [400, 404],
    timeoutMs: 60_000,
  });
  expect(grants).toEqual([only(begun.key, "ListParts", "CompleteMultipartUpload")]);
  expect(lives).toEqual([900]);
  expect(invocation.log).toMatchObject({ key: begun.key });
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
    { code: "StorageUnavailable" },
  );
  expect(endless.asked).toHaveLength(2);
});

const FAILED = { code: "StorageUnavailable", message: "Storage failed; try again in a moment." };

test.each([
  ["a part without a number", whole.replace("<PartNumber>2<", "<PartNumber><")],
  ["a part whose number is none", whole.replace("<PartNumber>2<", "<PartNumber>two<")],
  ["a part without a size", whole.replace(`<Size>${PART}<`, "<Size><")],
  ["a part with a negative size", whole.replace(`<Size>${PART}<`, "<Size>-1<")],
  ["a part with a size and more", whole.replace(`<Size>${PART}<`, `<Size>${PART}B<`)],
  ["a part with a size that is no longer exact", whole.replace(`<Size>${PART}<`, `<Size>${"1".repeat(16)}<`)],
  ["a part without an ETag", whole.replace("&quot;fa1f22ae-2&quot;", "")],
  ["no place where the next page begins", whole.replace("<IsTruncated>false", "<IsTruncated>true")],
  ["the next page before the first", listing([], 0)],
  ["the next page after the last part that there may be", listing([], 10_001)],
])("does not rely on a listing that has %s", async (_, body) => {
  const { service, asked, invocation } = serviceWith(() => ({ body }));
  expect(await failureOf(completeUpload(begun, service, invocation))).toEqual({
    ...FAILED,
    log: { cosError: "MALFORMED_LISTING" },
  });
  expect(asked).toHaveLength(1);
});

test("asks for as many parts as COS lists at once, up to the last that there may be", async () => {
  const { service, asked, invocation } = serviceWith(({ method }, index) => {
    if (method === "POST") return { body: completed };
    return { body: index === 0 ? listing([], 10_000) : whole };
  });
  await completeUpload(begun, service, invocation);
  const query = { uploadId: "16", "max-parts": "1000" };
  expect(asked.slice(0, 2)).toEqual(
    ["0", "10000"].map((marker) => ({
      method: "GET",
      key: begun.key,
      query: { ...query, "part-number-marker": marker },
      accept: [404],
      maxAnswerBytes: 1024 ** 2,
    })),
  );
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

test.each([
  [1, "Part 1 is not stored"],
  [2, "Parts 1, 2 are not stored"],
  [10, "Parts 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 are not stored"],
  [12, "Parts 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more are not stored"],
])("of %i parts that are missing, names ten at most, and says what to do", async (count, which) => {
  const { service, invocation } = serviceWith(() => ({ body: listing([]) }));
  expect(
    await failureOf(completeUpload({ ...begun, size: count * PART }, service, invocation)),
  ).toMatchObject({
    code: "UploadIncomplete",
    message: `${which}; POST /multipart/parts with "resume": true says what is left to send; then complete again.`,
  });
});

test("leaves out a part after the last", async () => {
  const parts = [1, 2, 3, 4].map((number) => ({ number, size: number < 3 ? PART : 1 }));
  const { service, asked, invocation } = serviceWith((_, index) => ({
    body: index === 0 ? listing(parts) : completed,
  }));
  await completeUpload(begun, service, invocation);
  expect(asked[1]?.body).not.toContain("<PartNumber>4<");
});

const CHANGED =
  'A part changed meanwhile; POST /multipart/parts with "resume": true says what is left to send; then complete again.';
const NOT_JOINED = "Storage could not join the parts; complete it again.";

test.each([
  ["200 with a refusal", 200, refusal("InternalError"), NOT_JOINED, "InternalError"],
  ["200 with a refusal after its result", 200, completed + refusal("SlowDown"), NOT_JOINED, "SlowDown"],
  ["empty 200", 200, "", NOT_JOINED, ""],
  ["200 without an ETag", 200, completed.replace(/<ETag>.*<\/ETag>/, ""), NOT_JOINED, ""],
  ["result with another status", 404, completed, NOT_JOINED, ""],
  ["refusal of any length", 400, refusal("E".repeat(70)), NOT_JOINED, "E".repeat(64)],
  ["refusal of a changed part", 400, refusal("InvalidPart"), CHANGED, undefined],
  ["refusal of a changed part, in a 200", 200, refusal("InvalidPart"), CHANGED, undefined],
  ["refusal of the parts' order", 400, refusal("InvalidPartOrder"), CHANGED, undefined],
])("COS's %s is not a success", async (_, status, body, message, cosCode) => {
  const { service, invocation } = serviceWith((_, index) =>
    index === 0 ? { body: whole } : { status, body },
  );
  const failure = await failureOf(completeUpload(begun, service, invocation));
  expect(failure).toEqual(
    cosCode === undefined
      ? { code: "UploadIncomplete", message, log: {} }
      : { code: "StorageUnavailable", message, log: { cosStatus: status, cosCode } },
  );
});

test.each([
  ["before it was listed", [{ status: 404, body: refusal("NoSuchUpload") }]],
  ["after it was listed", [{ body: whole }, { status: 404, body: refusal("NoSuchUpload") }]],
])("an upload that ended %s is complete if the object exists with its size", async (_, answers) => {
  const with_ = (head: object) => serviceWith((_, index) => answers[index] ?? head);
  const there = with_({ headers: { "content-length": String(begun.size), etag: '"a-3"' } });
  expect(await completeUpload(begun, there.service, there.invocation)).toEqual({
    key: begun.key,
    size: begun.size,
    etag: '"a-3"',
  });
  const unnamed = with_({ headers: { "content-length": String(begun.size) } });
  expect((await completeUpload(begun, unnamed.service, unnamed.invocation)).etag).toBe("");
  expect(there.grants.at(-1)).toEqual(only(begun.key, "HeadObject"));
  expect(there.asked.at(-1)).toEqual({ method: "HEAD", key: begun.key, accept: [404] });
  for (const head of [
    { status: 404 },
    { status: 404, headers: { "content-length": String(begun.size) } },
    { headers: { "content-length": "1" } },
    { headers: {} },
  ]) {
    const gone = with_(head);
    expect(await failureOf(completeUpload(begun, gone.service, gone.invocation))).toMatchObject({
      code: "UploadNotFound",
      message: "Storage does not know this upload any more; start over with POST /multipart.",
    });
  }
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
