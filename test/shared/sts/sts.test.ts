import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Invocation } from "../../../shared/entry/invocation.ts";
import { exchange, type HttpsAnswer, NetworkError, TimeoutError } from "../../../shared/net/https.ts";
import type { Grant } from "../../../shared/sts/session-policy.ts";
import { createSts } from "../../../shared/sts/sts.ts";
import { BUCKET } from "../../support/signing.ts";
import { formOf, granted, NOW, refused } from "../../support/sts-answers.ts";

vi.mock(import("../../../shared/net/https.ts"), async (original) => ({
  ...(await original()),
  exchange: vi.fn(),
}));

const AT = { endpoint: "sts.example.com", region: "ap-guangzhou" };
const KEY = { secretId: "AKIDtest", secretKey: "test-secret-key" };
const sts = createSts({ ...AT, key: KEY }, BUCKET);
const grantOf = (key: string): Grant => ({ key, permissions: [{ actions: ["PutObject"] }] });

/** The requests to STS, call by call. */
let forms: URLSearchParams[];
beforeEach(() => {
  forms = [];
  answer(granted);
});
afterEach(() => {
  vi.mocked(exchange).mockReset();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Answers every call to STS this way. */
function answer(respond: (form: URLSearchParams) => HttpsAnswer): void {
  vi.mocked(exchange).mockImplementation(async (_, request) => {
    const form = formOf(request);
    forms.push(form);
    return respond(form);
  });
}

/** Answers the first calls to STS this way, and the others with a credential. */
function answerFirst(...responds: (() => HttpsAnswer)[]): void {
  answer((form) => (responds.shift() ?? (() => granted(form)))());
}

function fail(error: unknown): () => never {
  return () => {
    throw error;
  };
}

/** The objects of a call's policy. */
function keysOf(form: URLSearchParams | undefined): string[] {
  const { statement } = JSON.parse(decodeURIComponent(form?.get("Policy") ?? ""));
  const resources: string[] = statement.flatMap((part: { resource: string[] }) => part.resource);
  return resources.map((name) => name.slice(name.indexOf("/", name.indexOf(BUCKET.bucket)) + 1));
}

describe("a credential comes from", () => {
  test("the permanent key, for exactly what is granted", async () => {
    const credential = await sts.credentialFor(grantOf("a/b.jpg"), 120, new Invocation({}));
    expect(credential).toMatchObject({ tmpSecretId: "AKIDtmp", startTime: NOW, expiredTime: NOW + 120 });
    expect(forms).toHaveLength(1);
    expect(forms[0]?.get("Action")).toBe("GetFederationToken");
    expect(forms[0]?.get("SecretId")).toBe(KEY.secretId);
    expect(forms[0]?.get("Region")).toBe(AT.region);
    expect(keysOf(forms[0])).toEqual(["a/b.jpg"]);
  });

  test("the function's role, if one is configured", async () => {
    vi.stubEnv("TENCENTCLOUD_SECRETID", "AKIDrole");
    vi.stubEnv("TENCENTCLOUD_SECRETKEY", "k");
    vi.stubEnv("TENCENTCLOUD_SESSIONTOKEN", "t");
    const roleArn = "qcs::cam::uin/1:roleName/r";
    const byRole = createSts({ ...AT, roleArn }, BUCKET);
    await byRole.credentialFor(grantOf("a/b.jpg"), 120, new Invocation({}));
    vi.unstubAllEnvs();
    expect(forms[0]?.get("Action")).toBe("AssumeRole");
    expect(forms[0]?.get("RoleArn")).toBe(roleArn);
    expect(keysOf(forms[0])).toEqual(["a/b.jpg"]);
  });
});

describe("a retry", () => {
  const THROTTLED = () => refused("RequestLimitExceeded");

  test("succeeds once, a moment later", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    answerFirst(THROTTLED);
    const asked = sts.credentialFor(grantOf("a"), 900, new Invocation({}));
    await vi.advanceTimersByTimeAsync(124);
    expect(forms).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(forms).toHaveLength(2);
    expect((await asked).tmpSecretId).toBe("AKIDtmp");
  });

  test("is the last one", async () => {
    answerFirst(THROTTLED, THROTTLED);
    const asked = sts.credentialFor(grantOf("a"), 900, new Invocation({}));
    await expect(asked).rejects.toMatchObject({
      code: "CredentialsThrottled",
      log: { stsRequestId: "req-2" },
    });
    expect(forms).toHaveLength(2);
  });

  test("is not made if it cannot help", async () => {
    answerFirst(() => refused("UnauthorizedOperation"));
    const asked = sts.credentialFor(grantOf("a"), 900, new Invocation({}));
    await expect(asked).rejects.toMatchObject({ code: "CredentialsDenied" });
    expect(forms).toHaveLength(1);
  });

  test.each([
    [249, 1],
    [250, 2],
    [251, 2],
  ])("is not made if its pause would leave less than that again: %i ms", async (remainingMs, calls) => {
    vi.spyOn(Math, "random").mockReturnValue(0.5);
    const invocation = new Invocation({});
    vi.spyOn(invocation, "remainingMs").mockReturnValue(remainingMs);
    answerFirst(THROTTLED, THROTTLED);
    await expect(sts.credentialFor(grantOf("a"), 900, invocation)).rejects.toThrow();
    expect(forms).toHaveLength(calls);
  });
});

test.each([
  ["a timeout", new TimeoutError("x"), "CredentialsTimeout"],
  ["a broken connection", new NetworkError("ECONNRESET"), "CredentialsUnavailable"],
])("%s becomes an error of the service", async (_, error, code) => {
  answer(fail(error));
  const invocation = new Invocation({});
  await expect(sts.credentialFor(grantOf("a"), 900, invocation)).rejects.toMatchObject({ code });
  await expect(sts.credentialsFor(["a"], grantOf, 900, invocation)).rejects.toMatchObject({ code });
});

test("the time spent in STS is logged, with or without a credential", async () => {
  const slow = (respond: (form: URLSearchParams) => HttpsAnswer) => {
    const started = process.hrtime.bigint();
    vi.spyOn(process.hrtime, "bigint")
      .mockReturnValueOnce(started)
      .mockReturnValueOnce(started + 41_700_000n);
    answer(respond);
  };
  const [good, bad] = [new Invocation({}), new Invocation({})];
  slow(granted);
  await sts.credentialFor(grantOf("a"), 900, good);
  expect(good.log).toEqual({ stsMs: 42 });
  slow(() => refused("UnauthorizedOperation"));
  await expect(sts.credentialFor(grantOf("a"), 900, bad)).rejects.toThrow();
  expect(bad.log).toEqual({ stsMs: 42 });
});

test("objects that are used together get one credential, or none: of two, neither could copy one to the other", async () => {
  const both = () => sts.credentialFor([grantOf("a"), grantOf("b")], 900, new Invocation({}));
  await both();
  expect(forms.map(keysOf)).toEqual([["a", "b"]]);
  answer((form) => (keysOf(form).length > 1 ? refused("InvalidParameter.PolicyTooLong") : granted(form)));
  await expect(both()).rejects.toMatchObject({
    code: "CredentialsDenied",
    log: { stsCode: "InvalidParameter.PolicyTooLong" },
  });
  expect(forms.map((form) => keysOf(form).length)).toEqual([2, 2]);
});

describe("many items", () => {
  const items = Array.from({ length: 20 }, (_, i) => `item-${i}`);
  const ask = (list: readonly string[]) => sts.credentialsFor(list, grantOf, 900, new Invocation({}));
  const tooLong = (most: number) => (form: URLSearchParams) =>
    keysOf(form).length > most ? refused("InvalidParameter.PolicyTooLong") : granted(form);

  test("need one call, whose policy lists exactly them", async () => {
    const given = await ask(items);
    expect(given.map(({ item }) => item)).toEqual(items);
    expect(new Set(given.map(({ credential }) => credential)).size).toBe(1);
    expect(forms.map(keysOf)).toEqual([items]);
  });

  test("whose policy is too long need as few calls as possible, and are returned in order", async () => {
    answer(tooLong(9));
    const given = await ask(items);
    expect(given.map(({ item }) => item)).toEqual(items);
    // All 20, the first half, and then three calls of at most seven.
    expect(forms.map((form) => keysOf(form).length)).toEqual([20, 10, 7, 7, 6]);
    expect(forms.slice(2).map(keysOf)).toEqual([items.slice(0, 7), items.slice(7, 14), items.slice(14)]);
    expect(given[0]?.credential).toBe(given[6]?.credential);
    expect(given[7]?.credential).not.toBe(given[6]?.credential);
  });

  test("of which even one is too long for STS fail with its refusal", async () => {
    answer(tooLong(0));
    await expect(ask(items.slice(0, 3))).rejects.toMatchObject({
      code: "CredentialsDenied",
      log: { stsCode: "InvalidParameter.PolicyTooLong" },
    });
    // Three, two, one: a single one is not split further.
    expect(forms.map((form) => keysOf(form).length)).toEqual([3, 2, 1]);
  });

  test("are not split after another refusal", async () => {
    answer(() => refused("UnauthorizedOperation"));
    await expect(ask(items)).rejects.toMatchObject({ code: "CredentialsDenied" });
    expect(forms).toHaveLength(1);
  });
});

test("a key that would match more than one object is refused before STS is asked", async () => {
  await expect(sts.credentialFor(grantOf("u/1/*"), 900, new Invocation({}))).rejects.toThrow();
  expect(forms).toEqual([]);
});
