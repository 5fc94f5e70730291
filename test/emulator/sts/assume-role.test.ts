import { afterAll, beforeAll, expect, test } from "vitest";
import { parsePolicy } from "../../../emulator/cam/parse-policy.ts";
import { callTc3, callV1, NOW, POLICY, ROLE_ARN, type Sts, startSts } from "./sts-client.ts";

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
  const policy = policyText === undefined ? undefined : parsePolicy(policyText);
  const issued = sts.store.issue(policy, 900, changes.issuedAt ?? NOW);
  return callTc3(sts.host, "AssumeRole", ROLE_SESSION, {
    key: { secretId: issued.tmpSecretId, secretKey: issued.tmpSecretKey },
    headers: { "x-tc-token": changes.token ?? issued.token },
  });
}

test("hands out the role's credential for two hours, without a session policy", async () => {
  const { response } = await assume();
  expect(response.ExpiredTime).toBe(NOW + 7200);
  expect(sts.store.find(response.Credentials?.TmpSecretId ?? "")?.policy).toBeUndefined();
});

test("narrows the role by a session policy", async () => {
  const { response } = await assume({ Policy: encode(POLICY), DurationSeconds: "43200" });
  expect(response.ExpiredTime).toBe(NOW + 43200);
  expect(sts.store.find(response.Credentials?.TmpSecretId ?? "")?.policy?.statements).toHaveLength(1);
});

test("takes a temporary key with its token, as a function's role has it", async () => {
  expect((await assumeWith(undefined)).response.ExpiredTime).toBe(NOW + 7200);
});

test("takes a temporary key whose policy allows sts:AssumeRole on the role", async () => {
  const policy = {
    version: "2.0",
    statement: [{ effect: "allow", action: ["name/sts:AssumeRole"], resource: [ROLE_ARN] }],
  };
  const { response } = await assumeWith(
    JSON.stringify({ ...policy, statement: [{ ...policy.statement[0], resource: ["*"] }] }),
  );
  expect(response.Error).toBeUndefined();
});

test("refuses a temporary key that was handed out for an upload", async () => {
  const { response } = await assumeWith(JSON.stringify(POLICY));
  expect(response.Error?.Code).toBe("UnauthorizedOperation");
});

test("refuses a temporary key with another's token", async () => {
  const other = sts.store.issue(undefined, 900, NOW);
  expect((await assumeWith(undefined, { token: other.token })).response.Error?.Code).toBe(
    "AuthFailure.TokenFailure",
  );
});

test("refuses a temporary key without a token", async () => {
  expect((await assumeWith(undefined, { token: "" })).response.Error?.Code).toBe("AuthFailure.TokenFailure");
});

test("refuses a temporary key from the second it expires", async () => {
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
  ["no session name", { RoleSessionName: undefined }, "MissingParameter"],
  ["a session name of one character", { RoleSessionName: "a" }, "InvalidParameter.ParamError"],
  ["a session name with a space", { RoleSessionName: "a b" }, "InvalidParameter.ParamError"],
  ["more than twelve hours", { DurationSeconds: "43201" }, "InvalidParameter.OverTimeError"],
  ["an empty policy", { Policy: "" }, "InvalidParameter.StrategyFormatError"],
  ["the policy undefined", { Policy: "undefined" }, "InvalidParameter.StrategyFormatError"],
])("refuses %s", async (_what, changes, code) => {
  const { response } = await assume(changes);
  expect(response.Error?.Code).toBe(code);
  expect(response.Credentials).toBeUndefined();
});
