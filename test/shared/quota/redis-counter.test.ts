import { randomBytes } from "node:crypto";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from "vitest";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { beijingDay } from "../../../shared/object/object-key.ts";
import type { NamedRule } from "../../../shared/object/rule.ts";
import { rules } from "../../../shared/object/rules.ts";
import type { Limits } from "../../../shared/quota/config.ts";
import type { Claim, Counter, Decision } from "../../../shared/quota/decision.ts";
import { connect } from "../../../shared/quota/redis.ts";
import { redisCounter } from "../../../shared/quota/redis-counter.ts";
import { hasRedis, startRedis, type TestRedis } from "../../support/redis.ts";
import { BUCKET, RULE, serviceOf } from "../../support/signing.ts";

const AVATAR: NamedRule = {
  ...RULE,
  name: "avatar",
  prefix: "avatars",
  quota: { filesPerDay: 1, bytesPerDay: 50 },
};
/** In Beijing, so that neither a minute nor a day ends during a test. */
const NOON = Date.UTC(2026, 10, 27, 4);
const ann = { user: "ann" };
const bob = { user: "bob" };
const parts = { ...serviceOf().service, bucket: BUCKET, rules };
const invocation = () => new Invocation({ time_limit_in_ms: 60_000 });
const claim = (bytes = 10, rule = RULE, user = "ann", now = Date.now()): Claim => ({
  key: `${rule.prefix}/${user}/${beijingDay(now)}/${now}_${randomBytes(16).toString("hex")}.jpg`,
  rule,
  bytes,
});

describe.skipIf(!hasRedis)("quotas in a real Redis", () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis?.close());
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: NOON }));
  afterEach(async () => {
    vi.useRealTimers();
    await redis.client.flushall();
  });

  const counter = (limits: Limits): Counter =>
    redisCounter({ limits, redisUrl: redis.url, isOpenWhenDown: false }, parts, connect(redis.url));
  const take = (of: Counter, claims: readonly Claim[], caller: { user: string | undefined } = ann) =>
    of.take(claims, caller, invocation());
  const kindOf = ({ kind }: Decision) => kind;

  test("count files and bytes until they are used up, for each caller separately", async () => {
    const quota = counter({ filesPerDay: 3, bytesPerDay: 100 });
    expect(await take(quota, [claim(40)])).toEqual({ kind: "taken", left: { files: 2, bytes: 60 } });
    expect(await take(quota, [claim(61)])).toEqual({
      kind: "exceeded",
      what: "bytes",
      rule: undefined,
      limit: 100,
      left: { files: 2, bytes: 60 },
      retryAfterSeconds: 12 * 3600,
    });
    expect(await take(quota, [claim(60)])).toEqual({ kind: "taken", left: { files: 1, bytes: 0 } });
    expect(await take(quota, [claim(0)])).toEqual({ kind: "taken", left: { files: 0, bytes: 0 } });
    expect(await take(quota, [claim(0)])).toMatchObject({
      kind: "exceeded",
      what: "files",
      left: { files: 0 },
    });
    expect(await take(quota, [claim(40, RULE, "bob")], bob)).toMatchObject({ left: { files: 2, bytes: 60 } });
  });

  test("count a list as a whole or not at all", async () => {
    const quota = counter({ filesPerDay: 3 });
    expect(await take(quota, [claim(), claim()])).toMatchObject({ left: { files: 1 } });
    expect(await take(quota, [claim(), claim()])).toMatchObject({ kind: "exceeded", left: { files: 1 } });
    expect(await take(quota, [claim()])).toMatchObject({ kind: "taken", left: { files: 0 } });
  });

  test("include a rule's own limits in addition to the general ones", async () => {
    const quota = counter({ filesPerDay: 3 });
    expect(await take(quota, [claim(10, AVATAR)])).toEqual({ kind: "taken", left: { files: 0, bytes: 40 } });
    expect(await take(quota, [claim(1, AVATAR)])).toMatchObject({
      kind: "exceeded",
      what: "files",
      rule: "avatar",
      limit: 1,
    });
    expect(await take(quota, [claim()])).toEqual({ kind: "taken", left: { files: 1 } });
    expect(await take(quota, [claim(51, AVATAR)])).toMatchObject({ rule: "avatar", what: "files" });
  });

  test("count requests per minute, with or without a file", async () => {
    const quota = counter({ requestsPerMinute: 2 });
    expect(await take(quota, [])).toEqual({ kind: "taken", left: { requests: 1 } });
    expect(await take(quota, [claim()])).toEqual({ kind: "taken", left: { requests: 0 } });
    const third = await take(quota, [claim()]);
    expect(third).toMatchObject({ kind: "exceeded", what: "requests", limit: 2, left: { requests: 0 } });
    expect(third).toMatchObject({ retryAfterSeconds: 60 });
    vi.setSystemTime(NOON + 45_000);
    expect(await take(quota, [])).toMatchObject({ kind: "exceeded", retryAfterSeconds: 15 });
    vi.setSystemTime(NOON + 60_000);
    expect(await take(quota, [])).toMatchObject({ kind: "taken" });
  });

  test("count the same keys once, when the first answer was lost", async () => {
    const quota = counter({ filesPerDay: 3, requestsPerMinute: 9 });
    const claims = [claim(), claim()];
    const first = await take(quota, claims);
    expect(await take(quota, claims)).toEqual(first);
    expect(await take(quota, [claim()])).toMatchObject({ left: { files: 0 } });
  });

  describe("once a file is stored", () => {
    const now = NOON;
    const later = () => vi.setSystemTime(NOON + (900 + 301) * 1000);
    const wide: NamedRule = { ...AVATAR, quota: { bytesPerDay: 2000 } };
    const left = async (quota: Counter) => {
      const decision = await take(quota, [claim(0, wide, "ann", now)]);
      return decision.kind === "taken" ? decision.left.bytes : decision.kind;
    };
    let clock = 0;
    const settle = (quota: Counter, { key }: Claim, size: number, storedAt = ++clock) =>
      quota.settle({ key, user: "ann", size, storedAt }, invocation());

    test("it is settled by its last size, however often reported, once nothing larger can replace it", async () => {
      const quota = counter({ bytesPerDay: 1000 });
      const one = claim(900, wide, "ann", now);
      await take(quota, [one]);
      for (const size of [50, 0, 100, 100]) expect(await settle(quota, one, size)).toBe(true);
      expect(await left(quota)).toBe(100);
      later();
      expect(await left(quota)).toBe(900);
      expect(await left(quota)).toBe(900);
      await settle(quota, one, 200);
      expect(await left(quota)).toBe(800);
    });

    test("attack: a small file is stored, more is signed, and the file is then overwritten with the maximum", async () => {
      const quota = counter({ bytesPerDay: 1000 });
      const one = claim(900, wide, "ann", now);
      await take(quota, [one]);
      await settle(quota, one, 1);
      expect(await take(quota, [claim(900, wide, "ann", now)])).toMatchObject({
        kind: "exceeded",
        what: "bytes",
      });
      await settle(quota, one, 900);
      later();
      expect(await left(quota)).toBe(100);
    });

    test.each([
      ["a second before", 1],
      ["in the same second", 2],
    ])(
      "attack: the report of a small file, stored %s the largest, comes after that's",
      async (_, storedAt) => {
        const quota = counter({ bytesPerDay: 1000 });
        const one = claim(900, wide, "ann", now);
        await take(quota, [one]);
        await settle(quota, one, 900, 2);
        await settle(quota, one, 1, storedAt);
        later();
        expect(await left(quota)).toBe(100);
      },
    );

    test("a file larger than was counted counts in full at once", async () => {
      const quota = counter({ bytesPerDay: 1000 });
      const one = claim(100, wide, "ann", now);
      await take(quota, [one]);
      await settle(quota, one, 950);
      expect(await left(quota)).toBe(50);
    });

    test("a rule's own bytes are settled too, and an unsigned file is ignored", async () => {
      const quota = counter({ bytesPerDay: 5000 });
      const one = claim(1500, wide, "ann", now);
      await take(quota, [one]);
      await settle(quota, one, 100);
      await settle(quota, claim(0, wide, "ann", now), 500);
      later();
      expect(await take(quota, [claim(1900, wide, "ann", now)])).toMatchObject({
        kind: "taken",
        left: { bytes: 0 },
      });
    });

    test("what an older version counted is settled at once", async () => {
      const quota = counter({ bytesPerDay: 1000 });
      const one = claim(900, wide, "ann", now);
      await take(quota, [one]);
      const day = `quota:{b-1250000000/ann}:${beijingDay(now)}`;
      await redis.client.hset(day, `k:${one.key}`, "900 avatar");
      await settle(quota, one, 10);
      expect(await left(quota)).toBe(990);
    });
  });

  test("give requests that permit no upload a separate limit, ten times as large", async () => {
    const quota = counter({ requestsPerMinute: 2 });
    const counts: Decision[] = [];
    for (let i = 0; i < 21; i += 1) counts.push(await quota.count(ann, invocation()));
    expect(counts[19]).toMatchObject({ kind: "taken" });
    expect(counts[20]).toEqual({
      kind: "exceeded",
      what: "requests",
      rule: undefined,
      limit: 20,
      left: { requests: 0 },
      retryAfterSeconds: expect.any(Number),
    });
    expect(await take(quota, [])).toEqual({ kind: "taken", left: { requests: 1 } });
    expect(await counter({ filesPerDay: 1 }).count(ann, invocation())).toEqual({ kind: "taken", left: {} });
  });

  test("can be given back, once, when nothing was signed", async () => {
    const quota = counter({ filesPerDay: 2, bytesPerDay: 100 });
    const claims = [claim(0), claim(70)];
    await take(quota, claims);
    await quota.giveBack(claims, ann, invocation());
    await quota.giveBack(claims, ann, invocation());
    expect(await take(quota, [claim(0)])).toEqual({ kind: "taken", left: { files: 1, bytes: 100 } });
  });

  test("count a file from before midnight for the day in its key", async () => {
    const quota = counter({ filesPerDay: 1 });
    const yesterday = Date.now() - 86_400_000;
    expect(await take(quota, [claim(1, RULE, "ann", yesterday)])).toMatchObject({ kind: "taken" });
    expect(await take(quota, [claim()])).toMatchObject({ kind: "taken" });
    expect(await take(quota, [claim()])).toMatchObject({ kind: "exceeded" });
  });

  test("count bytes far beyond 32 bits", async () => {
    const quota = counter({ bytesPerDay: 999_999_999_999_999 });
    expect(await take(quota, [claim(500_000_000_000_000)])).toEqual({
      kind: "taken",
      left: { bytes: 499_999_999_999_999 },
    });
    expect(await take(quota, [claim(500_000_000_000_000)])).toMatchObject({
      kind: "exceeded",
      what: "bytes",
    });
  });

  test("are not exceeded by a single file when 64 requests reach eight instances at once", async () => {
    const instances = Array.from({ length: 8 }, () => counter({ filesPerDay: 20 }));
    const decisions = await Promise.all(
      Array.from({ length: 64 }, (_, i) => {
        const instance = instances[i % 8];
        return instance === undefined ? undefined : take(instance, [claim()]);
      }),
    );
    const kinds = decisions.map((decision) => decision?.kind);
    expect(kinds.filter((kind) => kind === "taken")).toHaveLength(20);
    expect(kinds.filter((kind) => kind === "exceeded")).toHaveLength(44);
  });

  test("expire, by day and by minute", async () => {
    const quota = counter({ filesPerDay: 5, requestsPerMinute: 5 });
    const one = claim();
    await take(quota, [one]);
    await quota.settle({ key: one.key, user: "ann", size: 1, storedAt: 1 }, invocation());
    await quota.count(ann, invocation());
    expect(await redis.client.keys("*")).toHaveLength(4);
    const minute = NOON / 60_000;
    // What is kept of a day is kept for a day after it ends.
    for (const [name, seconds] of [
      ["20261127", 12 * 3600 + 86_400],
      ["20261127:held", 2 * 86_400],
      [`m${minute}`, 120],
      [`o${minute}`, 120],
    ] as const) {
      const ttl = await redis.client.ttl(`quota:{b-1250000000/ann}:${name}`);
      expect(ttl, name).toBeLessThanOrEqual(seconds);
      // Redis's own clock goes on meanwhile.
      expect(ttl, name).toBeGreaterThan(seconds - 30);
    }
  });

  describe("when Redis is killed", () => {
    test("the result is unknown at once, and known again when it is back", async () => {
      const quota = counter({ filesPerDay: 5 });
      expect(kindOf(await take(quota, [claim()]))).toBe("taken");
      await redis.kill();
      const asked = invocation();
      expect(await quota.take([claim()], ann, asked)).toMatchObject({ kind: "unknown" });
      expect(asked.remainingMs()).toBeGreaterThan(50_000);
      const key = claim().key;
      expect(await quota.settle({ key, user: "ann", size: 1, storedAt: 1 }, invocation())).toBe(false);
      await redis.restart();
      await expect.poll(async () => kindOf(await take(quota, [claim()]))).toBe("taken");
    });

    test('while many ask, each gets an answer or "unknown"', async () => {
      const quota = counter({ filesPerDay: 1000 });
      await take(quota, [claim()]);
      const decisions = Array.from({ length: 50 }, () => take(quota, [claim()]));
      await redis.kill();
      for (const { kind } of await Promise.all(decisions)) expect(["taken", "unknown"]).toContain(kind);
      await redis.restart();
    });

    test("or does not answer, the result is unknown within about a second", async () => {
      const quota = counter({ filesPerDay: 5 });
      await take(quota, [claim()]);
      redis.freeze();
      expect(await take(quota, [claim()])).toEqual({ kind: "unknown", error: "QUOTA_TIMEOUT" });
      redis.thaw();
      await expect.poll(async () => kindOf(await take(quota, [claim()]))).toBe("taken");
    });
  });
});

test.each([
  ["a second", 60_000, 1000],
  ["half of what is left", 1400, 500],
])("a Redis that does not answer is waited for %s", async (_, limitMs, most) => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "hrtime"] });
  onTestFinished(() => void vi.useRealTimers());
  const settings = { limits: { filesPerDay: 5 }, redisUrl: undefined, isOpenWhenDown: false };
  const quota = redisCounter(settings, parts, () => new Promise(() => {}));
  const isOver = vi.fn();
  const decision = quota.take([claim()], ann, new Invocation({ time_limit_in_ms: limitMs }));
  void decision.then(isOver);
  await vi.advanceTimersByTimeAsync(most - 1);
  expect(isOver).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(await decision).toEqual({ kind: "unknown", error: "QUOTA_TIMEOUT" });
});
