import { createHmac } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TEST_ACCOUNT } from "../../../support/account.ts";
import { callTc3, callV1, NOW, POLICY, type Sts, send, startSts } from "./sts-client.ts";

let sts: Sts;
beforeAll(async () => {
  sts = await startSts();
});
afterAll(() => sts.close());

const FEDERATION = { Name: "tester", Policy: encodeURIComponent(JSON.stringify(POLICY)) };

test.each([
  ["HmacSHA1", {}, {}],
  ["HmacSHA1 named", { SignatureMethod: "HmacSHA1" }, {}],
  ["HmacSHA256", { SignatureMethod: "HmacSHA256" }, {}],
  ["GET", {}, { method: "GET" } as const],
])("accepts %s", async (_what, changes, options) => {
  const { response } = await callV1(sts.host, { ...FEDERATION, ...changes }, options);
  expect(response.Error).toBeUndefined();
});

test.each([0, 300, -300])("accepts a timestamp %i seconds away", async (seconds) => {
  const v1 = await callV1(sts.host, { ...FEDERATION, Timestamp: String(NOW + seconds) });
  const tc3 = await callTc3(sts.host, "GetFederationToken", FEDERATION, { timestamp: NOW + seconds });
  expect([v1.response.Error, tc3.response.Error]).toEqual([undefined, undefined]);
});

test.each([301, -301])("refuses a timestamp %i seconds away", async (seconds) => {
  const v1 = await callV1(sts.host, { ...FEDERATION, Timestamp: String(NOW + seconds) });
  const tc3 = await callTc3(sts.host, "GetFederationToken", FEDERATION, { timestamp: NOW + seconds });
  expect(v1.response.Error?.Code).toBe("AuthFailure.SignatureExpire");
  expect(tc3.response.Error?.Code).toBe("AuthFailure.SignatureExpire");
});

const STRANGER = { secretId: "AKIDStranger", secretKey: TEST_ACCOUNT.secretKey };
const FORGER = { secretId: TEST_ACCOUNT.secretId, secretKey: "guessed" };

test("refuses an unknown SecretId", async () => {
  const v1 = await callV1(sts.host, FEDERATION, { key: STRANGER });
  const tc3 = await callTc3(sts.host, "GetFederationToken", FEDERATION, { key: STRANGER });
  expect(v1.response.Error?.Code).toBe("AuthFailure.SecretIdNotFound");
  expect(tc3.response.Error?.Code).toBe("AuthFailure.SecretIdNotFound");
});

test("refuses a signature made with another key", async () => {
  const v1 = await callV1(sts.host, FEDERATION, { key: FORGER });
  const tc3 = await callTc3(sts.host, "GetFederationToken", FEDERATION, { key: FORGER });
  expect(v1.response.Error?.Code).toBe("AuthFailure.SignatureFailure");
  expect(tc3.response.Error?.Code).toBe("AuthFailure.SignatureFailure");
});

test("refuses a parameter changed after signing", async () => {
  const { response } = await callV1(
    sts.host,
    { ...FEDERATION, DurationSeconds: "7200" },
    { signed: { DurationSeconds: "900" } },
  );
  expect(response.Error?.Code).toBe("AuthFailure.SignatureFailure");
});

test("refuses a signature made for another host", async () => {
  const port = sts.host.split(":")[1];
  const { response } = await send(
    sts.host,
    "POST",
    "/",
    { "content-type": "application/x-www-form-urlencoded", host: `localhost:${port}` },
    signedForm(),
  );
  expect(response.Error?.Code).toBe("AuthFailure.SignatureFailure");
});

function signedForm(): string {
  const form: Record<string, string> = {
    Action: "GetFederationToken",
    ...FEDERATION,
    Nonce: "1",
    SecretId: TEST_ACCOUNT.secretId,
    Timestamp: String(NOW),
    Version: "2018-08-13",
  };
  const text = Object.keys(form)
    .sort()
    .map((name) => `${name}=${form[name]}`)
    .join("&");
  const signature = createHmac("sha1", TEST_ACCOUNT.secretKey).update(`POST${sts.host}/?${text}`);
  return new URLSearchParams({ ...form, Signature: signature.digest("base64") }).toString();
}

test("refuses a permanent key with a token", async () => {
  const { response } = await callV1(sts.host, { ...FEDERATION, Token: "t" });
  expect(response.Error?.Code).toBe("AuthFailure.TokenFailure");
});

test("refuses a broken Authorization header", async () => {
  const { response } = await callTc3(sts.host, "GetFederationToken", FEDERATION, {
    headers: { authorization: "Bearer x" },
  });
  expect(response.Error?.Code).toBe("AuthFailure.InvalidAuthorization");
});

test("refuses another version of the API", async () => {
  const { response } = await callV1(sts.host, { ...FEDERATION, Version: "2017-03-12" });
  expect(response.Error?.Code).toBe("NoSuchVersion");
});

test.each(["GetSessionToken", "constructor", "__proto__"])(
  "refuses the unknown action %s",
  async (action) => {
    const { response } = await callV1(sts.host, { Action: action });
    expect(response.Error?.Code).toBe("InvalidAction");
  },
);

test("refuses an unsigned call", async () => {
  const { status, response } = await send(sts.host, "GET", "/", {}, "");
  expect(status).toBe(200);
  expect(response.Error?.Code).toBe("MissingParameter");
  expect(response.RequestId).toMatch(/^[0-9a-f-]{36}$/);
});

test("refuses PUT", async () => {
  expect((await send(sts.host, "PUT", "/", {}, "")).response.Error?.Code).toBe("UnsupportedProtocol");
});

test("refuses another path", async () => {
  expect((await send(sts.host, "GET", "/v2/index.php", {}, "")).response.Error?.Code).toBe("InvalidRequest");
});

test("refuses a body of more than 10 MB", async () => {
  const { response } = await send(sts.host, "POST", "/", {}, Buffer.alloc(10 * 1024 * 1024 + 1, "a"));
  expect(response.Error?.Code).toBe("RequestSizeLimitExceeded");
});

test("logs outcomes, and never a key, token or signature", async () => {
  const { response } = await callV1(sts.host, FEDERATION);
  const log = sts.logged.join("\n");
  expect(log).toContain(`sts GetFederationToken ok ${response.RequestId}`);
  expect(log).toContain("sts refused AuthFailure.SignatureFailure");
  for (const secret of [TEST_ACCOUNT.secretKey, response.Credentials?.Token ?? "", "Signature="]) {
    expect(log).not.toContain(secret);
  }
});
