import { describe, expect, test } from "vitest";
import { explainRefusal } from "../../../../packages/cos-emulator/src/explain-refusal.ts";
import { TEST_ACCOUNT } from "../../../support/account.ts";
import {
  type Answer,
  authorization,
  BUCKET_HOST,
  KEY_TIME,
  START_SECONDS,
  signedHeaders,
  startCos,
  type TestCos,
  urlPath,
} from "./support.ts";

const KEY = "u/1/a.jpg";
const BODY = "bytes";

function put(cos: TestCos, headers: Record<string, string>, key = KEY): Promise<Answer> {
  return cos.send({ method: "PUT", path: urlPath(key), headers, body: BODY });
}

/** A PUT with a temporary key for this one key, which would be stored. */
function goodPut(cos: TestCos, headers: Record<string, string> = {}): Record<string, string> {
  const credential = cos.issue("name/cos:PutObject", KEY);
  return signedHeaders({ method: "PUT", key: KEY, headers: { host: cos.host, ...headers }, credential });
}

test("a temporary key with its token is accepted", async () => {
  const cos = await startCos();
  expect((await put(cos, goodPut(cos))).status).toBe(200);
});

test("a signature for the bucket's own host is accepted with that Host header", async () => {
  const cos = await startCos();
  expect((await put(cos, goodPut(cos, { host: BUCKET_HOST }))).status).toBe(200);
});

test("a header that is not in q-header-list may have any value", async () => {
  const cos = await startCos();
  expect((await put(cos, { ...goodPut(cos), "content-type": "application/json" })).status).toBe(200);
});

describe("a key survives encoding in the URL and the signature:", () => {
  test.each([
    ["目录/照片 图.png"],
    ["a b+c/d  e.jpg"],
    ["it's (a) *star*!.jpg"],
    ["100%/%2F%E4.jpg"],
    ["a?b#c&d=e.jpg"],
    ["a//b/./../c.jpg"],
    ["😀.png"],
  ])("%s", async (key) => {
    const cos = await startCos();
    const headers = signedHeaders({ method: "PUT", key, headers: { host: cos.host } });
    expect((await put(cos, headers, key)).status).toBe(200);
    expect(cos.store.get(key)?.size).toBe(BODY.length);
  });
});

// As flysystem-cos copies a file whose name has a space: it signs the value with a + for it.
test("a header in UTF-8 is not said to have been changed when something else was", async () => {
  const cos = await startCos({ explain: explainRefusal });
  const headers = goodPut(cos, { "x-cos-meta-a": "中 文" });
  // Node writes the head of a request with a text as its body in UTF-8, and otherwise as Latin-1.
  const utf8 = { "x-cos-meta-a": Buffer.from("中 文").toString("latin1") };
  const send = (authorization = "") =>
    cos.send({
      method: "PUT",
      path: urlPath(KEY),
      headers: { ...headers, ...utf8, authorization },
      body: Buffer.from(BODY),
    });
  const { authorization } = headers;
  expect((await send(authorization)).status).toBe(200);
  expect(
    (await send(authorization?.replace(/q-signature=\w{40}/, `q-signature=${"0".repeat(40)}`))).status,
  ).toBe(403);
  expect(cos.log.at(-1)).toMatch(/^cos {3}= Nothing was changed on the way/);
});

describe("is refused with 403 SignatureDoesNotMatch, StringToSign and FormatString:", () => {
  async function expectMismatch(cos: TestCos, answer: Answer): Promise<void> {
    expect(answer.status).toBe(403);
    expect(answer.code).toBe("SignatureDoesNotMatch");
    expect(answer.message).toBe("The Signature you specified is invalid.");
    expect(answer.body.toString()).toMatch(/<StringToSign>sha1\n[\d;]+\n[0-9a-f]{40}\n<\/StringToSign>/);
    expect(answer.body.toString()).toMatch(/<FormatString>(put|post|get)\n/);
    expect(cos.store.all()).toEqual([]);
  }

  test("another key", async () => {
    const cos = await startCos();
    await expectMismatch(cos, await put(cos, goodPut(cos), "u/1/b.jpg"));
  });

  test("another method", async () => {
    const cos = await startCos();
    const headers = signedHeaders({ method: "GET", key: KEY, headers: { host: cos.host } });
    await expectMismatch(cos, await put(cos, headers));
  });

  test("another host", async () => {
    const cos = await startCos({ customDomains: ["files.example.com"] });
    await expectMismatch(cos, await put(cos, { ...goodPut(cos), host: "files.example.com" }));
  });

  test("a changed signed header", async () => {
    const cos = await startCos();
    const headers = goodPut(cos, { "content-type": "image/jpeg" });
    await expectMismatch(cos, await put(cos, { ...headers, "content-type": "text/html" }));
  });

  test("a missing signed header", async () => {
    const cos = await startCos();
    const { "x-cos-forbid-overwrite": _, ...headers } = goodPut(cos, { "x-cos-forbid-overwrite": "true" });
    const answer = await put(cos, headers);
    await expectMismatch(cos, answer);
    expect(answer.headers["x-emulator-reason"]).toBe("signed but not sent: header x-cos-forbid-overwrite");
  });

  test("a repeated signed header", async () => {
    const cos = await startCos();
    const headers = goodPut(cos, { "x-cos-meta-a": "1" });
    const answer = await cos.send({
      method: "PUT",
      path: urlPath(KEY),
      headers: { ...headers, "x-cos-meta-a": ["1", "2"] },
      body: BODY,
    });
    await expectMismatch(cos, answer);
  });

  test("a longer body than the signed content-length", async () => {
    const cos = await startCos();
    const headers = goodPut(cos, { "content-length": "4" });
    await expectMismatch(cos, await put(cos, { ...headers, "content-length": "5" }));
  });

  test("a changed signed parameter", async () => {
    const cos = await startCos();
    const headers = signedHeaders({
      method: "GET",
      key: "",
      headers: { host: cos.host },
      query: { prefix: "u/1/" },
    });
    await expectMismatch(cos, await cos.send({ method: "GET", path: "/?prefix=u%2F2%2F", headers }));
  });

  test("a missing signed parameter", async () => {
    const cos = await startCos();
    const headers = signedHeaders({
      method: "GET",
      key: "",
      headers: { host: cos.host },
      query: { prefix: "u/1/" },
    });
    const answer = await cos.send({ method: "GET", path: "/", headers });
    await expectMismatch(cos, answer);
    expect(answer.headers["x-emulator-reason"]).toBe("signed but not sent: parameter prefix");
  });

  test("the wrong secret key", async () => {
    const cos = await startCos();
    const headers = signedHeaders({ method: "PUT", key: KEY, headers: { host: cos.host }, secretKey: "x" });
    await expectMismatch(cos, await put(cos, headers));
  });

  test("a header removed from the signed list", async () => {
    const cos = await startCos();
    const headers = goodPut(cos, { "content-type": "image/jpeg" });
    const shortened = headers["authorization"]?.replace("content-type;host", "host") ?? "";
    await expectMismatch(cos, await put(cos, { ...headers, authorization: shortened }));
  });

  test("a header added to the signed list, but neither signed nor sent", async () => {
    const cos = await startCos();
    const headers = goodPut(cos);
    const longer = headers["authorization"]?.replace("=host", "=host;x-cos-acl") ?? "";
    const answer = await put(cos, { ...headers, authorization: longer });
    await expectMismatch(cos, answer);
    expect(answer.headers["x-emulator-reason"]).toBe("signed but not sent: header x-cos-acl");
  });

  test("a later end in the key time", async () => {
    const cos = await startCos();
    const headers = goodPut(cos);
    const later = `${KEY_TIME.split(";")[0]};${START_SECONDS + 86_400}`;
    const stretched = headers["authorization"]?.replaceAll(KEY_TIME, later) ?? "";
    await expectMismatch(cos, await put(cos, { ...headers, authorization: stretched }));
  });
});

test("an expired signature is refused with 403 AccessDenied, Request has expired, and the server's time", async () => {
  const cos = await startCos();
  const headers = goodPut(cos);
  cos.advance(840);
  const answer = await put(cos, headers);
  expect(answer.status).toBe(403);
  expect(answer.code).toBe("AccessDenied");
  expect(answer.message).toBe("Request has expired");
  const now = new Date((START_SECONDS + 840) * 1000).toISOString().replace(".000", "");
  expect(answer.body.toString()).toContain(`<ServerTime>${now}</ServerTime>`);
});

test("a signature is valid in its last second", async () => {
  const cos = await startCos();
  const headers = goodPut(cos);
  cos.advance(839);
  expect((await put(cos, headers)).status).toBe(200);
});

test("a signature that is not yet valid is refused with 403 RequestTimeTooSkewed and the server's time", async () => {
  const cos = await startCos();
  const headers = goodPut(cos);
  cos.advance(-66);
  const answer = await put(cos, headers);
  expect([answer.status, answer.code]).toEqual([403, "RequestTimeTooSkewed"]);
  expect(answer.body.toString()).toContain("<ServerTime>");
});

test("a signature that begins up to 5 seconds ahead, like cos-demo's, is accepted, and the log warns of it", async () => {
  const cos = await startCos();
  const headers = goodPut(cos);
  cos.advance(-65);
  expect((await put(cos, headers)).status).toBe(200);
  expect(cos.log[0]).toMatch(
    /^cos warning: q-sign-time starts 5 s in the future, which was allowed; .*product\/436\/7778/,
  );
  expect(cos.log.join("\n")).not.toContain(TEST_ACCOUNT.secretId);
});

test("a strict bucket accepts no signature before it begins", async () => {
  const cos = await startCos({ strictTime: true });
  const headers = goodPut(cos);
  cos.advance(-61);
  expect(await put(cos, headers)).toMatchObject({ status: 403, code: "RequestTimeTooSkewed" });
  cos.advance(-60);
  expect((await put(cos, headers)).status).toBe(200);
  expect(cos.log.join("\n")).not.toContain("warning");
});

test("a signature with times in milliseconds is refused with 403 InvalidSecurity", async () => {
  const cos = await startCos();
  const keyTime = `${START_SECONDS}000;${START_SECONDS + 900}000`;
  const headers = signedHeaders({ method: "PUT", key: KEY, headers: { host: cos.host }, keyTime });
  expect(await put(cos, headers)).toMatchObject({ status: 403, code: "InvalidSecurity" });
});

test("an expired q-sign-time is refused even if q-key-time is still valid", async () => {
  const cos = await startCos();
  const headers = goodPut(cos);
  const over = `q-sign-time=${START_SECONDS - 60};${START_SECONDS - 1}`;
  const changed = headers["authorization"]?.replace(`q-sign-time=${KEY_TIME}`, over) ?? "";
  const answer = await put(cos, { ...headers, authorization: changed });
  expect(answer).toMatchObject({ status: 403, code: "AccessDenied", message: "Request has expired" });
});

test("an expired temporary key is refused with 403 ExpiredToken", async () => {
  const cos = await startCos();
  const credential = cos.issue("name/cos:PutObject", KEY, undefined, 600);
  const headers = signedHeaders({ method: "PUT", key: KEY, headers: { host: cos.host }, credential });
  cos.advance(600);
  expect(await put(cos, headers)).toMatchObject({ status: 403, code: "ExpiredToken" });
});

describe("is refused with 403 InvalidAccessKeyId:", () => {
  test("an unknown key id", async () => {
    const cos = await startCos();
    const headers = signedHeaders({
      method: "PUT",
      key: KEY,
      headers: { host: cos.host },
      secretId: "AKIDx",
    });
    expect(await put(cos, headers)).toMatchObject({ status: 403, code: "InvalidAccessKeyId" });
  });

  test("a key id in another case", async () => {
    const cos = await startCos();
    const secretId = TEST_ACCOUNT.secretId.toLowerCase();
    const headers = signedHeaders({ method: "PUT", key: KEY, headers: { host: cos.host }, secretId });
    expect(await put(cos, headers)).toMatchObject({ status: 403, code: "InvalidAccessKeyId" });
  });

  test("a temporary key without its token", async () => {
    const cos = await startCos();
    const { "x-cos-security-token": _, ...headers } = goodPut(cos);
    const answer = await put(cos, headers);
    expect(answer).toMatchObject({ status: 403, code: "InvalidAccessKeyId" });
    expect(answer.headers["x-emulator-reason"]).toBe(
      "q-ak is a temporary key, but x-cos-security-token is missing",
    );
  });

  test("a temporary key with another's token", async () => {
    const cos = await startCos();
    const foreign = cos.issue("name/cos:PutObject", "*").token;
    const answer = await put(cos, { ...goodPut(cos), "x-cos-security-token": foreign });
    expect(answer).toMatchObject({ status: 403, code: "InvalidAccessKeyId" });
    expect(answer.headers["x-emulator-reason"]).toBe("x-cos-security-token does not belong to this q-ak");
  });
});

describe("is refused with 403 AccessDenied:", () => {
  test("an unsigned request", async () => {
    const cos = await startCos();
    const answer = await put(cos, {});
    expect(answer).toMatchObject({ status: 403, code: "AccessDenied", message: "Access Denied." });
    expect(cos.store.all()).toEqual([]);
  });

  test("an action that the session policy does not allow", async () => {
    const cos = await startCos();
    const credential = cos.issue("name/cos:PostObject", KEY);
    const answer = await put(
      cos,
      signedHeaders({ method: "PUT", key: KEY, headers: { host: cos.host }, credential }),
    );
    expect(answer).toMatchObject({ status: 403, code: "AccessDenied", message: "Access Denied." });
    expect(answer.headers["x-emulator-reason"]).toBe(
      "action name/cos:PutObject is not among name/cos:PostObject",
    );
  });

  test("a key that the session policy does not name, though the signature is valid", async () => {
    const cos = await startCos();
    const credential = cos.issue("name/cos:PutObject", KEY);
    const headers = signedHeaders({
      method: "PUT",
      key: "u/2/a.jpg",
      headers: { host: cos.host },
      credential,
    });
    const answer = await put(cos, headers, "u/2/a.jpg");
    expect(answer).toMatchObject({ status: 403, code: "AccessDenied" });
    expect(answer.headers["x-emulator-reason"]).toMatch(
      /^resource .*\/u\/2\/a\.jpg is not among .*\/u\/1\/a\.jpg$/,
    );
  });

  test.each([
    ["a body over cos:content-length", { numeric_less_than_equal: { "cos:content-length": 4 } }],
    ["another content type", { string_equal: { "cos:content-type": "image/jpeg" } }],
    ["http where https is required", { bool_equal: { "cos:secure-transport": "true" } }],
    ["a missing x-cos-forbid-overwrite", { string_equal: { "cos:x-cos-forbid-overwrite": "true" } }],
    ["another address", { ip_equal: { "qcs:ip": "10.0.0.0/8" } }],
    ["a TLS version without TLS", { numeric_greater_than_equal: { "cos:tls-version": "1.2" } }],
    ["another host", { string_equal: { "cos:host": BUCKET_HOST } }],
  ])("%s", async (_, condition) => {
    const cos = await startCos({ strictTransport: true });
    const credential = cos.issue("name/cos:PutObject", KEY, condition);
    const headers = signedHeaders({ method: "PUT", key: KEY, headers: { host: cos.host }, credential });
    const answer = await put(cos, { ...headers, "content-type": "text/html" });
    expect(answer).toMatchObject({ status: 403, code: "AccessDenied" });
    expect(answer.headers["x-emulator-reason"]).toMatch(/^condition /);
  });
});

test("an upload that meets every condition is accepted", async () => {
  const cos = await startCos({ strictTransport: true });
  const credential = cos.issue("name/cos:PutObject", KEY, {
    numeric_less_than_equal: { "cos:content-length": BODY.length },
    string_equal: { "cos:content-type": "image/jpeg", "cos:x-cos-forbid-overwrite": "true" },
    bool_equal: { "cos:secure-transport": "false" },
    ip_equal: { "qcs:ip": "127.0.0.0/8" },
  });
  const sent = { host: cos.host, "content-type": "image/jpeg", "x-cos-forbid-overwrite": "true" };
  const headers = signedHeaders({ method: "PUT", key: KEY, headers: sent, credential });
  expect((await put(cos, headers)).status).toBe(200);
});

test("an unreadable Authorization is refused with 403 InvalidSecurity", async () => {
  const cos = await startCos();
  expect(await put(cos, { authorization: "Bearer abc" })).toMatchObject({
    status: 403,
    code: "InvalidSecurity",
  });
});

describe("with strict signatures", () => {
  test("a content-type that is not signed is refused with 403 AccessDenied", async () => {
    const cos = await startCos({ strictSignature: true });
    const headers = goodPut(cos, { "content-length": "5" });
    const answer = await put(cos, { ...headers, "content-type": "application/json" });
    expect(answer).toMatchObject({ status: 403, code: "AccessDenied" });
    expect(answer.headers["x-emulator-reason"]).toBe(
      "content-type was sent but is not in q-header-list (strict signatures are on)",
    );
  });

  test("an upload that signs both headers is stored", async () => {
    const cos = await startCos({ strictSignature: true });
    const headers = goodPut(cos, { "content-length": "5", "content-type": "image/jpeg" });
    expect((await put(cos, headers)).status).toBe(200);
  });
});

describe("a signed URL", () => {
  function urlFor(cos: TestCos, credential = cos.issue("name/cos:GetObject", KEY)): string {
    const signed = authorization({ method: "GET", key: KEY, headers: { host: cos.host }, credential });
    return `${urlPath(KEY)}?${signed}&x-cos-security-token=${credential.token}`;
  }

  async function withObject(): Promise<TestCos> {
    const cos = await startCos();
    await put(cos, goodPut(cos));
    return cos;
  }

  test("is accepted with its parts in the query", async () => {
    const cos = await withObject();
    expect((await cos.send({ method: "GET", path: urlFor(cos) })).body.toString()).toBe(BODY);
  });

  test("is accepted with everything in the sign parameter", async () => {
    const cos = await withObject();
    const signed = authorization({ method: "GET", key: KEY, headers: { host: cos.host } });
    const path = `${urlPath(KEY)}?sign=${encodeURIComponent(signed)}`;
    expect((await cos.send({ method: "GET", path })).body.toString()).toBe(BODY);
  });

  test("is refused without its token", async () => {
    const cos = await withObject();
    const path = urlFor(cos).replace(/&x-cos-security-token=.*/, "");
    expect(await cos.send({ method: "GET", path })).toMatchObject({
      status: 403,
      code: "InvalidAccessKeyId",
    });
  });

  test("is refused for another key", async () => {
    const cos = await withObject();
    const path = urlFor(cos).replace("a.jpg", "b.jpg");
    expect(await cos.send({ method: "GET", path })).toMatchObject({
      status: 403,
      code: "SignatureDoesNotMatch",
    });
  });

  test("is refused for another method", async () => {
    const cos = await withObject();
    expect(await cos.send({ method: "DELETE", path: urlFor(cos) })).toMatchObject({
      status: 403,
      code: "SignatureDoesNotMatch",
    });
  });

  test("is refused once it has expired", async () => {
    const cos = await withObject();
    const path = urlFor(cos);
    cos.advance(840);
    expect(await cos.send({ method: "GET", path })).toMatchObject({
      status: 403,
      code: "AccessDenied",
      message: "Request has expired",
    });
  });
});

test("no log line ever contains a signature, a token or a query", async () => {
  const cos = await startCos();
  const headers = goodPut(cos);
  await put(cos, headers);
  await put(cos, { ...headers, "content-type": "a" }, "other");
  const credential = cos.issue("name/cos:GetObject", KEY);
  const signed = authorization({ method: "GET", key: KEY, headers: { host: cos.host }, credential });
  await cos.send({
    method: "GET",
    path: `${urlPath(KEY)}?${signed}&x-cos-security-token=${credential.token}`,
  });
  await expect.poll(() => cos.log).toHaveLength(3);
  const lines = cos.log.join("\n");
  expect(cos.log[0]).toMatch(/^cos PUT \/u\/1\/a\.jpg 200 OK 5 bytes \d+ ms$/);
  expect(cos.log[1]).toMatch(
    /^cos PUT \/other 403 SignatureDoesNotMatch \d+ bytes \d+ ms: the signature was made for/,
  );
  expect(cos.log[2]).toMatch(/^cos GET \/u\/1\/a\.jpg 200 OK 5 bytes \d+ ms$/);
  expect(lines).not.toContain("q-signature");
  expect(lines).not.toContain(credential.token);
  expect(lines).not.toMatch(/[0-9a-f]{40}/);
});
