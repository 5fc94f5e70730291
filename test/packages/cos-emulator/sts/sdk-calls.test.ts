import { afterEach, expect, test } from "vitest";
import { callTc3, callV1, POLICY, RESOURCE, ROLE_ARN, type Sts, startSts } from "./sts-client.ts";

let sts: Sts | undefined;

afterEach(() => sts?.close());

const POLICY_TEXT = JSON.stringify(POLICY);

/** The parameters that Tencent's STS SDKs send (tencentyun/qcloud-cos-sts-sdk), apart from the common ones. */
test.each([
  [
    "Go's GetCredential",
    { Policy: encodeURIComponent(POLICY_TEXT), Name: "cos-sts-go", DurationSeconds: "1800" },
  ],
  [
    "Go's GetRoleCredential",
    {
      Action: "AssumeRole",
      Policy: encodeURIComponent(POLICY_TEXT),
      RoleArn: ROLE_ARN,
      RoleSessionName: "cos-sts-go",
      DurationSeconds: "1800",
    },
  ],
  ["Java's getCredential", { Policy: POLICY_TEXT, Name: "cos-sts-java", DurationSeconds: "1800" }],
  [
    "Java's getRoleCredential, with a policy that is not encoded",
    {
      Action: "AssumeRole",
      Policy: POLICY_TEXT,
      RoleArn: ROLE_ARN,
      RoleSessionName: "cos-sts-java",
      SignatureMethod: "HmacSHA256",
    },
  ],
  [
    "Python's get_role_credential",
    {
      Action: "AssumeRole",
      Policy: encodeURIComponent(POLICY_TEXT),
      RoleArn: ROLE_ARN,
      RoleSessionName: "cos-sts-python",
      DurationSeconds: "1800",
    },
  ],
])("%s gets a credential for its policy", async (_, parameters) => {
  sts = await startSts();
  const { response } = await callV1(sts.host, parameters);
  expect(response.Error).toBeUndefined();
  const issued = sts.store.find(response.Credentials?.TmpSecretId ?? "");
  expect(issued?.rights.flatMap(({ statements }) => statements).at(-1)?.resources).toEqual([RESOURCE]);
});

test("an action that the emulated STS lacks is refused with the list of its actions", async () => {
  sts = await startSts();
  const { response } = await callTc3(sts.host, "AssumeRoleWithWebIdentity", {});
  expect(response.Error).toEqual({
    Code: "InvalidAction",
    Message: "The action is not one of GetFederationToken, AssumeRole.",
  });
});
