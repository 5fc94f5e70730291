import { createHash } from "node:crypto";
import { request } from "node:http";
import fc from "fast-check";
import { expect, test } from "vitest";
import { EMULATED_BUCKET } from "../../../../packages/cos-emulator/src/cloud/account.ts";
import { CosError } from "../../../../packages/cos-emulator/src/cos/http/errors.ts";
import { parsePostPolicy } from "../../../../packages/cos-emulator/src/cos/policy/post-policy.ts";
import {
  BOUNDARY,
  END,
  type Field,
  fieldPart,
  fieldsFor,
  filePart,
  postBody,
  postForm,
} from "./post-support.ts";
import { authorization, KEY_TIME, signedHeaders, startCos, type TestCos, urlPath } from "./support.ts";

const KEY = "u/1/a.jpg";
const MAX_BYTES = 64;
const FILE = Buffer.from("the bytes of a photo");
const PINNED_TYPE = "image/jpeg";

/** A form in which everything is fixed: the key, the type, the length, the status. */
function pinnedFields(cos: TestCos): Field[] {
  return fieldsFor({
    key: KEY,
    credential: cos.issue("name/cos:PostObject", KEY),
    fields: [
      ["success_action_status", "200"],
      ["Content-Type", PINNED_TYPE],
    ],
    conditions: [
      { bucket: EMULATED_BUCKET.name },
      { key: KEY },
      { success_action_status: "200" },
      { "Content-Type": PINNED_TYPE },
      ["content-length-range", 1, MAX_BYTES],
    ],
  });
}

/** One change of a text or of bytes at a place between its start (0) and its end (1). */
interface Edit {
  readonly kind: "flip" | "cut" | "insert" | "repeat" | "truncate";
  readonly at: number;
  readonly length: number;
  readonly bytes: Uint8Array;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom("flip", "cut", "insert", "repeat", "truncate"),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 60 }),
  bytes: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 8 }),
    fc
      .constantFrom("\r\n", "--", `\r\n--${BOUNDARY}`, '"; filename="x', "content-disposition: ", "\0")
      .map((text) => Buffer.from(text)),
  ),
});

function apply(body: Buffer, { kind, at, length, bytes }: Edit): Buffer {
  const position = Math.floor(at * body.length);
  const [before, after] = [body.subarray(0, position), body.subarray(position)];
  switch (kind) {
    case "flip":
      return Buffer.concat([before, Buffer.from([(after[0] ?? 0) ^ (bytes[0] || 1)]), after.subarray(1)]);
    case "cut":
      return Buffer.concat([before, after.subarray(length)]);
    case "insert":
      return Buffer.concat([before, bytes, after]);
    case "repeat":
      return Buffer.concat([before, after.subarray(0, length), after]);
    case "truncate":
      return before;
  }
}

test("a form that is altered never stores more than its policy allows", async () => {
  const cos = await startCos();
  const whole = Buffer.concat([...pinnedFields(cos).map(fieldPart), filePart(FILE), END]);
  expect((await postBody(cos, whole)).status).toBe(200);
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
      const answer = await postBody(cos, edits.reduce(apply, whole));
      expect([200, 400, 403]).toContain(answer.status);
      if (answer.status !== 200) expect(answer.code).toMatch(/^[A-Z][A-Za-z]+$/);
      expect(cos.store.all().map(({ key }) => key)).toEqual([KEY]);
      const stored = cos.store.get(KEY);
      expect(stored?.contentType).toBe(PINNED_TYPE);
      expect(stored?.size).toBeGreaterThanOrEqual(1);
      expect(stored?.size).toBeLessThanOrEqual(MAX_BYTES);
    }),
    { numRuns: 300 },
  );
});

test("a field that the policy fixes is refused with any other value", async () => {
  const cos = await startCos();
  const fields = pinnedFields(cos);
  const printable = fc.string({ minLength: 0, maxLength: 30 }).filter((text) => !text.includes(BOUNDARY));
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: fields.length - 1 }), printable, async (index, other) => {
      const [name, value] = fields[index] ?? ["", ""];
      fc.pre(other !== value);
      const changed = fields.map((field, i): Field => (i === index ? [name, other] : field));
      const answer = await postForm(cos, changed);
      expect([400, 403]).toContain(answer.status);
    }),
    { numRuns: 200 },
  );
  expect(cos.store.all()).toEqual([]);
});

test("a form is read the same however it is split in transit", async () => {
  const cos = await startCos();
  const file = Buffer.from(`a\r\n--${BOUNDARY.slice(0, -1)}\r\n\r\n--b`);
  const body = Buffer.concat([...pinnedFields(cos).map(fieldPart), filePart(file), END]);
  const md5 = createHash("md5").update(file).digest("hex");
  const cuts = fc.array(fc.nat({ max: body.length }), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(cuts, async (places) => {
      const edges = [0, ...places.sort((a, b) => a - b), body.length];
      const pieces = edges.slice(1).map((end, i) => body.subarray(edges[i], end));
      expect(await sendInPieces(cos, pieces)).toBe(200);
      expect(cos.store.get(KEY)?.md5).toBe(md5);
    }),
    { numRuns: 40 },
  );
});

/** Writes each piece only after the previous one has been sent. */
function sendInPieces(cos: TestCos, pieces: readonly Buffer[]): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const outgoing = request(
      {
        host: "127.0.0.1",
        port: cos.port,
        method: "POST",
        path: "/",
        agent: false,
        headers: { "content-type": `multipart/form-data; boundary=${BOUNDARY}`, "content-length": length },
      },
      (incoming) => {
        incoming.resume();
        incoming.on("end", () => resolve(incoming.statusCode));
      },
    );
    outgoing.on("error", reject);
    const next = (left: readonly Buffer[]) => {
      const [piece, ...others] = left;
      if (piece === undefined) outgoing.end();
      else outgoing.write(piece, () => setImmediate(next, others));
    };
    next(pieces.filter((piece) => piece.length > 0));
  });
}

test("an Authorization altered in one place gives no access", async () => {
  const cos = await startCos();
  const good = signedHeaders({ method: "PUT", key: KEY, headers: { host: cos.host } });
  const put = (headers: Record<string, string>) =>
    cos.send({ method: "PUT", path: `/${KEY}`, headers, body: FILE });
  expect((await put(good)).status).toBe(200);
  const { authorization: text = "", ...others } = good;
  const visible = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code));
  await fc.assert(
    fc.asyncProperty(
      fc.nat({ max: text.length - 1 }),
      fc.oneof(visible, fc.constant("")),
      async (at, replacement) => {
        fc.pre(replacement !== text[at]);
        const changed = text.slice(0, at) + replacement + text.slice(at + 1);
        // The empty list without its equals sign is still the empty list.
        fc.pre(!changed.includes("q-url-param-list&"));
        const answer = await put({ ...others, authorization: changed });
        expect(answer.status).toBe(403);
        expect(answer.code).toMatch(
          /^(SignatureDoesNotMatch|InvalidSecurity|InvalidAccessKeyId|AccessDenied|RequestTimeTooSkewed)$/,
        );
      },
    ),
    { numRuns: 300 },
  );
});

test("a signature is valid only for its own method, key, headers and parameters", async () => {
  const cos = await startCos();
  const words = fc.constantFrom("a", "b", "u/1/a.jpg", "u/1/b.jpg");
  const requests = fc.record({
    method: fc.constantFrom("GET", "PUT", "HEAD", "DELETE"),
    key: words,
    type: fc.constantFrom("image/jpeg", "text/html"),
    query: fc.dictionary(fc.constantFrom("response-content-type", "prefix"), words, {
      maxKeys: 2,
      noNullPrototype: true,
    }),
  });
  await fc.assert(
    fc.asyncProperty(requests, requests, async (signed, sent) => {
      // A parameter that is not listed as signed is free, as in COS.
      const isCovered = Object.entries(signed.query).every(([name, value]) => sent.query[name] === value);
      fc.pre(
        !isCovered || signed.method !== sent.method || signed.key !== sent.key || signed.type !== sent.type,
      );
      const answer = await cos.send({
        method: sent.method,
        path: `/${sent.key}?${new URLSearchParams(sent.query)}`,
        headers: {
          "content-type": sent.type,
          authorization: authorization({
            method: signed.method,
            key: signed.key,
            headers: { host: cos.host, "content-type": signed.type },
            query: signed.query,
          }),
        },
      });
      expect(answer.status, JSON.stringify([signed, sent])).toBe(403);
    }),
    { numRuns: 200 },
  );
});

test("any text as a POST policy is read with everything required, or refused", () => {
  const name = fc.constantFrom(
    "expiration",
    "conditions",
    "key",
    "$key",
    "q-ak",
    "q-sign-time",
    "q-sign-algorithm",
    "content-length-range",
    "__proto__",
  );
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      fc.constantFrom("2026-01-02T03:04:05Z", "eq", "starts-with", "$key", "", 0, 1, -1, 1.5, null, true),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(name, tie("value"), { maxKeys: 4 }),
    ),
  })).value;
  const nearlyGood = fc.array(json, { maxLength: 4 }).map((more) => ({
    expiration: "2026-01-02T03:04:05Z",
    conditions: [{ "q-sign-algorithm": "sha1" }, { "q-ak": "a" }, { "q-sign-time": KEY_TIME }, ...more],
  }));
  const base64 = fc
    .oneof(json, nearlyGood)
    .map((value) => Buffer.from(JSON.stringify(value) ?? "").toString("base64"));
  fc.assert(
    fc.property(fc.oneof(base64, fc.base64String(), fc.string()), (text) => {
      try {
        const policy = parsePostPolicy(text);
        const fields = policy.conditions.map(({ field }) => field);
        expect(fields).toEqual(expect.arrayContaining(["q-ak", "q-sign-algorithm", "q-sign-time"]));
        expect(policy.expiration).toBeGreaterThan(0);
        const { min, max } = policy.lengthRange ?? { min: 0, max: 0 };
        expect(min).toBeGreaterThanOrEqual(0);
        expect(max).toBeGreaterThanOrEqual(min);
      } catch (error) {
        expect(error).toBeInstanceOf(CosError);
        expect(error).toMatchObject({ code: "InvalidPolicyDocument" });
      }
    }),
    { numRuns: 2000 },
  );
});

test("a validly signed request gets a well-formed answer, whatever it asks for", async () => {
  const cos = await startCos();
  const key = fc.constantFrom("a.jpg", "b/图 片.png", "%2F", "c+d");
  const text = fc.oneof(
    fc.string({ unit: "grapheme-ascii", maxLength: 20 }),
    fc.constantFrom("", "0", "1", "-1", "10001", "1e9", "url", "/", "b/", "bytes=0-", "bytes=5-1", "true"),
  );
  const query = fc.dictionary(
    fc.constantFrom(
      "uploads",
      "uploadId",
      "partNumber",
      "prefix",
      "delimiter",
      "marker",
      "max-keys",
      "encoding-type",
      "key-marker",
      "max-parts",
      "part-number-marker",
      "response-content-type",
      "response-expires",
    ),
    text,
    { maxKeys: 4, noNullPrototype: true },
  );
  const headers = fc.dictionary(
    fc.constantFrom(
      "range",
      "content-md5",
      "content-type",
      "if-none-match",
      "x-cos-acl",
      "x-cos-meta-a",
      "x-cos-forbid-overwrite",
      "x-cos-storage-class",
    ),
    text,
    { maxKeys: 3, noNullPrototype: true },
  );
  const requests = fc.record({
    method: fc.constantFrom("GET", "HEAD", "PUT", "POST", "DELETE"),
    key: fc.option(key, { nil: "" }),
    query,
    headers,
    body: fc.oneof(
      fc.string(),
      fc
        .array(fc.tuple(text, text), { maxLength: 3 })
        .map((parts) =>
          parts.map(
            ([number, etag]) => `<Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part>`,
          ),
        )
        .map((parts) => `<CompleteMultipartUpload>${parts.join("")}</CompleteMultipartUpload>`),
    ),
  });
  await fc.assert(
    fc.asyncProperty(requests, async ({ method, key: raw, query: asked, headers: given, body }) => {
      const answer = await cos.send({
        method,
        path: `${urlPath(raw)}?${new URLSearchParams(asked)}`,
        headers: signedHeaders({ method, key: raw, query: asked, headers: { host: cos.host, ...given } }),
        ...(method === "PUT" || method === "POST" ? { body } : {}),
      });
      expect([200, 204, 206, 304, 400, 403, 404, 405, 409, 411, 412, 416, 501]).toContain(answer.status);
      expect(answer.headers["x-cos-request-id"]).toBeDefined();
      if (answer.status >= 400 && method !== "HEAD") expect(answer.code).toMatch(/^[A-Z][A-Za-z0-9]+$/);
    }),
    { numRuns: 300 },
  );
});
