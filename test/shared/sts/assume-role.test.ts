import { afterEach, expect, test, vi } from "vitest";
import { ServiceError } from "../../../shared/errors.ts";
import { assumeRole } from "../../../shared/sts/assume-role.ts";
import type { SessionPolicy } from "../../../shared/sts/session-policy.ts";
import { type StsRequest, sender } from "../../../shared/sts/transport.ts";
import { expectedSignature, formOf, granted, NOW } from "../../support/sts-answers.ts";

const ROLE_ARN = "qcs::cam::uin/100000000001:roleName/cos-upload";
const AT = { endpoint: "sts.example.com", region: "ap-guangzhou" };
const POLICY: SessionPolicy = { version: "2.0", statement: [] };
const ROLE = {
  TENCENTCLOUD_SECRETID: "AKIDrole",
  TENCENTCLOUD_SECRETKEY: "the-role's-key",
  TENCENTCLOUD_SESSIONTOKEN: "the-role's-token+/=",
};

afterEach(() => vi.unstubAllEnvs());

async function ask(role: Readonly<Record<string, string>> = ROLE) {
  for (const [name, value] of Object.entries(role)) vi.stubEnv(name, value);
  const requests: StsRequest[] = [];
  const send = sender(async (request) => {
    requests.push(request);
    return granted(formOf(request));
  });
  const credential = await assumeRole(ROLE_ARN, AT, POLICY, 600, send);
  return { credential, form: formOf(requests[0] ?? {}) };
}

test("asks for the role with the function's own key and session token, and with the session policy", async () => {
  const { form } = await ask();
  expect(Object.fromEntries(form)).toEqual({
    Action: "AssumeRole",
    DurationSeconds: "600",
    Nonce: expect.stringMatching(/^\d+$/),
    Policy: encodeURIComponent(JSON.stringify(POLICY)),
    Region: AT.region,
    RoleArn: ROLE_ARN,
    RoleSessionName: expect.any(String),
    SecretId: ROLE.TENCENTCLOUD_SECRETID,
    Signature: expect.any(String),
    Timestamp: expect.stringMatching(/^\d{10}$/),
    Token: ROLE.TENCENTCLOUD_SESSIONTOKEN,
    Version: "2018-08-13",
  });
});

test("signs the session token too: an exchanged one is refused", async () => {
  const { form } = await ask();
  expect(form.get("Signature")).toBe(expectedSignature(form, AT.endpoint, ROLE.TENCENTCLOUD_SECRETKEY));
});

test("returns the role's temporary credential", async () => {
  expect((await ask()).credential).toMatchObject({ tmpSecretId: "AKIDtmp", expiredTime: NOW + 600 });
});

test("reads the role's key anew for each call, since SCF may renew it", async () => {
  await ask();
  const { form } = await ask({ TENCENTCLOUD_SECRETID: "AKIDrenewed" });
  expect(form.get("SecretId")).toBe("AKIDrenewed");
});

test.each(Object.keys(ROLE))("without %s the function has no role, as the log says", async (name) => {
  const asked = ask({ ...ROLE, [name]: "" });
  await expect(asked).rejects.toThrow(ServiceError);
  await expect(asked).rejects.toMatchObject({
    code: "CredentialsDenied",
    message: "The service's own role is missing; its log says why.",
    log: { stsError: expect.stringContaining("COS_ROLE_ARN is set") },
  });
});
