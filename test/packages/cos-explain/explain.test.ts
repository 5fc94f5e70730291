import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { decodeCause } from "../../../packages/cos-explain/src/cause/emulator-cause.ts";
import type { Explanation } from "../../../packages/cos-explain/src/cause/explanation.ts";
import { explain } from "../../../packages/cos-explain/src/explain.ts";
import { requestOf } from "../../../packages/cos-explain/src/request/request.ts";
import { authorization } from "../../../shared/cos/authorization.ts";
import { policySignature } from "../../../shared/cos/post-policy.ts";
import { objectUrl } from "../../../shared/cos/url.ts";
import type { PostAnswer, PutAnswer } from "../../upload/client.ts";
import { ask, startTestEmulator } from "../../upload/emulator.ts";
import { type Mistake, provoke, send } from "./refusals.ts";

let emulator: Awaited<ReturnType<typeof startTestEmulator>>;
let ca: Buffer;
let now = Date.now();
beforeAll(async () => {
  emulator = await startTestEmulator({ clock: () => now });
  ca = readFileSync(emulator.caFile);
});
afterAll(() => emulator.close());
afterEach(() => {
  now = Date.now();
});

const get = async <T>(path: string) => (await ask<T>(`${emulator.url}/${path}`)).json;
const putSign = (query = "ext=jpg") => get<PutAnswer>(`put-sign?${query}`);
const postPolicy = (query = "ext=jpg") => get<PostAnswer>(`post-policy?${query}`);

/** The PUT that the answer asks for, with a mistake. */
async function put(change: (answer: PutAnswer) => Partial<Mistake>, query?: string) {
  const answer = await putSign(query);
  const { url, headers } = answer;
  return { ...(await provoke({ url, headers, ...change(answer) }, answer, ca)), signed: answer };
}

/** The POST that the answer asks for, with a mistake. */
async function post(change: (answer: PostAnswer) => Partial<Mistake>, query?: string) {
  const answer = await postPolicy(query);
  const { url, fields } = answer;
  return { ...(await provoke({ url, fields, ...change(answer) }, answer, ca)), signed: answer };
}

/** The names of what differs. */
const differing = ({ comparison }: Explanation) =>
  (comparison?.lines ?? []).filter(({ verdict }) => verdict === "differs").map(({ name }) => name);

const isCertainly = (cause: string) => ({ cause, certainty: "certain" });
const isLikely = (cause: string) => ({ cause, certainty: "likely" });

describe("SignatureDoesNotMatch", () => {
  test("another key", async () => {
    const { whole, alone } = await put(({ url }) => ({ url: url.replace(".jpg", "x.jpg") }));
    expect(whole).toMatchObject(isCertainly("key-differs"));
    expect(differing(whole)).toEqual(["path"]);
    expect(whole.sentence).toMatch(
      /^The signature is for "\/uploads\/.*\.jpg", but the request is for ".*x\.jpg"\.$/,
    );
    expect(alone).toMatchObject(isLikely("signature-mismatch"));
  });

  test("a key that was encoded twice, with or without the answer", async () => {
    const double = (url: string) => url.replace(/\.jpg$/, "%252Ejpg");
    const { whole, alone, withRequest } = await put(({ url }) => ({ url: double(url) }));
    expect(whole).toMatchObject(isCertainly("key-encoding"));
    expect(whole.sentence).toContain("was encoded once too often");
    expect(alone).toMatchObject(isLikely("key-encoding"));
    expect(withRequest).toMatchObject(isLikely("key-encoding"));
  });

  test.each(["照片.jpg", "a b.jpg"])("the key %s, signed in encoded form", async (key) => {
    const host = emulator.cosHost;
    const Authorization = sign("PUT", encodeURIComponent(key), { host });
    const signed = { cosHost: host, cosKey: key, authorization: Authorization, headers: { Authorization } };
    const { whole } = await provoke(
      { url: objectUrl(host, key, {}), headers: { Authorization } },
      signed,
      ca,
    );
    expect(whole).toMatchObject(isLikely("key-encoding"));
  });

  test("one slash too many", async () => {
    const { whole } = await put(({ url, cosKey }) => ({ url: url.replace(cosKey, `/${cosKey}`) }));
    expect(whole.cause).toMatch(/^(?:key-differs|bad-key)$/);
  });

  test("another method", async () => {
    const { whole } = await put(() => ({ method: "DELETE", file: "" }));
    expect(whole).toMatchObject(isCertainly("method-differs"));
    expect(whole.sentence).toBe("The signature is for PUT, but COS received DELETE.");
  });

  test("another host", async () => {
    const host = `${emulator.bucket.name}.cos.${emulator.bucket.region}.myqcloud.com`;
    const { whole } = await put(({ headers }) => ({ headers: { ...headers, host } }));
    expect(whole).toMatchObject(isCertainly("host-differs"));
    expect(differing(whole)).toEqual(["header host"]);
  });

  test("a host that a proxy changed, from the request alone", async () => {
    const host = `${emulator.bucket.name}.cos.${emulator.bucket.region}.myqcloud.com`;
    const { headers, url } = await putSign();
    const { xml } = await send({ url, headers: { ...headers, host } }, ca);
    const { request } = await send({ url, headers }, ca);
    expect(explain({ error: xml, request })).toMatchObject(isCertainly("host-differs"));
  });

  test("a content type that was signed and then changed", async () => {
    const change = ({ headers }: PutAnswer) => ({ headers: { ...headers, "content-type": "text/html" } });
    const { whole } = await put(change, "ext=jpg&type=image/jpeg");
    expect(whole).toMatchObject(isCertainly("header-changed"));
    expect(whole.comparison?.lines).toContainEqual({
      name: "header content-type",
      expected: "image/jpeg",
      given: "text/html",
      verdict: "differs",
    });
  });

  test("a signed header that was not sent, with or without the answer", async () => {
    const change = ({ headers }: PutAnswer) => ({
      headers: Object.fromEntries(Object.entries(headers).filter(([name]) => name !== "content-md5")),
    });
    const md5 = createHash("md5").update("the bytes of a photo").digest("hex");
    const { whole, withRequest } = await put(change, `ext=jpg&md5=${md5}`);
    expect(whole).toMatchObject(isCertainly("header-changed"));
    expect(whole.sentence).toBe("The header content-md5 is signed but did not arrive.");
    expect(withRequest).toMatchObject(isCertainly("header-changed"));
  });

  test("another length than was signed", async () => {
    const { whole } = await put(() => ({ file: "five!" }), "ext=jpg&size=6");
    expect(whole).toMatchObject(isLikely("header-changed"));
    expect(whole.sentence).toContain("content-length must differ from the value that was signed");
  });

  test("a signed parameter that was changed", async () => {
    const { cosKey, url, headers } = await putSign("ext=txt");
    expect((await send({ url, headers }, ca)).status).toBe(200);
    const read = await get<{ url: string }>(`object-url?key=${cosKey}&response-content-type=text/plain`);
    const changed = read.url.replace("text%2Fplain", "text%2Fhtml");
    const { whole } = await provoke({ method: "GET", url: changed, file: "" }, read, ca);
    expect(whole).toMatchObject(isCertainly("parameter-changed"));
    expect(whole.sentence).toContain('signed as "text/plain", but "text/html" arrived');
  });

  test("a signature that was tampered with", async () => {
    const { whole } = await put(({ headers }) => ({
      headers: { ...headers, Authorization: tampered(headers["Authorization"] ?? "") },
    }));
    expect(whole).toMatchObject(isCertainly("signature-altered"));
    expect(differing(whole)).toEqual(["q-signature"]);
  });

  test("a form's signature that was tampered with", async () => {
    const { whole, alone } = await post(({ fields }) => ({
      fields: { ...fields, "q-signature": "0".repeat(40) },
    }));
    expect(whole).toMatchObject(isCertainly("signature-altered"));
    expect(whole.sentence).toContain("q-signature is not the one in the answer");
    expect(alone).toMatchObject(isLikely("signature-mismatch"));
  });

  test("another upload's answer", async () => {
    const { whole } = await put(() => ({}));
    expect(whole.cause).toBe("not-a-refusal"); // It was accepted: there is nothing to explain.
    const other = await putSign();
    const first = await putSign();
    const refused = await provoke(
      { url: first.url.replace(".jpg", "x.jpg"), headers: first.headers },
      other,
      ca,
    );
    expect(refused.whole).toMatchObject(isLikely("signature-mismatch"));
  });

  test("the wrong SecretKey, by PUT", async () => {
    const { cosHost: host } = emulator;
    const Authorization = sign("PUT", "uploads/a.jpg", { host }, "another secret key");
    const signed = { cosHost: host, cosKey: "uploads/a.jpg", authorization: Authorization };
    const url = `https://${host}/uploads/a.jpg`;
    const { whole, withRequest } = await provoke({ url, headers: { Authorization } }, signed, ca);
    expect(whole).toMatchObject(isLikely("wrong-secret-key"));
    expect(withRequest).toMatchObject(isLikely("signature-mismatch"));
  });

  test("the wrong SecretKey, by POST", async () => {
    const answer = await postPolicy();
    const text = Buffer.from(answer.policy, "base64").toString();
    const fields = {
      ...answer.fields,
      "q-signature": policySignature(text, answer.qKeyTime, "another secret key"),
    };
    const { whole } = await provoke({ url: answer.url, fields }, { ...answer, fields }, ca);
    expect(whole).toMatchObject(isLikely("wrong-secret-key"));
  });
});

describe("time", () => {
  test("a PUT whose signature has expired", async () => {
    const answer = await putSign();
    now += 3600_000;
    const { whole, alone } = await provoke(answer, answer, ca);
    expect(whole).toMatchObject(isCertainly("expired"));
    expect(whole.sentence).toMatch(/^The signature expired at 20.*Z, 45 min before the request arrived\.$/);
    expect(alone).toMatchObject(isCertainly("expired"));
  });

  test("a POST whose policy has expired", async () => {
    const answer = await postPolicy();
    now += 3600_000;
    const { alone } = await provoke({ url: answer.url, fields: answer.fields }, answer, ca);
    expect(alone).toMatchObject(isCertainly("expired"));
    expect(alone.sentence).toContain("The POST policy expired at");
  });

  test("a signer's clock that runs ahead", async () => {
    const answer = await putSign();
    now -= 7200_000;
    const { whole, alone } = await provoke(answer, answer, ca);
    expect(whole).toMatchObject(isCertainly("clock-skew"));
    expect(whole.sentence).toContain("2 h ahead of COS's");
    expect(alone).toMatchObject(isCertainly("clock-skew"));
  });

  test("a signature that is valid only later", async () => {
    const { cosHost: host } = emulator;
    const start = Math.floor(now / 1000) + 3600;
    const Authorization = sign("PUT", "a.jpg", { host }, undefined, { start, end: start + 600 });
    const serverTime = Math.floor(now / 1000);
    const signed = { cosHost: host, cosKey: "a.jpg", authorization: Authorization, serverTime };
    const { whole } = await provoke({ url: `https://${host}/a.jpg`, headers: { Authorization } }, signed, ca);
    expect(whole).toMatchObject(isCertainly("not-yet-valid"));
    expect(whole.sentence).toContain("60 min after the request arrived");
  });

  test("a temporary key that expired before its signature", async () => {
    const answer = await get<Credentials>("upload-credentials?ext=jpg");
    now += 3600_000;
    const seconds = Math.floor(now / 1000);
    const { alone } = await provoke(
      withCredentials(answer, "PUT", { start: seconds - 60, end: seconds + 60 }),
      answer,
      ca,
    );
    expect(alone).toMatchObject(isCertainly("expired-token"));
  });
});

describe("InvalidAccessKeyId", () => {
  test("no token", async () => {
    const { whole, withRequest, withCause, withAnswer, alone } = await put(({ authorization }) => ({
      headers: { Authorization: authorization },
    }));
    expect(whole).toMatchObject(isCertainly("missing-token"));
    expect(withCause).toMatchObject(isCertainly("missing-token"));
    expect(withRequest).toMatchObject(isLikely("missing-token"));
    expect(withAnswer).toMatchObject(isLikely("missing-token"));
    expect(alone).toMatchObject(isLikely("unknown-key-id"));
  });

  test("another answer's token", async () => {
    const { securityToken } = await putSign();
    const { whole, withCause } = await put(({ headers }) => ({
      headers: { ...headers, "x-cos-security-token": securityToken },
    }));
    expect(whole).toMatchObject(isCertainly("wrong-token"));
    expect(withCause).toMatchObject(isCertainly("wrong-token"));
    expect(differing(whole)).toEqual(["x-cos-security-token"]);
  });

  test("another answer's token in a form", async () => {
    const { securityToken } = await putSign();
    const { whole } = await post(({ fields }) => ({
      fields: { ...fields, "x-cos-security-token": securityToken },
    }));
    expect(whole).toMatchObject(isCertainly("wrong-token"));
  });

  test("an unknown key id", async () => {
    const { whole, withCause } = await put(({ headers, authorization }) => ({
      headers: { ...headers, Authorization: authorization.replace(/q-ak=[^&]*/, "q-ak=AKIDnobody") },
    }));
    expect(whole).toMatchObject(isCertainly("unknown-key-id"));
    expect(withCause).toMatchObject(isCertainly("unknown-key-id"));
  });
});

describe("AccessDenied", () => {
  test("no signature", async () => {
    const { whole, withCause, alone } = await put(() => ({ headers: {} }));
    expect(whole).toMatchObject(isCertainly("no-signature"));
    expect(withCause).toMatchObject(isCertainly("no-signature"));
    expect(alone).toMatchObject(isLikely("not-allowed"));
  });

  test("a form without a signature", async () => {
    const { whole } = await post(({ cosKey }) => ({ fields: { key: cosKey } }));
    expect(whole).toMatchObject(isCertainly("no-signature"));
  });

  test("an operation that the session policy does not allow", async () => {
    const answer = await get<Credentials>("upload-credentials?ext=jpg");
    const { whole, withCause } = await provoke({ ...withCredentials(answer, "GET"), file: "" }, answer, ca);
    expect(whole).toMatchObject(isLikely("action-not-allowed"));
    expect(withCause).toMatchObject(isCertainly("action-not-allowed"));
    expect(withCause.sentence).toMatch(/allows .*PutObject.*, but the request is GetObject\.$/);
  });

  test("a key that the session policy does not allow", async () => {
    const answer = await get<Credentials>("upload-credentials?ext=jpg");
    const { whole, withCause } = await provoke(
      withCredentials({ ...answer, key: "uploads/other.jpg" }, "PUT"),
      answer,
      ca,
    );
    expect(whole).toMatchObject(isCertainly("resource-not-allowed"));
    expect(withCause).toMatchObject(isCertainly("resource-not-allowed"));
    expect(withCause.sentence).toContain('the request is for "uploads/other.jpg"');
  });

  test.each([
    ["x-cos-acl", "public-read", "certain"],
    ["x-cos-storage-class", "DEEP_ARCHIVE", "certain"],
    ["content-type", "text/html", "likely"],
  ])("a PUT whose %s is %s", async (name, value, certainty) => {
    const { whole, withCause } = await put(({ headers }) => ({ headers: { ...headers, [name]: value } }));
    expect(whole).toMatchObject({ cause: "condition-not-met", certainty });
    expect(whole.sentence).toContain(`"${value}"`);
    expect(differing(whole)).toEqual([`header ${name}`]);
    expect(withCause).toMatchObject(isCertainly("condition-not-met"));
    expect(withCause.sentence).toContain(`cos:${name}`);
  });

  test("a PUT larger than the rule allows", async () => {
    const { whole, withCause, signed } = await put(
      ({ maxBytes }) => ({ file: Buffer.alloc(maxBytes + 1) }),
      "ext=jpg&rule=avatar",
    );
    expect(signed.maxBytes).toBe(2 * 1024 ** 2);
    expect(whole).toMatchObject(isCertainly("too-large"));
    expect(withCause.sentence).toBe(whole.sentence);
    expect(whole.sentence).toBe(
      "The file has 2097153 bytes (2 MiB), but the signature allows at most 2097152 bytes (2 MiB).",
    );
  });

  test("a POST field that does not match the policy", async () => {
    const { whole, alone } = await post(
      ({ fields }) => ({ fields: { ...fields, "Content-Type": "text/html" } }),
      "ext=jpg&type=image/jpeg",
    );
    expect(whole).toMatchObject(isCertainly("post-condition"));
    expect(whole.sentence).toBe(
      'The POST policy fixes content-type to "image/jpeg", but the form has "text/html".',
    );
    expect(differing(whole)).toEqual(["field content-type"]);
    expect(alone).toMatchObject(isCertainly("post-condition"));
  });

  test("a POST field that does not begin as the policy requires", () => {
    const policy = JSON.stringify({ conditions: [["starts-with", "$key", "photos/"]] });
    const fields = { key: "docs/a.jpg", policy: Buffer.from(policy).toString("base64") };
    const explanation = explain({
      error:
        "<Error><Code>AccessDenied</Code><Message>Condition key key doesn't match the value photos/</Message></Error>",
      request: requestOf({
        method: "POST",
        url: "https://b-1250000000.cos.ap-guangzhou.myqcloud.com/",
        fields,
      }),
    });
    expect(explanation).toMatchObject(isCertainly("post-condition"));
    expect(explanation.sentence).toBe(
      'The POST policy requires key to begin with "photos/", but the form has "docs/a.jpg".',
    );
  });

  test("a POST field that the policy names and the form does not have", async () => {
    const { whole } = await post(
      ({ fields }) => ({
        fields: Object.fromEntries(Object.entries(fields).filter(([name]) => name !== "Content-Type")),
      }),
      "ext=jpg&type=image/jpeg",
    );
    expect(whole.sentence).toContain("but the form has no such field");
    expect(differing(whole)).toEqual(["field content-type"]);
  });

  test("what nobody can know: then it says so", async () => {
    const denied = explain({
      error: "<Error><Code>AccessDenied</Code><Message>Access Denied.</Message></Error>",
    });
    expect(denied).toMatchObject(isLikely("not-allowed"));
    expect(denied.advice.join(" ")).toContain("--answer");
  });
});

describe("a strict bucket", () => {
  test("plain HTTP", async () => {
    const strict = await startTestEmulator({ strictTransport: true });
    try {
      const { json } = await ask<PutAnswer>(`${strict.url}/put-sign?ext=jpg`);
      const mistake = { ...json, url: json.url.replace("https:", "http:") };
      const { whole, withCause } = await provoke(mistake, json, readFileSync(strict.caFile));
      expect(whole).toMatchObject(isLikely("plain-http"));
      expect(withCause).toMatchObject(isCertainly("plain-http"));
    } finally {
      await strict.close();
    }
  });

  test("an upload without a signed content type", async () => {
    const strict = await startTestEmulator({ strictSignature: true });
    try {
      const { json } = await ask<PutAnswer>(`${strict.url}/put-sign?ext=jpg`);
      const { whole, withCause } = await provoke(json, json, readFileSync(strict.caFile));
      expect(whole).toMatchObject(isLikely("strict-signature"));
      expect(withCause).toMatchObject(isCertainly("strict-signature"));
      expect(whole.sentence).toContain("content-type and content-length are not signed");
    } finally {
      await strict.close();
    }
  });
});

test("an action that the bucket's own policy denies", async () => {
  const closed = await startTestEmulator();
  try {
    const { cosHost: host, account, bucket } = closed;
    const owner = {
      tmpSecretId: account.secretId,
      tmpSecretKey: account.secretKey,
      securityToken: "",
      startTime: 0,
      expiredTime: 0,
    };
    const policy = {
      version: "2.0",
      statement: [
        {
          principal: { qcs: ["qcs::cam::anyone:anyone"] },
          effect: "deny",
          action: ["name/cos:PutObject"],
          resource: [`qcs::cos:${bucket.region}:uid/${account.appId}:${bucket.name}/*`],
        },
      ],
    };
    const set = authorization(
      { method: "PUT", key: "", query: { policy: "" }, headers: { host } },
      owner,
      keyTime(),
    );
    const authority = readFileSync(closed.caFile);
    await send(
      { url: `https://${host}/?policy`, headers: { authorization: set }, file: JSON.stringify(policy) },
      authority,
    );
    const { json } = await ask<PutAnswer>(`${closed.url}/put-sign?ext=jpg`);
    const { withCause } = await provoke(json, json, authority);
    expect(withCause).toMatchObject(isCertainly("denied-explicitly"));
    expect(withCause.sentence).toContain("The bucket's own policy denies PutObject");
  } finally {
    await closed.close();
  }
});

test("a type appended to a signed URL that already has one", async () => {
  const { url, headers } = await putSign();
  await send({ url, headers }, ca);
  const key = url.slice(url.indexOf("/uploads/") + 1);
  const read = await get<{ url: string }>(`object-url?key=${key}`);
  const { xml, cause } = await send(
    { method: "GET", url: `${read.url}&response-content-type=text/html`, file: "" },
    ca,
  );
  const explanation = explain({ error: xml, cause: decodeCause(cause) });
  expect(explanation).toMatchObject(isLikely("signature-mismatch"));
});

describe("size, MD5, overwriting and form", () => {
  test("a POST larger than the policy allows", async () => {
    const { whole, alone } = await post(
      ({ maxBytes }) => ({ file: Buffer.alloc(maxBytes + 1) }),
      "ext=jpg&rule=avatar",
    );
    expect(whole).toMatchObject(isCertainly("too-large"));
    expect(whole.sentence).toBe(
      "The file has 2097153 bytes (2 MiB), but the POST policy's content-length-range allows at most 2097152 bytes (2 MiB).",
    );
    expect(alone).toMatchObject(isCertainly("too-large"));
  });

  test("a POST smaller than the fixed size", async () => {
    const { whole } = await post(() => ({ file: "x" }), "ext=jpg&size=20");
    expect(whole).toMatchObject(isCertainly("too-small"));
    expect(whole.sentence).toContain("allows exactly 20 bytes");
  });

  test("bytes that do not match their MD5", async () => {
    const { whole } = await put(
      () => ({ file: "other bytes of a photo" }),
      `ext=jpg&md5=${createHash("md5").update("the bytes").digest("hex")}`,
    );
    expect(whole).toMatchObject(isCertainly("md5-mismatch"));
  });

  test("an invalid Content-MD5", async () => {
    const { alone } = await put(({ headers }) => ({ headers: { ...headers, "content-md5": "abc" } }));
    expect(alone).toMatchObject(isCertainly("md5-malformed"));
  });

  test("a key that exists and must not be overwritten", async () => {
    const answer = await putSign();
    const headers = { ...answer.headers, "x-cos-forbid-overwrite": "true" };
    expect((await send({ url: answer.url, headers }, ca)).status).toBe(200);
    const { alone } = await provoke({ url: answer.url, headers }, answer, ca);
    expect(alone).toMatchObject(isCertainly("overwrite"));
    expect(alone.sentence).toContain(answer.cosKey);
  });

  test("an invalid policy", async () => {
    const { alone } = await post(({ fields }) => ({ fields: { ...fields, policy: "e30=" } }));
    expect(alone).toMatchObject(isCertainly("post-policy-malformed"));
  });

  test("a body that is not a form", async () => {
    const answer = await postPolicy();
    const { alone } = await provoke({ method: "POST", url: answer.url, file: "x" }, answer, ca);
    expect(alone).toMatchObject(isCertainly("form-malformed"));
  });

  test("an unreadable Authorization", async () => {
    const { alone } = await put(({ headers }) => ({ headers: { ...headers, Authorization: "Bearer abc" } }));
    expect(alone).toMatchObject(isCertainly("malformed-signature"));
  });

  test("a missing object", async () => {
    const read = await get<{ url: string }>("object-url?key=uploads/20260101/nothing.jpg");
    const { alone } = await provoke({ method: "GET", url: read.url, file: "" }, read, ca);
    expect(alone).toMatchObject(isCertainly("no-such-key"));
    expect(alone.sentence).toBe('There is no object "uploads/20260101/nothing.jpg".');
  });
});

test("a browser's page that no CORS rule allows", async () => {
  const answer = await putSign();
  const headers = {
    origin: "https://evil.example",
    "access-control-request-method": "PUT",
    "access-control-request-headers": "authorization",
  };
  const { alone, withRequest } = await provoke(
    { method: "OPTIONS", url: answer.url, headers, file: "" },
    answer,
    ca,
  );
  expect(alone).toMatchObject(isCertainly("cors"));
  expect(withRequest.sentence).toContain('a page of "https://evil.example" may send PUT');
});

test("another bucket's name", async () => {
  const host = "nobody-1250000000.cos.ap-guangzhou.myqcloud.com";
  const { whole, alone } = await put(({ headers }) => ({ headers: { ...headers, host } }));
  expect(whole).toMatchObject(isCertainly("bucket-name"));
  expect(differing(whole)).toEqual(["host"]);
  expect(alone.sentence).toBe(`No bucket answers at "${host}".`);
});

test("no explanation shows a token, a signature or a secret", async () => {
  const signed = await putSign("ext=jpg&type=image/jpeg");
  const form = await postPolicy();
  const other = await putSign();
  const mistakes = await Promise.all([
    put(({ headers }) => ({
      headers: { ...headers, Authorization: tampered(headers["Authorization"] ?? "") },
    })),
    provoke({ url: signed.url, headers: { ...signed.headers, "content-type": "a/b" } }, signed, ca),
    provoke(
      { url: signed.url, headers: { ...signed.headers, "x-cos-security-token": other.securityToken } },
      signed,
      ca,
    ),
    provoke({ url: form.url, fields: { ...form.fields, "q-signature": "1".repeat(40) } }, form, ca),
    signedToken(),
  ]);
  const text = JSON.stringify(mistakes.map(({ alone, whole, withRequest }) => [alone, whole, withRequest]));
  const signature = (authorization: string) => /q-signature=(\w+)/.exec(authorization)?.[1] ?? "none";
  for (const secret of [
    signed.securityToken,
    other.securityToken,
    form.securityToken,
    signature(signed.authorization),
    form.qSignature,
    "1".repeat(40),
    "a signed token",
  ]) {
    expect(text).not.toContain(secret);
  }
});

/** A request whose token is a signed header, as COS's SDK signs it; COS then echoes it in FormatString. */
async function signedToken() {
  const { cosHost: host } = emulator;
  const headers = { host, "x-cos-security-token": "a signed token" };
  const Authorization = sign("PUT", "a.jpg", headers);
  const signed = { cosHost: host, cosKey: "a.jpg", authorization: Authorization, headers };
  const sent = { "x-cos-security-token": "a signed token with a tail", Authorization };
  return await provoke({ url: `https://${host}/a.jpg`, headers: sent }, signed, ca);
}

interface Credentials {
  readonly cosHost: string;
  readonly key: string;
  readonly credentials: {
    readonly TmpSecretId: string;
    readonly TmpSecretKey: string;
    readonly SecurityToken: string;
  };
}

/** A request that a client signed itself with the credentials that it got. */
function withCredentials(
  { cosHost: host, key, credentials }: Credentials,
  method: "PUT" | "GET",
  time = keyTime(),
): Mistake {
  const credential = {
    tmpSecretId: credentials.TmpSecretId,
    tmpSecretKey: credentials.TmpSecretKey,
    securityToken: credentials.SecurityToken,
    startTime: 0,
    expiredTime: 0,
  };
  const Authorization = authorization({ method, key, headers: { host } }, credential, time);
  return {
    method,
    url: objectUrl(host, key, {}),
    headers: { Authorization, "x-cos-security-token": credentials.SecurityToken },
  };
}

/** Signed with the account's own key, or with a wrong one. */
function sign(
  method: "PUT",
  key: string,
  headers: Record<string, string> & { host: string },
  secretKey = emulator.account.secretKey,
  time = keyTime(),
): string {
  const credential = {
    tmpSecretId: emulator.account.secretId,
    tmpSecretKey: secretKey,
    securityToken: "",
    startTime: 0,
    expiredTime: 0,
  };
  return authorization({ method, key, headers }, credential, time);
}

function keyTime() {
  const seconds = Math.floor(now / 1000);
  return { start: seconds - 60, end: seconds + 600 };
}

function tampered(authorization: string): string {
  return authorization.replace(/q-signature=(.)/, (_, first) => `q-signature=${first === "0" ? "1" : "0"}`);
}
