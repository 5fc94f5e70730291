import fc from "fast-check";
import { XMLParser } from "fast-xml-parser";
import { expect, test } from "vitest";
import { BOUNDARY } from "./post-support.ts";
import { authorization, startCos } from "./support.ts";

test("any request gets a well-formed answer and one log line", async () => {
  const cos = await startCos();
  const signed = authorization({ method: "GET", key: "a", headers: { host: cos.host } });
  const piece = fc.constantFrom(
    "a",
    "/",
    "%2f",
    "%00",
    "%ff",
    "%",
    "..",
    "?",
    "&",
    "=",
    "图",
    "acl",
    "uploads",
    "q-ak",
    "sign",
  );
  const path = fc
    .array(piece, { maxLength: 12 })
    .map((pieces) => `/${pieces.join("").replace(/[^!-~]/g, "")}`);
  const name = fc.constantFrom(
    "authorization",
    "content-md5",
    "content-type",
    "origin",
    "range",
    "x-cos-acl",
    "x-cos-meta-a",
    "x-cos-security-token",
    "x-cos-storage-class",
  );
  const value = fc.oneof(
    fc.constantFrom(signed, `multipart/form-data; boundary=${BOUNDARY}`, "true", "", "bytes=0-"),
    fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) }),
  );
  const requests = fc.record({
    method: fc.constantFrom("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS", "PATCH"),
    path,
    headers: fc.dictionary(name, value, { maxKeys: 5 }),
    body: fc.oneof(
      fc.string(),
      fc.string().map((text) => `--${BOUNDARY}\r\n${text}\r\n--${BOUNDARY}--\r\n`),
      fc
        .string()
        .map((text) => `--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"\r\n\r\n${text}`),
    ),
  });
  let count = 0;
  await fc.assert(
    fc.asyncProperty(requests, async (sent) => {
      count += 1;
      const answer = await cos.send(sent);
      expect(answer.status).toBeGreaterThanOrEqual(200);
      expect(answer.status).not.toBe(500);
      expect(answer.headers["x-cos-request-id"]).toBeDefined();
      if (answer.status >= 400 && sent.method !== "HEAD") {
        const { Error: error } = new XMLParser().parse(answer.body.toString(), true);
        expect(error.Code).toMatch(/^[A-Z][A-Za-z]+$/);
      }
      expect(cos.log).toHaveLength(count);
    }),
    { numRuns: 200 },
  );
  expect(cos.store.all()).toEqual([]);
});

test("an internal error of the emulator is a 500 InternalError with a log line, and the next request works", async () => {
  const cos = await startCos();
  cos.store.versions = () => {
    throw new Error("disk on fire");
  };
  const headers = { authorization: authorization({ method: "GET", key: "a", headers: { host: cos.host } }) };
  expect(await cos.send({ method: "GET", path: "/a", headers })).toMatchObject({
    status: 500,
    code: "InternalError",
  });
  expect(cos.log[0]).toContain("disk on fire");
  expect((await cos.send({ method: "GET", path: "/?guetzli" })).status).toBe(501);
});
