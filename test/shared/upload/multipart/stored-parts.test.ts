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

// https://cloud.tencent.com/document/product/436/7747: List Parts gives a thousand at most.
test("asks for as many parts at once as COS gives, and reads no more than they need", async () => {
  const { service, asked, invocation } = serviceWith(() => ({ body: listing([]) }));
  await listParts(begun, service, credential, invocation);
  const longest = listing(
    Array.from({ length: 1000 }, (_, i) => ({ number: i + 9001, size: 5 * 1024 ** 3 })),
  );
  expect(asked[0]).toMatchObject({ query: { "max-parts": "1000" }, maxAnswerBytes: 1_048_576 });
  expect(longest.length).toBeLessThan(1_048_576);
});
