import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parsePolicy } from "../../../../packages/cos-emulator/src/cam/parse-policy.ts";
import { ANYTHING, callTc3, callV1, NOW, POLICY, ROLE_ARN, type Sts, startSts } from "./sts-client.ts";

let sts: Sts;
beforeAll(async () => {
  sts = await startSts();
});
afterAll(() => sts.close());

const ROLE_SESSION = { RoleArn: ROLE_ARN, RoleSessionName: "scf-put-sign" };
const encode = (policy: unknown) => encodeURIComponent(JSON.stringify(policy));

function assume(changes: Record<string, string | undefined> = {}) {
  return callV1(sts.host, { Action: "AssumeRole", ...ROLE_SESSION, ...changes });
}

function assumeWith(policyText: string | undefined, changes: { token?: string; issuedAt?: number } = {}) {
  const policy = policyText === undefined ? ANYTHING : parsePolicy(policyText);
  const issued = sts.store.issue([policy], 900, changes.issuedAt ?? NOW);
  return callTc3(sts.host, "AssumeRole", ROLE_SESSION, {
    key: { secretId: issued.tmpSecretId, secretKey: issued.tmpSecretKey },
    headers: { "x-tc-token": changes.token ?? issued.token },
  });
}

test("issues the role's credential for two hours, without a session policy", async () => {
  const { response } = await assume();
  expect(response.ExpiredTime).toBe(NOW + 7200);
  expect(sts.store.find(response.Credentials?.TmpSecretId ?? "")?.rights).toEqual([ANYTHING]);
});

test("narrows the role by a session policy", async () => {
  const { response } = await assume({ Policy: encode(POLICY), DurationSeconds: "43200" });
  expect(response.ExpiredTime).toBe(NOW + 43200);
  expect(sts.store.find(response.Credentials?.TmpSecretId ?? "")?.rights).toEqual([
    ANYTHING,
    parsePolicy(JSON.stringify(POLICY)),
  ]);
});

test("accepts a temporary key with its token, as a function's role has it", async () => {
  expect((await assumeWith(undefined)).response.ExpiredTime).toBe(NOW + 7200);
});

test("accepts a temporary key whose policy allows sts:AssumeRole on the role", async () => {
  const policy = {
    version: "2.0",
    statement: [{ effect: "allow", action: ["name/sts:AssumeRole"], resource: [ROLE_ARN] }],
  };
  const { response } = await assumeWith(
    JSON.stringify({ ...policy, statement: [{ ...policy.statement[0], resource: ["*"] }] }),
  );
  expect(response.Error).toBeUndefined();
});

test("attack: refuses a temporary key that was issued for an upload", async () => {
  const { response } = await assumeWith(JSON.stringify(POLICY));
  expect(response.Error?.Code).toBe("UnauthorizedOperation");
});

test("refuses a temporary key with another's token", async () => {
  const other = sts.store.issue([ANYTHING], 900, NOW);
  expect((await assumeWith(undefined, { token: other.token })).response.Error?.Code).toBe(
    "AuthFailure.TokenFailure",
  );
});

test("refuses a temporary key without a token", async () => {
  expect((await assumeWith(undefined, { token: "" })).response.Error?.Code).toBe("AuthFailure.TokenFailure");
});

test("refuses a temporary key as soon as it has expired", async () => {
  expect((await assumeWith(undefined, { issuedAt: NOW - 899 })).response.Error).toBeUndefined();
  expect((await assumeWith(undefined, { issuedAt: NOW - 900 })).response.Error?.Code).toBe(
    "AuthFailure.TokenFailure",
  );
});

test.each([
  ["no role", { RoleArn: undefined }, "MissingParameter"],
  ["a role's bare name", { RoleArn: "uploader" }, "InvalidParameter.ParamError"],
  ["an unknown role", { RoleArn: `${ROLE_ARN}2` }, "ResourceNotFound.RoleNotFound"],
  [
    "another account's role",
    { RoleArn: "qcs::cam::uin/100000000002:roleName/uploader" },
    "ResourceNotFound.RoleNotFound",
  ],
  // https://cloud.tencent.com/document/api/1312/48197: by its id.
  [
    "a role by an id that is another's name",
    { RoleArn: "qcs::cam::uin/100000000001:role/uploader" },
    "ResourceNotFound.RoleNotFound",
  ],
  [
    "a service's role by its id",
    { RoleArn: "qcs::cam::uin/100000000001:role/tencentcloudServiceRole/4611686018427397920" },
    "ResourceNotFound.RoleNotFound",
  ],
  ["no session name", { RoleSessionName: undefined }, "MissingParameter"],
  ["a session name of one character", { RoleSessionName: "a" }, "InvalidParameter.ParamError"],
  ["a session name with a space", { RoleSessionName: "a b" }, "InvalidParameter.ParamError"],
  ["more than twelve hours", { DurationSeconds: "43201" }, "InvalidParameter.OverTimeError"],
  ["an empty policy", { Policy: "" }, "InvalidParameter.StrategyFormatError"],
  ["undefined as policy", { Policy: "undefined" }, "InvalidParameter.StrategyFormatError"],
])("refuses %s", async (_what, changes, code) => {
  const { response } = await assume(changes);
  expect(response.Error?.Code).toBe(code);
  expect(response.Credentials).toBeUndefined();
});

test("a role is assumed by a service role's name too", async () => {
  const RoleArn = ROLE_ARN.replace(":roleName/", ":role/tencentcloudServiceRoleName/");
  const { response } = await assume({ RoleArn });
  expect(sts.store.find(response.Credentials?.TmpSecretId ?? "")?.rights).toEqual([ANYTHING]);
});

describe("a temporary key that may assume one role", () => {
  const other = "qcs::cam::uin/100000000001:roleName/other";
  const limitedTo = (resource: string, action = "sts:AssumeRole") =>
    JSON.stringify({
      version: "2.0",
      statement: [{ effect: "allow", action: [action], resource: [resource] }],
    });

  test("gets that role's rights, not its own", async () => {
    const { response } = await assumeWith(limitedTo(ROLE_ARN));
    expect(sts.store.find(response.Credentials?.TmpSecretId ?? "")?.rights).toEqual([ANYTHING]);
  });

  test("does not get another, and does not learn whether it exists", async () => {
    expect((await assumeWith(limitedTo(other))).response.Error?.Code).toBe("UnauthorizedOperation");
    const { tmpSecretId, tmpSecretKey, token } = sts.store.issue(
      [parsePolicy(limitedTo(ROLE_ARN))],
      900,
      NOW,
    );
    const { response } = await callTc3(
      sts.host,
      "AssumeRole",
      { ...ROLE_SESSION, RoleArn: other },
      { key: { secretId: tmpSecretId, secretKey: tmpSecretKey }, headers: { "x-tc-token": token } },
    );
    expect(response.Error?.Code).toBe("UnauthorizedOperation");
  });

  test("does not get one by another action", async () => {
    const { response } = await assumeWith(limitedTo("*", "sts:GetFederationToken"));
    expect(response.Error?.Code).toBe("UnauthorizedOperation");
  });
});
