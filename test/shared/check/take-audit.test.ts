import { describe, expect, test } from "vitest";
import { takeAudit } from "../../../shared/check/take-audit.ts";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { endOf } from "../../../shared/life/settle.ts";
import { findUpload, isCopy } from "../../../shared/life/upload.ts";
import { STORED_AT, storedFile, type TestBucket, testBucket } from "./bucket.ts";

const KEY = "uploads/20261127/1_a.jpg";
const AT = `pending/${KEY}`;
const RISKY = { verdict: "risky", why: "Risky" } as const;
const PASS = { verdict: "pass", why: "Pass" } as const;

const file = storedFile(KEY);

/** A bucket with one file that has a check, its record, and the file at `at`. */
function waiting(marker: object, at: string): TestBucket {
  const bucket = testBucket({ check: "before" });
  bucket.objects.set(at, "file");
  bucket.objects.set(`life/state/${KEY}/ended`, JSON.stringify({ file, told: [], ...marker }));
  return bucket;
}

const take = (bucket: TestBucket, key: string, found: typeof RISKY | typeof PASS = RISKY) =>
  takeAudit({ key, ...found }, bucket.service, new Invocation({}));
const end = ({ objects }: TestBucket) => JSON.parse(objects.get(`life/state/${KEY}/ended`) ?? "{}");

describe("an accepted file at its key", () => {
  // The time recorded while it waited, which the copy does not have.
  const accepted = { state: "accepted", waited: true, file: { ...file, storedAt: STORED_AT - 9 } };

  test.each([
    ["under pending/", AT],
    ["at its key", KEY],
  ])("is removed if the audit finds it risky %s", async (_, named) => {
    const bucket = waiting(accepted, KEY);
    expect(await take(bucket, named)).toBe("rejected");
    expect(bucket.objects.has(KEY)).toBe(false);
    expect(end(bucket)).toMatchObject({ state: "rejected", reason: "Risky" });
  });

  test.each([
    ["under pending/", AT],
    ["at its key", KEY],
  ])(
    "is removed by a repeated audit %s if it could not be removed at once, and is known as rejected until then",
    async (_, named) => {
      const bucket = waiting(accepted, KEY);
      bucket.before = ({ method }) => method === "DELETE";
      await expect(take(bucket, named)).rejects.toThrow("Storage failed.");
      const found = await findUpload([KEY], bucket.service, new Invocation({}));
      expect(found && [endOf(found), isCopy(found)]).toEqual([{ state: "rejected", reason: "Risky" }, false]);
      bucket.before = () => false;
      expect(await take(bucket, named)).toBe("rejected");
      expect(bucket.objects.has(KEY)).toBe(false);
    },
  );

  test("stays if the audit is of another, which was rejected where it waited", async () => {
    const bucket = waiting(
      { state: "rejected", reason: "Risky", waited: true, file: { ...file, etag: "other" } },
      KEY,
    );
    expect(await take(bucket, AT)).toBe("rejected");
    expect(bucket.objects.has(KEY)).toBe(true);
  });

  test("stays if the audit of its pending copy finds nothing", async () => {
    const bucket = waiting(accepted, KEY);
    expect(await take(bucket, AT, PASS)).toBe("ignored");
    expect(bucket.objects.has(KEY)).toBe(true);
  });

  test("is removed too if its record is gone", async () => {
    const bucket = waiting(accepted, KEY);
    bucket.objects.delete(`life/state/${KEY}/ended`);
    expect(await take(bucket, AT)).toBe("rejected");
    expect(bucket.objects.has(KEY)).toBe(false);
  });
});

test("a waiting file is removed from where it waits", async () => {
  const bucket = waiting({ state: "rejected", reason: "Review", file: { ...file, etag: "earlier" } }, AT);
  expect(await take(bucket, AT)).toBe("rejected");
  expect(bucket.objects.has(AT)).toBe(false);
  expect(end(bucket)).toMatchObject({ state: "rejected", reason: "Risky" });
});
