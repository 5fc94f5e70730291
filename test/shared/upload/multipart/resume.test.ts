import { expect, test } from "vitest";
import { resumeUpload } from "../../../../shared/upload/multipart/resume.ts";
import { failureOf } from "../../../support/failure-of.ts";
import { begun, listing, only, PART, refusal, serviceWith } from "./support.ts";

test("resuming signs what is missing, and only that", async () => {
  const { service, grants, lives, invocation } = serviceWith(() => ({
    body: listing([{ number: 2, size: PART }]),
  }));
  const { missing, parts } = await resumeUpload(begun, service, invocation);
  expect(missing).toEqual([1, 3]);
  expect(parts.map(({ number }) => number)).toEqual([1, 3]);
  const condition = { numeric_less_than_equal: { "cos:content-length": PART } };
  expect(grants).toEqual([
    only(begun.key, "ListParts"),
    { key: begun.key, permissions: [{ actions: ["UploadPart"], condition }] },
  ]);
  expect(lives).toEqual([900, 900]);
});

test("names all that is missing, and signs a page of it", async () => {
  const { service, invocation } = serviceWith(() => ({ body: listing([]) }));
  const { missing, parts } = await resumeUpload({ ...begun, size: 60 * PART }, service, invocation);
  expect(missing).toHaveLength(60);
  expect(parts.map(({ number }) => number)).toEqual(missing.slice(0, 50));
});

test("of an upload that was completed nothing is missing; of one that was aborted nothing is known", async () => {
  const ended = (head: object) =>
    serviceWith(({ method }) => (method === "HEAD" ? head : { status: 404, body: refusal("NoSuchUpload") }));
  const complete = ended({ headers: { "content-length": String(begun.size) } });
  expect(await resumeUpload(begun, complete.service, complete.invocation)).toMatchObject({
    missing: [],
    parts: [],
  });
  const aborted = ended({ status: 404 });
  expect(await failureOf(resumeUpload(begun, aborted.service, aborted.invocation))).toMatchObject({
    code: "UploadNotFound",
  });
});
