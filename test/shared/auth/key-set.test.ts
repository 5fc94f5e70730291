import { generateKeyPairSync } from "node:crypto";
import { exportJWK, jwtVerify, SignJWT } from "jose";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type KeySet, remoteKeySet } from "../../../shared/auth/key-set.ts";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { exchange, NetworkError, TimeoutError } from "../../../shared/net/https.ts";

vi.mock(import("../../../shared/net/https.ts"), async (original) => ({
  ...(await original()),
  exchange: vi.fn<typeof exchange>(),
}));

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const UNKNOWN_KEY = { code: "ERR_JWKS_NO_MATCHING_KEY" };

/** The key set of a function that has just started. */
let keyFor: KeySet["keyFor"];
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["hrtime"], now: 1_000_000 });
  // An instance that has been running for a while: from 0, a point in time and a difference would look the same.
  vi.advanceTimersByTime(7 * HOUR);
  vi.mocked(exchange).mockReset();
  ({ keyFor } = remoteKeySet(new URL("https://keys.example.com/jwks")));
});
afterEach(() => {
  vi.useRealTimers();
});

async function verify(kid: string, invocation = new Invocation({})) {
  const token = await new SignJWT({}).setProtectedHeader({ alg: "EdDSA", kid }).sign(privateKey);
  return jwtVerify(token, keyFor(invocation));
}

async function answers(...kids: string[]) {
  const jwk = await exportJWK(publicKey);
  const keys = kids.map((kid) => ({ ...jwk, kid, alg: "EdDSA" }));
  vi.mocked(exchange).mockResolvedValue({ status: 200, text: JSON.stringify({ keys }) });
}

const fails = (status = 503, text = "") => void vi.mocked(exchange).mockResolvedValue({ status, text });
const fetches = () => vi.mocked(exchange).mock.calls.length;

describe("keys that were fetched", () => {
  test("are used for ten minutes, and then fetched again", async () => {
    await answers("1");
    await verify("1");
    vi.advanceTimersByTime(10 * MINUTE);
    await verify("1");
    expect(fetches()).toBe(1);
    expect(vi.mocked(exchange).mock.calls[0]?.[1]).toMatchObject({ method: "GET", timeoutMs: 2 * SECOND });
    vi.advanceTimersByTime(1);
    await answers("2");
    await expect(verify("1")).rejects.toMatchObject(UNKNOWN_KEY);
    expect(fetches()).toBe(2);
  });

  test("are used for up to a day while new ones cannot be fetched", async () => {
    await answers("1");
    await verify("1");
    fails();
    for (const hours of [1, 12, 11]) {
      vi.advanceTimersByTime(hours * HOUR);
      await verify("1");
    }
    expect(fetches()).toBe(4);
    vi.advanceTimersByTime(1);
    await expect(verify("1")).rejects.toMatchObject({ code: "HTTP_503" });
  });

  test("are replaced as soon as the set is available again", async () => {
    await answers("1");
    await verify("1");
    vi.advanceTimersByTime(HOUR);
    fails();
    await verify("1");
    vi.advanceTimersByTime(5 * SECOND);
    await answers("2");
    await verify("2");
    await expect(verify("1")).rejects.toMatchObject(UNKNOWN_KEY);
  });
});

describe("a failing set", () => {
  test("is requested once in five seconds, however many made-up tokens arrive", async () => {
    fails();
    for (let i = 0; i < 10; i += 1) {
      await expect(verify(`made up ${i}`)).rejects.toMatchObject({ code: "HTTP_503" });
    }
    expect(fetches()).toBe(1);
    vi.advanceTimersByTime(5 * SECOND - 1);
    await expect(verify("1")).rejects.toMatchObject({ code: "HTTP_503" });
    expect(fetches()).toBe(1);
    vi.advanceTimersByTime(1);
    await answers("1");
    await verify("1");
    expect(fetches()).toBe(2);
  });

  test("is requested once in five seconds for expired keys too", async () => {
    await answers("1");
    await verify("1");
    vi.advanceTimersByTime(HOUR);
    fails();
    for (let i = 0; i < 10; i += 1) await verify("1");
    expect(fetches()).toBe(2);
  });

  test.each<[string, () => void, string]>([
    ["another status", () => fails(404), "HTTP_404"],
    ["what is not JSON", () => fails(200, "the-password=1"), "NOT_JSON"],
    ["JSON that is not a key set", () => fails(200, '"the-password"'), "ERR_JWKS_INVALID"],
    ["null", () => fails(200, "null"), "ERR_JWKS_INVALID"],
    [
      "no connection",
      () => void vi.mocked(exchange).mockRejectedValue(new NetworkError("ECONNREFUSED")),
      "ECONNREFUSED",
    ],
    ["a timeout", () => void vi.mocked(exchange).mockRejectedValue(new TimeoutError("x")), "TimeoutError"],
  ])("with %s has its reason logged once, and nothing of the answer", async (_, fail, reason) => {
    await answers("1");
    await verify("1");
    vi.advanceTimersByTime(HOUR);
    fail();
    const [first, second] = [new Invocation({}), new Invocation({})];
    await verify("1", first);
    await verify("1", second);
    expect(first.log).toEqual({ keysError: reason });
    expect(second.log).toEqual({});
  });
});

describe("tokens with an unknown key id", () => {
  test("cause a fetch once in 30 s, and a new key is found", async () => {
    await answers("1");
    await verify("1");
    vi.advanceTimersByTime(30 * SECOND - 1);
    for (let i = 0; i < 10; i += 1) await expect(verify("2")).rejects.toMatchObject(UNKNOWN_KEY);
    expect(fetches()).toBe(1);
    vi.advanceTimersByTime(1);
    await answers("1", "2");
    await verify("2");
    expect(fetches()).toBe(2);
  });

  test("cause a fetch once in 30 s while it fails, and are refused for their unknown key", async () => {
    await answers("1");
    await verify("1");
    vi.advanceTimersByTime(31 * SECOND);
    fails();
    await expect(verify("made up")).rejects.toMatchObject({ code: "HTTP_503" });
    for (let i = 0; i < 5; i += 1) await expect(verify("made up")).rejects.toMatchObject(UNKNOWN_KEY);
    expect(fetches()).toBe(2);
    await verify("1");
  });
});

test("an unusable key of the set has its reason logged", async () => {
  await answers("1", "1");
  const invocation = new Invocation({});
  await expect(verify("1", invocation)).rejects.toThrow();
  expect(invocation.log).toEqual({ keysError: "ERR_JWKS_MULTIPLE_MATCHING_KEYS" });
});
