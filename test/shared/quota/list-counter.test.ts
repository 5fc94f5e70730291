import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CosRequest } from "../../../shared/cos/client.ts";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { defineRules, type NamedRule } from "../../../shared/object/rule.ts";
import type { Claim, Counter } from "../../../shared/quota/decision.ts";
import { listCounter } from "../../../shared/quota/list-counter.ts";
import { openQuota } from "../../../shared/quota/part.ts";

import { BUCKET, RULE, serviceOf } from "../../support/signing.ts";

/** What is stored: sizes by key. No listing has the parts of an upload before they are joined. */
const stored = vi.hoisted(() => new Map<string, number>());
/** The prefixes that were listed. */
const listings = vi.hoisted((): string[] => []);
vi.mock("../../../shared/cos/client.ts", () => ({
  createCos: () => ({
    call: async ({ query: { prefix = "" } = {} }: CosRequest) => {
      listings.push(prefix);
      const listed = [...stored].filter(([key]) => key.startsWith(prefix));
      const contents = listed.map(
        ([key, size]) => `<Contents><Key>${key}</Key><Size>${size}</Size></Contents>`,
      );
      const body = Buffer.from(`<ListBucketResult>\n${contents.join("")}</ListBucketResult>`);
      return { status: 200, headers: {}, body };
    },
  }),
}));

const MINUTE = 60_000;
const ann = { user: "ann" };
const NOON = Date.UTC(2026, 10, 27, 4);

beforeEach(() => {
  stored.clear();
  listings.length = 0;
  vi.useFakeTimers({ toFake: ["Date"], now: NOON });
});
afterEach(() => {
  vi.useRealTimers();
});

function counter(more: Partial<NamedRule> = {}): Counter {
  const { service } = serviceOf();
  const settings = { limits: { bytesPerDay: 100 }, redisUrl: undefined, isOpenWhenDown: false };
  const rules = defineRules({ photo: { ...RULE, ...more } });
  return listCounter(settings, { ...service, bucket: BUCKET, rules, signatureSeconds: 600 });
}

let made = 0;
const take = async (of: Counter, more: Pick<Claim, "seconds" | "isOnce"> = {}) => {
  made += 1;
  const key = `${RULE.prefix}/ann/20261127/${made}_a.jpg`;
  const { kind } = await of.take([{ key, rule: RULE, bytes: 60, ...more }], ann, new Invocation({}));
  return kind;
};

test("uploads in parts begun one after another and completed later stay within the quota", async () => {
  const quota = counter();
  expect(await take(quota, { seconds: 86_400 })).toBe("taken");
  vi.setSystemTime(NOON + 11 * MINUTE);
  expect(await take(quota, { seconds: 86_400 })).toBe("exceeded");
});

test("attack: credentials that are renewed at the last moment can still write a file as large as was asked for", async () => {
  const quota = counter();
  expect(await take(quota, { seconds: 3600 })).toBe("taken");
  stored.set(lastKey(), 1);
  vi.setSystemTime(NOON + (60 + 10) * MINUTE - 1);
  expect(await take(quota)).toBe("exceeded");
  vi.setSystemTime(NOON + (60 + 15) * MINUTE + 1);
  expect(await take(quota)).toBe("taken");
});

/** As another bundle's: of a class that this one does not have. */
class ServiceError extends Error {
  override readonly name = "ServiceError";
  readonly headers = {};
  readonly index = undefined;
  readonly left = undefined;
  readonly status: number;
  readonly code: string;
  readonly log = { stsCode: "of-sts" };
  constructor(status: number, code: string) {
    super("A sentence.");
    this.status = status;
    this.code = code;
  }
}

test.each([
  [500, "CredentialsDenied", "CredentialsDenied"],
  [500, "ConfigurationError", "ConfigurationError"],
  [502, "CredentialsUnavailable", "QuotaUnavailable"],
])(
  "what STS answers with %i while counting, %s, is %s to the caller; STS's words are in the log",
  async (status, code, told) => {
    const { service } = serviceOf();
    const credentialsFor = () => Promise.reject(new ServiceError(status, code));
    const sts = { ...service.sts, credentialsFor };
    const quota = openQuota({ QUOTA_BYTES_PER_DAY: "100" }, { ...service, sts, bucket: BUCKET });
    const invocation = new Invocation({});
    const claim = { key: `${RULE.prefix}/ann/20261127/0_a.jpg`, rule: RULE, bytes: 60 };
    const { refusal } = await quota.take([claim], ann, invocation);
    expect(refusal?.code).toBe(told);
    expect(invocation.log).toMatchObject({ stsCode: "of-sts", quotaError: code });
  },
);

// Of the keys' own day, in Beijing.
test.each([
  ["noon", Date.UTC(2026, 10, 27, 4), 12 * 3600],
  ["the first second of the day", Date.UTC(2026, 10, 26, 16), 24 * 3600],
  ["its last second", Date.UTC(2026, 10, 27, 16) - 1, 1],
])("a caller without room at %s is told when the day ends", async (_, now, seconds) => {
  vi.setSystemTime(now);
  const quota = counter();
  expect(await take(quota)).toBe("taken");
  const key = `${RULE.prefix}/ann/20261127/more_a.jpg`;
  expect(await quota.take([{ key, rule: RULE, bytes: 60 }], ann, new Invocation({}))).toMatchObject({
    kind: "exceeded",
    retryAfterSeconds: seconds,
  });
});

test("a signature that expires unused makes room again", async () => {
  const quota = counter();
  expect(await take(quota)).toBe("taken");
  // Ten minutes, and five more for a request that began in the last second.
  vi.setSystemTime(NOON + 14 * MINUTE);
  expect(await take(quota)).toBe("exceeded");
  vi.setSystemTime(NOON + 16 * MINUTE);
  expect(await take(quota)).toBe("taken");
});

const lastKey = () => `${RULE.prefix}/ann/20261127/${made}_a.jpg`;

test("attack: a small file is stored, more is signed, and the file is then overwritten with the maximum", async () => {
  const quota = counter();
  expect(await take(quota)).toBe("taken");
  stored.set(lastKey(), 1);
  expect(await take(quota)).toBe("exceeded");
  vi.setSystemTime(NOON + 16 * MINUTE);
  expect(await take(quota)).toBe("taken");
});

test("attack: a file is stored and deleted, more is signed, and then the file is stored again", async () => {
  const quota = counter();
  expect(await take(quota)).toBe("taken");
  stored.set(lastKey(), 60);
  expect(await take(quota)).toBe("exceeded");
  stored.clear();
  expect(await take(quota)).toBe("exceeded");
  // The signature has expired.
  vi.setSystemTime(NOON + 16 * MINUTE);
  expect(await take(quota)).toBe("taken");
});

test.each<[string, Partial<NamedRule>]>([
  ["rejected/", { keepRejected: true }],
  ["pending/", { check: "before" }],
])("attack: files that are under %s cost no room", async (place, more) => {
  const quota = counter(more);
  expect(await take(quota)).toBe("taken");
  stored.set(place + lastKey(), 60);
  // The signature has expired.
  vi.setSystemTime(NOON + 16 * MINUTE);
  expect(await take(quota)).toBe("exceeded");
});

// What deploy/policies/README.md adds to quota.json: the key may list no more.
test("of the files that wait for a check, only those of rules that check before are listed", async () => {
  const { service } = serviceOf();
  const rules = defineRules({ photo: { ...RULE, check: "before" }, avatar: { ...RULE, prefix: "avatars" } });
  const settings = { limits: { bytesPerDay: 100 }, redisUrl: undefined, isOpenWhenDown: false };
  expect(
    await take(listCounter(settings, { ...service, bucket: BUCKET, rules, signatureSeconds: 600 })),
  ).toBe("taken");
  const day = (prefix: string) => `${prefix}/ann/20261127/`;
  expect(listings.toSorted()).toEqual([day("avatars"), `pending/${day(RULE.prefix)}`, day(RULE.prefix)]);
});

test("the deletion of a file that was uploaded in parts makes room at once, and another caller's listing changes nothing", async () => {
  const quota = counter();
  expect(await take(quota, { seconds: 86_400, isOnce: true })).toBe("taken");
  stored.set(lastKey(), 60);
  expect(await take(quota)).toBe("exceeded");
  stored.clear();
  const bobs = { key: `${RULE.prefix}/bob/20261127/1_a.jpg`, rule: RULE, bytes: 1 };
  await quota.take([bobs], { user: "bob" }, new Invocation({}));
  expect(await take(quota)).toBe("taken");
});

test("requests that permit no upload have a separate limit, ten times as large", async () => {
  const { service } = serviceOf();
  const settings = { limits: { requestsPerMinute: 2 }, redisUrl: undefined, isOpenWhenDown: false };
  const quota = listCounter(settings, { ...service, bucket: BUCKET });
  const counts = await Promise.all(Array.from({ length: 21 }, () => quota.count(ann, new Invocation({}))));
  expect(counts.map(({ kind }) => kind)).toEqual([...Array.from({ length: 20 }, () => "taken"), "exceeded"]);
  expect(counts.at(-1)).toMatchObject({
    what: "requests",
    limit: 20,
    left: { requests: 0 },
    retryAfterSeconds: 60,
  });
  vi.setSystemTime(NOON + 45_000);
  expect(await quota.count(ann, new Invocation({}))).toMatchObject({ retryAfterSeconds: 15 });
  expect(await quota.count({ user: "bob" }, new Invocation({}))).toMatchObject({ left: { requests: 19 } });
  vi.setSystemTime(NOON + MINUTE);
  expect(await quota.count(ann, new Invocation({}))).toEqual({ kind: "taken", left: { requests: 19 } });
  vi.setSystemTime(NOON + 45_000);
  expect(await quota.take([], ann, new Invocation({}))).toEqual({ kind: "taken", left: { requests: 1 } });
});
