import { expect, test } from "vitest";
import { listParts } from "../../../../shared/upload/multipart/stored-parts.ts";
import { begun, credential, listing, refusal, serviceWith } from "./support.ts";

test("gives the parts of every page, as COS has them", async () => {
  const { service, invocation } = serviceWith((_, index) => ({
    body: index === 0 ? listing([{ number: 2, size: 7 }], 2) : listing([{ number: 10_000, size: 0 }]),
  }));
  expect(await listParts(begun, service, credential, invocation)).toEqual([
    { number: 2, etag: '"fa1f22ae-2"', size: 7 },
    { number: 10_000, etag: '"fa1f22ae-10000"', size: 0 },
  ]);
});

test("gives none of an upload that has none, and nothing of one that COS does not know", async () => {
  const none = serviceWith(() => ({ body: listing([]) }));
  expect(await listParts(begun, none.service, credential, none.invocation)).toEqual([]);
  const ended = serviceWith(() => ({ status: 404, body: refusal("NoSuchUpload") }));
  expect(await listParts(begun, ended.service, credential, ended.invocation)).toBeUndefined();
});
