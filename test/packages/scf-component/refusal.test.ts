import { expect, test } from "vitest";
import { redact } from "../../../packages/scf-component/src/errors.ts";
import { explain } from "../../../packages/scf-component/src/refusal.ts";
import { TERMS } from "./support.ts";

const REFUSAL = { action: "CreateFunction", about: "put-sign", requestId: "r-1", message: "in their words." };

test.each([
  ["FailedOperation.ClsServiceUnregistered", "open the log service (CLS) once"],
  [
    "FailedOperation.QcsRoleNotFound",
    "open https://console.cloud.tencent.com/scf once and let it create the role SCF_QcsRole",
  ],
  [
    "FailedOperation.CallRoleFailed",
    "open https://console.cloud.tencent.com/scf once and let it create the role SCF_QcsRole",
  ],
  ["FailedOperation.InsufficientBalance", "the account has no balance: top it up"],
  ["ResourceUnavailable.InsufficientBalance", "the account has no balance: top it up"],
  ["FailedOperation.UnOpenedService", "open the service once"],
  [
    "UnauthorizedOperation",
    "this key has no permission for scf:CreateFunction: allow it for its user in CAM",
  ],
  ["UnauthorizedOperation.CAM", "this key has no permission for scf:CreateFunction"],
  ["AuthFailure.UnauthorizedOperation", "this key has no permission for scf:CreateFunction"],
  ["AuthFailure.SecretIdNotFound", "the key does not exist or is disabled"],
  ["AuthFailure.SignatureFailure", "the SecretKey does not belong to the SecretID"],
  // The API's common codes, https://cloud.tencent.com/document/api/583/30771.
  ["AuthFailure.InvalidSecretId", "the SecretID is not one of a key for the API"],
  ["AuthFailure.MFAFailure", "the account asks for a second factor"],
  ["IpNotInWhitelist", "the account does not accept calls from this computer's IP address"],
  // https://github.com/1908002701/JD/issues/11
  ["RequestSizeLimitExceeded", "the function's code is larger than the API takes"],
  ["AuthFailure.SignatureExpire", "correct this computer's clock"],
  ["RequestLimitExceeded", "the account calls the API too often"],
  ["RequestLimitExceeded.UinLimitExceeded", "the account calls the API too often"],
  ["LimitExceeded.Function", "delete functions that nobody uses"],
  ["LimitExceeded.TotalConcurrencyMemory", "a quota is used up"],
  // TencentCloud/tencentcloud-sdk-go, tencentcloud/scf/v20180416/errors.go, says what each code means.
  ["LimitExceeded.Memory", "it is more than this account may use: lower it"],
  ["LimitExceeded.Timeout", "it is more than this account may use: lower it"],
  ["UnauthorizedOperation.Region", "SCF is not in this region"],
  ["UnsupportedOperation.Region", "SCF is not in this region"],
  ["UnsupportedOperation.NotSupportRegion", "SCF is not in this region"],
  [
    "UnauthorizedOperation.Role",
    "open https://console.cloud.tencent.com/scf once and let it create the role",
  ],
  ["UnauthorizedOperation.TempCosAppid", "in their words"],
  ["UnauthorizedOperation.NotMC", "in their words"],
  ["UnauthorizedOperation.DeleteTrigger", "this key has no permission for scf:CreateFunction"],
  ["AuthFailure.TokenFailure", "the key's token has expired or is of another key"],
  ["FailedOperation.FunctionStatusError", "another change to the function is in progress"],
  ["InternalError.System", "the platform failed"],
  ["InvalidParameterValue.Runtime", "choose another runtime, such as Nodejs18.15"],
  ["InvalidParameterValue.Environment", "in their words"],
  ["ResourceNotFound.Function", "put-sign is not on SCF in this region: deploy it with s deploy, then"],
  ["ConnectionFailed", "it may or may not have taken effect; check the network"],
])("%s becomes one sentence that says what to do", (code, advice) => {
  const sentence = explain({ ...REFUSAL, code }, TERMS);
  expect(sentence).toMatch(/^CreateFunction was refused for put-sign \(.*, request r-1\): .*[^.]\.$/);
  expect(sentence).toContain(`(${code}, request r-1): ${advice}`);
  expect(sentence).not.toContain("\n");
});

test.each(["ConnectionFailed", "UnexpectedAnswer"])(
  "says that reading has no effect, whatever the outcome: %s",
  (code) => {
    const sentence = explain({ ...REFUSAL, action: "GetFunction", code }, TERMS);
    expect(sentence).toContain("run this again");
    expect(sentence).not.toContain("effect");
  },
);

test("a missing role may be the functions' own", () => {
  expect(explain({ ...REFUSAL, code: "FailedOperation.QcsRoleNotFound" }, TERMS)).toContain(
    "check that role in s.yaml, if it is set, names an existing role",
  );
});

test("names the missing permission that the platform names", () => {
  const message = "you are not authorized to perform operation (cam:PassRole)\nresource (qcs::cam::uin/1:…)";
  expect(explain({ ...REFUSAL, code: "UnauthorizedOperation", message }, TERMS)).toContain(
    "no permission for cam:PassRole:",
  );
});

test("names the project's own policy and command line", () => {
  const own = { command: "make functions-", policy: "cam/deployer.json", role: "ROLE" };
  const sentence = (code: string) => explain({ ...REFUSAL, code }, own);
  expect(sentence("UnauthorizedOperation")).toMatch(/: attach cam\/deployer\.json to its user in CAM\.$/);
  expect(sentence("ResourceNotFound.Function")).toContain("deploy it with make functions- deploy, then");
  expect(sentence("FailedOperation.QcsRoleNotFound")).toContain("check that ROLE, if it is set,");
});

test("hides a secret in the platform's message", () => {
  expect(redact("Value a-secret-value is wrong, a-secret-value!", ["a-secret-value"])).toBe(
    "Value *** is wrong, ***!",
  );
});
