import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { defineRules } from "../../../shared/object/rule.ts";
import type { Counter } from "../../../shared/quota/decision.ts";
import { listCounter } from "../../../shared/quota/list-counter.ts";

import { BUCKET, RULE, serviceOf } from "../../support/signing.ts";

// Nothing is ever stored: the parts of an upload are in no listing until they are joined.
vi.mock("../../../shared/cos/client.ts", () => ({
  createCos: () => ({
    call: async () => ({
      status: 200,
      headers: {},
      body: Buffer.from("<ListBucketResult>\n</ListBucketResult>"),
    }),
  }),
}));

const MINUTE = 60_000;
const ann = { user: "ann" };
const NOON = Date.UTC(2026, 10, 27, 4);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

function counter(): Counter {
  const { service } = serviceOf();
  const settings = { limits: { bytesPerDay: 100 }, redisUrl: undefined, isOpenWhenDown: false };
  const rules = defineRules({ photo: { ...RULE } });
  return listCounter(settings, { ...service, bucket: BUCKET, rules, signatureSeconds: 600 });
}

let made = 0;
const take = async (of: Counter, more: { seconds?: number } = {}) => {
  made += 1;
  const key = `${RULE.prefix}/ann/20261127/${made}_a.jpg`;
  const { kind } = await of.take([{ key, rule: RULE, bytes: 60, ...more }], ann, new Invocation({}));
  return kind;
};

test("uploads in parts that are begun one after another and completed later get no more than the quota", async () => {
  const quota = counter();
  expect(await take(quota, { seconds: 86_400 })).toBe("taken");
  vi.setSystemTime(NOON + 11 * MINUTE);
  expect(await take(quota, { seconds: 86_400 })).toBe("exceeded");
});

test("a signature that has ended unused makes room again", async () => {
  const quota = counter();
  expect(await take(quota)).toBe("taken");
  vi.setSystemTime(NOON + 9 * MINUTE);
  expect(await take(quota)).toBe("exceeded");
  vi.setSystemTime(NOON + 11 * MINUTE);
  expect(await take(quota)).toBe("taken");
});
