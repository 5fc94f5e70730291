import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { CosRequest } from "../../../shared/cos/client.ts";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { ServiceError, storageUnavailable } from "../../../shared/errors.ts";
import { noteForgotten } from "../../../shared/life/forgotten.ts";
import { lifeService } from "../../../shared/life/service.ts";
import { defineRules } from "../../../shared/object/rule.ts";
import { TEST_ENV } from "../../support/bundle.ts";
import { TEST_CREDENTIAL } from "../../support/credential.ts";

const NOW = Date.UTC(2026, 10, 27, 4);
const KEY = "photos/ann/20261127/1_a.jpg";
const AT = `pending/${KEY}`;
const NOTE = `life/untold/${createHash("sha256").update(AT).digest("hex").slice(0, 40)}`;

const types = { jpg: ["image/jpeg"] } as const;
const rules = defineRules({
  photo: { types, maxBytes: 1000, prefix: "photos", check: "before" },
  plain: { types, maxBytes: 1000, prefix: "plain", onlyByName: true },
});

/** A bucket with a file that has waited for so many minutes, and what else is in it. */
function waiting(minutes: number, others: Readonly<Record<string, string>> = {}, refusal?: ServiceError) {
  const storedAt = NOW - minutes * 60_000;
  const bucket = new Map(Object.entries({ [AT]: "", ...others }));
  const noted: unknown[] = [];
  const call = async ({ method, key, body, query = {} }: CosRequest) => {
    const answer = (status: number, text = "") => ({
      status,
      headers: { date: new Date(NOW).toUTCString() },
      body: Buffer.from(text),
    });
    if (key === "") {
      const prefix = query["prefix"] ?? "";
      if (refusal !== undefined && prefix.startsWith("pending/")) throw refusal;
      const time = new Date(storedAt).toISOString();
      const listing = [...bucket.keys()]
        .filter((one) => one.startsWith(prefix))
        .map(
          (one) => `<Contents><Key>${one}</Key><Size>9</Size><LastModified>${time}</LastModified></Contents>`,
        );
      return answer(
        200,
        `<ListBucketResult>${listing.join("")}<IsTruncated>false</IsTruncated></ListBucketResult>`,
      );
    }
    if (method === "PUT") noted.push([key, JSON.parse(String(body))]);
    const found = bucket.get(key);
    return found === undefined ? answer(404) : answer(200, found);
  };
  const service = {
    ...lifeService(TEST_ENV),
    rules,
    sts: {
      credentialFor: async () => TEST_CREDENTIAL,
      credentialsFor: async <T>(items: readonly T[]) =>
        items.map((item) => ({ item, credential: TEST_CREDENTIAL })),
    },
    cos: { call },
  };
  const run = () => noteForgotten(service, new Invocation({ time_limit_in_ms: 30_000 }));
  return { run, noted };
}

/** A record of a file that was stored so many minutes ago. */
function record(state: string, minutes: number): string {
  const storedAt = NOW / 1000 - minutes * 60;
  const file = { key: KEY, size: 9, type: "image/jpeg", etag: "e", storedAt, rule: "photo", meta: {} };
  return JSON.stringify({ state, file, told: [] });
}

test("a file that nothing is known about is noted, where the timer finds it", async () => {
  const { run, noted } = waiting(11);
  await run();
  expect(noted).toEqual([[NOTE, { at: AT }]]);
});

test.each<[string, number, Record<string, string>]>([
  ["SCF may still be called for", 9, {}],
  ["whose check has begun", 60, { [`life/state/${KEY}/began`]: record("checking", 60) }],
  // Written again, its note would be young each time, and never be read.
  ["that has a note", 60, { [NOTE]: JSON.stringify({ at: AT }) }],
])("a file %s is left alone", async (_, minutes, others) => {
  const { run, noted } = waiting(minutes, others);
  await run();
  expect(noted).toEqual([]);
});

test.each<[string, Record<string, string>]>([
  [
    "that has passed and was not moved",
    {
      [`life/state/${KEY}/began`]: record("checking", 60),
      [`life/state/${KEY}/ended`]: record("accepted", 60),
    },
  ],
  ["in whose place another was checked", { [`life/state/${KEY}/began`]: record("checking", 61) }],
])("a file %s is noted", async (_, others) => {
  const { run, noted } = waiting(60, others);
  await run();
  expect(noted).toEqual([[NOTE, { at: AT }]]);
});

test("if the key may not list, the notes that are there are still read", async () => {
  const refusal = new ServiceError(500, "StorageDenied", "COS refused.");
  const { run, noted } = waiting(60, {}, refusal);
  await expect(run()).resolves.toBeUndefined();
  expect(noted).toEqual([]);
});

test("if COS fails, the run does", async () => {
  await expect(waiting(60, {}, storageUnavailable("Storage failed.")).run()).rejects.toThrow(
    "Storage failed.",
  );
});
