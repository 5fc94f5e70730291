import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { ANYTHING, callTc3, callV1, NOW, POLICY, RESOURCE, type Sts, startSts } from "./sts-client.ts";

let sts: Sts;
beforeAll(async () => {
  sts = await startSts();
});
afterAll(() => sts.close());

const encode = (policy: unknown) => encodeURIComponent(JSON.stringify(policy));

function federate(changes: Record<string, string | undefined> = {}) {
  return callV1(sts.host, { Name: "cos-sts-nodejs", Policy: encode(POLICY), ...changes });
}

function granting(resource: unknown) {
  return { ...POLICY, statement: [{ ...POLICY.statement[0], resource }] };
}

test("issues a credential that COS knows, with the policy parsed", async () => {
  const { status, response } = await federate({ DurationSeconds: "900" });
  expect(status).toBe(200);
  expect(response.ExpiredTime).toBe(NOW + 900);
  expect(response.Expiration).toBe("2026-03-01T00:15:00Z");
  expect(response.RequestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(sts.store.find(response.Credentials?.TmpSecretId ?? "")).toEqual({
    tmpSecretId: response.Credentials?.TmpSecretId,
    tmpSecretKey: response.Credentials?.TmpSecretKey,
    token: response.Credentials?.Token,
    issuedTime: NOW,
    expiredTime: NOW + 900,
    rights: [
      {
        version: "2.0",
        statements: [
          { effect: "allow", actions: ["name/cos:PutObject"], resources: [RESOURCE], conditions: [] },
        ],
      },
    ],
  });
});

test("lasts half an hour by default", async () => {
  expect((await federate()).response.ExpiredTime).toBe(NOW + 1800);
});

test("lasts two hours at most", async () => {
  expect((await federate({ DurationSeconds: "7200" })).response.ExpiredTime).toBe(NOW + 7200);
});

// https://github.com/tencentyun/cos-demo asks for 18000 seconds in its PHP demos.
test("gives a sub-account's day and a half, with a warning, where the emulator is not strict", async () => {
  const sentences: string[] = [];
  const lenient = await startSts({ onLeniency: (sentence) => sentences.push(sentence) });
  onTestFinished(() => lenient.close());
  const ask = async (DurationSeconds: string) =>
    (await callV1(lenient.host, { Name: "cos", Policy: encode(POLICY), DurationSeconds })).response;
  expect((await ask("7200")).ExpiredTime).toBe(NOW + 7200);
  expect(sentences).toEqual([]);
  expect((await ask("18000")).ExpiredTime).toBe(NOW + 18000);
  expect(sentences).toEqual([expect.stringContaining("only a sub-account's key")]);
  expect((await ask("129601")).Error?.Code).toBe("InvalidParameter.OverTimeError");
});

// https://github.com/apache/fluss/issues/3983: STS takes it, and COS refuses what is asked with the credential.
test("accepts any APPID as a bucket's owner", async () => {
  const Policy = encode(granting([RESOURCE.replace("uid/1250000000", "uid/*")]));
  expect((await federate({ Policy })).response.Error).toBeUndefined();
});

test.each(["*", "uploads-*", "uploads-1250000000", "uploads-1250000000/*"])(
  "accepts the resource %s",
  async (rest) => {
    const Policy = encode(granting([`qcs::cos:ap-guangzhou:uid/1250000000:${rest}`]));
    expect((await federate({ Policy })).response.Error).toBeUndefined();
  },
);

test("requires a region in TC3 form too", async () => {
  const parameters = { Name: "tester", Policy: encode(POLICY) };
  const { response } = await callTc3(sts.host, "GetFederationToken", parameters, {
    headers: { "x-tc-region": "" },
  });
  expect(response.Error?.Code).toBe("MissingParameter");
});

test("accepts the same call in TC3 form", async () => {
  const parameters = { Name: "tester", Policy: encode(POLICY), DurationSeconds: 60 };
  expect((await callTc3(sts.host, "GetFederationToken", parameters)).response.ExpiredTime).toBe(NOW + 60);
});

test.each([
  ["no name", { Name: undefined }, "MissingParameter"],
  // https://github.com/TencentCloud/tencentcloud-sdk-go/issues/37, tencentcloud-sdk-python#21
  ["no region", { Region: undefined }, "MissingParameter"],
  ["an empty region", { Region: "" }, "MissingParameter"],
  ["a region's old name", { Region: "gz" }, "InvalidParameterValue"],
  // https://github.com/tencentyun/qcloud-cos-sts-sdk/issues/25
  [
    "a bucket without its APPID",
    { Policy: encode(granting([RESOURCE.replace(":uploads-1250000000/", ":uploads/")])) },
    "InvalidParameter.ResouceError",
  ],
  ["an invalid name", { Name: "a/b" }, "InvalidParameter.ParamError"],
  ["no policy", { Policy: undefined }, "MissingParameter"],
  ["a policy that is not JSON", { Policy: "allow" }, "InvalidParameter.StrategyFormatError"],
  ["a policy with a broken escape", { Policy: "%7B%" }, "InvalidParameter.StrategyFormatError"],
  [
    "a policy with a principal",
    {
      Policy: encode({
        ...POLICY,
        statement: [{ ...POLICY.statement[0], principal: { qcs: ["qcs::cam::anyone:anyone"] } }],
      }),
    },
    "InvalidParameter.StrategyFormatError",
  ],
  [
    "a policy of another version",
    { Policy: encode({ ...POLICY, version: "1.0" }) },
    "InvalidParameter.StrategyFormatError",
  ],
  [
    "a policy of more than the limit",
    { Policy: encode(granting(Array(80).fill(RESOURCE))) },
    "InvalidParameter.PolicyTooLong",
  ],
  [
    "another account's bucket",
    { Policy: encode(granting([RESOURCE.replace("uid/1250000000", "uid/1250000001")])) },
    "InvalidParameter.GrantOtherResource",
  ],
  [
    "a resource without six parts",
    { Policy: encode(granting(["uploads-1250000000/a.jpg"])) },
    "InvalidParameter.ResouceError",
  ],
  ["more than two hours", { DurationSeconds: "7201" }, "InvalidParameter.OverTimeError"],
  ["zero seconds", { DurationSeconds: "0" }, "InvalidParameter.ParamError"],
  ["a negative time", { DurationSeconds: "-900" }, "InvalidParameter.ParamError"],
  ["a time that is not a number", { DurationSeconds: "NaN" }, "InvalidParameter"],
  ["a parameter of another action", { RoleArn: "x" }, "UnknownParameter"],
])("refuses %s", async (_what, changes, code) => {
  const { status, response } = await federate(changes);
  expect(response.Error?.Code).toBe(code);
  expect(status).toBe(200);
  expect(response.Credentials).toBeUndefined();
});

test("refuses a text in place of a number in TC3 form", async () => {
  const parameters = { Name: "tester", Policy: encode(POLICY), DurationSeconds: "60" };
  const { response } = await callTc3(sts.host, "GetFederationToken", parameters);
  expect(response.Error?.Code).toBe("InvalidParameter");
});

test("refuses a policy that is not a text in TC3 form", async () => {
  const { response } = await callTc3(sts.host, "GetFederationToken", { Name: "tester", Policy: POLICY });
  expect(response.Error?.Code).toBe("InvalidParameter");
});

test("refuses a temporary key, whatever its policy says", async () => {
  const { tmpSecretId, tmpSecretKey, token } = sts.store.issue([ANYTHING], 900, NOW);
  const { response } = await callTc3(
    sts.host,
    "GetFederationToken",
    { Name: "tester", Policy: encode(POLICY) },
    { key: { secretId: tmpSecretId, secretKey: tmpSecretKey }, headers: { "x-tc-token": token } },
  );
  expect(response.Error?.Code).toBe("InvalidParameter.AccessKeyNotSupport");
});
