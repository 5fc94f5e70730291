import { describe, expect, test } from "vitest";
import { takeAudit } from "../../../shared/check/take-audit.ts";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { STORED_AT, storedFile, type TestBucket, testBucket } from "./bucket.ts";

const KEY = "uploads/20261127/1_a.jpg";
const AT = `pending/${KEY}`;
const RISKY = { verdict: "risky", why: "Risky" } as const;
const PASS = { verdict: "pass", why: "Pass" } as const;

const file = storedFile(KEY);

/** A bucket whose files wait for their check, with one of them: what is written about it, and where it is. */
function waiting(marker: object, at: string): TestBucket {
  const bucket = testBucket({ check: "before" });
  bucket.objects.set(at, "file");
  bucket.objects.set(`life/state/${KEY}/ended`, JSON.stringify({ file, told: [], ...marker }));
  return bucket;
}

const take = (bucket: TestBucket, key: string, found: typeof RISKY | typeof PASS = RISKY) =>
  takeAudit({ key, ...found }, bucket.service, new Invocation({}));
const end = ({ objects }: TestBucket) => JSON.parse(objects.get(`life/state/${KEY}/ended`) ?? "{}");

describe("a file that passed its check and has its key", () => {
  // The time that was stored while it waited, which the copy does not have.
  const accepted = { state: "accepted", waited: true, file: { ...file, storedAt: STORED_AT - 9 } };

  test.each([
    ["where it waited", AT],
    ["at its key", KEY],
  ])("cannot stay readable when the audit finds it risky %s", async (_, named) => {
    const bucket = waiting(accepted, KEY);
    expect(await take(bucket, named)).toBe("rejected");
    expect(bucket.objects.has(KEY)).toBe(false);
    expect(end(bucket)).toMatchObject({ state: "rejected", reason: "Risky" });
  });

  test("stays when the audit of where it waited finds nothing", async () => {
    const bucket = waiting(accepted, KEY);
    expect(await take(bucket, AT, PASS)).toBe("ignored");
    expect(bucket.objects.has(KEY)).toBe(true);
  });

  test("is taken away too when what was written about it is gone", async () => {
    const bucket = waiting(accepted, KEY);
    bucket.objects.delete(`life/state/${KEY}/ended`);
    expect(await take(bucket, AT)).toBe("rejected");
    expect(bucket.objects.has(KEY)).toBe(false);
  });
});

test("a file that waits is taken away where it waits", async () => {
  const bucket = waiting({ state: "rejected", reason: "Review", file: { ...file, etag: "earlier" } }, AT);
  expect(await take(bucket, AT)).toBe("rejected");
  expect(bucket.objects.has(AT)).toBe(false);
  expect(end(bucket)).toMatchObject({ state: "rejected", reason: "Risky" });
});
