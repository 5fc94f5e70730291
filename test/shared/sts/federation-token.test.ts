import type { AxiosOptions } from "qcloud-cos-sts";
import { expect, test } from "vitest";
import { federationToken } from "../../../shared/sts/federation-token.ts";
import type { SessionPolicy } from "../../../shared/sts/session-policy.ts";
import { type StsRequest, sender } from "../../../shared/sts/transport.ts";
import { expectedSignature, formOf, granted, NOW } from "../../support/sts-answers.ts";

const KEY = { secretId: "AKIDtest", secretKey: "test-secret-key" };
const AT = { endpoint: "sts.example.com:8443", region: "ap-guangzhou" };
const POLICY: SessionPolicy = {
  version: "2.0",
  statement: [{ effect: "allow", action: ["name/cos:PutObject"], resource: ["照片/a b+c"], condition: {} }],
};

async function ask(seconds = 900) {
  const requests: StsRequest[] = [];
  const send = sender(async (request) => {
    requests.push(request);
    return granted(formOf(request));
  });
  const credential = await federationToken(KEY, AT, POLICY, seconds, send);
  return { credential, request: requests[0], form: formOf(requests[0] ?? {}) };
}

test("asks for the policy and the duration, with nothing of the caller's, in one form", async () => {
  const { form, request } = await ask(120);
  expect(request?.method).toBe("POST");
  expect(request?.headers).toMatchObject({
    "content-type": "application/x-www-form-urlencoded",
    Host: AT.endpoint,
  });
  expect(Object.fromEntries(form)).toEqual({
    Action: "GetFederationToken",
    DurationSeconds: "120",
    Name: expect.any(String),
    Nonce: expect.stringMatching(/^\d+$/),
    Policy: encodeURIComponent(JSON.stringify(POLICY)),
    Region: AT.region,
    SecretId: KEY.secretId,
    Signature: expect.any(String),
    Timestamp: expect.stringMatching(/^\d{10}$/),
    Version: "2018-08-13",
  });
});

test("is signed as the API's documentation says, over the host with its port", async () => {
  const { form } = await ask();
  expect(form.get("Signature")).toBe(expectedSignature(form, AT.endpoint, KEY.secretKey));
});

test("returns the credential, timed by STS's clock", async () => {
  const { credential } = await ask(900);
  expect(credential).toEqual({
    tmpSecretId: "AKIDtmp",
    tmpSecretKey: "the-temporary-key",
    securityToken: "the-token",
    startTime: NOW,
    expiredTime: NOW + 900,
  });
});

test("does not change the key, which may be used again", async () => {
  const key = Object.freeze({ ...KEY });
  const address = Object.freeze({ ...AT });
  const send = sender(async (request) => granted(formOf(request)));
  for (let i = 0; i < 2; i += 1) await federationToken(key, address, POLICY, 900, send);
});

test("no two calls in one second share a nonce, which a replay check would refuse", async () => {
  const nonces = new Set<unknown>();
  // The package's own range of 10,001 would almost certainly repeat among this many.
  for (let i = 0; i < 1000; i += 1) nonces.add((await ask()).form.get("Nonce"));
  expect(nonces.size).toBe(1000);
});

test("the package makes one POST to the endpoint through axios, and nothing else that would have to be handled", async () => {
  const asked: object[] = [];
  const send = async (options: AxiosOptions) => {
    asked.push(options);
    return { data: JSON.parse(granted(new URLSearchParams(options.data)).text) };
  };
  await federationToken(KEY, AT, POLICY, 900, send);
  expect(asked).toEqual([
    {
      method: "POST",
      url: "https://sts.example.com:8443/",
      headers: expect.any(Object),
      data: expect.any(String),
    },
  ]);
});
