/** Why a call to SCF's API did not succeed. */
export interface Refusal {
  /** Such as `CreateFunction`. */
  readonly action: string;
  /** The name of the function or domain that the call was about. */
  readonly about: string;
  /** The API's code, such as `FailedOperation.InsufficientBalance`; or one of {@link OWN_CODES}. */
  readonly code: string;
  readonly requestId: string;
  /** In the platform's words. */
  readonly message: string;
}

/** What advice names, in the terms of the project that is being deployed. */
export interface Terms {
  /** The command line that runs this component's commands, such as `s`. */
  readonly command: string;
  /** The CAM policy that the deploying key needs; undefined when the project has none. */
  readonly policy: string | undefined;
  /** Where the functions' execution role is set, such as `role in s.yaml`. */
  readonly role: string;
}

/** Codes for a call that got no answer from the API. */
export const OWN_CODES = {
  /** There was no HTTP answer. */
  connection: "ConnectionFailed",
  /** An HTTP status other than 200, or a body that is not the API's. */
  http: "UnexpectedAnswer",
} as const;

export class ApiRefusal extends Error {
  override readonly name = "ApiRefusal";
  readonly refusal: Refusal;

  constructor(refusal: Refusal, terms: Terms) {
    super(explain(refusal, terms));
    this.refusal = refusal;
  }

  get code(): string {
    return this.refusal.code;
  }
}

/** Whether the API says that the function does not exist. */
export function isMissing(code: string): boolean {
  return code === "ResourceNotFound" || code.startsWith("ResourceNotFound.Function");
}

/** Whether the call had no effect and the same call may succeed a moment later. */
export function isThrottle(code: string): boolean {
  return code.startsWith("RequestLimitExceeded");
}

/** Whether the call may or may not have taken effect. */
export function isUncertain(code: string): boolean {
  return code === OWN_CODES.connection || code === OWN_CODES.http || code.startsWith("InternalError");
}

/** Whether the function refuses the change until an earlier one is done. */
export function isStateError(code: string): boolean {
  return STATE_ERRORS.has(code);
}

const STATE_ERRORS: ReadonlySet<string> = new Set([
  "FailedOperation.FunctionStatusError",
  "FailedOperation.FunctionNameStatusError",
  "FailedOperation.FunctionVersionStatusNotActive",
  "FailedOperation.OperationConflict",
  "FailedOperation.UpdateFunctionCode",
  "FailedOperation.UpdateFunctionConfiguration",
  "FailedOperation.CreateTrigger",
  "FailedOperation.DeleteFunction",
]);

const SCF_CONSOLE = "https://console.cloud.tencent.com/scf";
const BALANCE_ADVICE = "the account has no balance: top it up, then run this again";
const CLS_ADVICE =
  "open the log service (CLS) once at https://console.cloud.tencent.com/cls, where SCF writes its logs, then run this again";
const OPEN_ADVICE = `open the service once at ${SCF_CONSOLE}, then run this again`;
const REGION_ADVICE = "SCF is not in this region: choose another";
const MAXIMUM_ADVICE = "it is more than this account may use: lower it, or ask Tencent for more";
const ADDRESS_ADVICE =
  "the account does not accept calls from this computer's IP address: change its list, or run this elsewhere";
const STATE_ADVICE = "another change to the function is in progress: run this again in a minute";

/** Codes for a missing role. They do not say which one: SCF's own, or the functions'. */
const ROLE_CODES: ReadonlySet<string> = new Set([
  "FailedOperation.QcsRoleNotFound",
  "FailedOperation.CallRoleFailed",
  "ResourceNotFound.Role",
  "ResourceNotFound.RoleCheck",
  "InternalError.GetRoleError",
  "UnauthorizedOperation.Role",
]);

/** Codes whose names begin like that of a missing permission, and that have nothing to do with one. */
const NOT_PERMISSIONS: ReadonlySet<string> = new Set([
  "UnauthorizedOperation.CodeSecret",
  "UnauthorizedOperation.NotMC",
  "UnauthorizedOperation.Region",
  "UnauthorizedOperation.Role",
  "UnauthorizedOperation.TempCosAppid",
]);

/** What to do, by code. The codes: TencentCloud/tencentcloud-sdk-go, tencentcloud/scf/v20180416/errors.go. */
const ADVICE: ReadonlyMap<string, string> = new Map([
  ["FailedOperation.ClsServiceUnregistered", CLS_ADVICE],
  ["InvalidParameter.Cls", CLS_ADVICE],
  ["FailedOperation.InsufficientBalance", BALANCE_ADVICE],
  ["ResourceUnavailable.InsufficientBalance", BALANCE_ADVICE],
  ["OperationDenied.AccountIsolate", BALANCE_ADVICE],
  ["FailedOperation.UnOpenedService", OPEN_ADVICE],
  ["FailedOperation.OpenService", OPEN_ADVICE],
  ["FailedOperation.ServiceClosed", OPEN_ADVICE],
  ["InvalidParameterValue.Runtime", "choose another runtime, such as Nodejs18.15"],
  ["LimitExceeded.Function", "delete functions that nobody uses, or ask Tencent for a higher quota"],
  [
    "InvalidParameterValue.CosNotifyRuleConflict",
    "another function has a trigger for this event and these keys of the bucket: delete that one in SCF's console, then run this again",
  ],
  [
    "LimitExceeded.Trigger",
    "the bucket or the function has its 10 triggers already: delete one that nobody uses in SCF's console, then run this again",
  ],
  ["FailedOperation.CNAME", "add the domain's CNAME record, then run this again"],
  ["AuthFailure.SecretIdNotFound", "the key does not exist or is disabled: use another one"],
  ["AuthFailure.InvalidSecretId", "the SecretID is not one of a key for the API: create one in CAM"],
  [
    "AuthFailure.MFAFailure",
    "the account asks for a second factor, which a key cannot give: use another key",
  ],
  ["IpInBlacklist", ADDRESS_ADVICE],
  ["IpNotInWhitelist", ADDRESS_ADVICE],
  [
    "RequestSizeLimitExceeded",
    "the function's code is larger than the API takes: remove what it does not need",
  ],
  ["AuthFailure.SignatureFailure", "the SecretKey does not belong to the SecretID: use a matching pair"],
  ["AuthFailure.SignatureExpire", "correct this computer's clock, then run this again"],
  ["AuthFailure.TokenFailure", "the key's token has expired or is of another key: get a new temporary key"],
  ["UnsupportedRegion", REGION_ADVICE],
  ["UnsupportedOperation.NotSupportRegion", REGION_ADVICE],
  ["UnsupportedOperation.Region", REGION_ADVICE],
  ["UnauthorizedOperation.Region", REGION_ADVICE],
  ["LimitExceeded.Memory", MAXIMUM_ADVICE],
  ["LimitExceeded.Timeout", MAXIMUM_ADVICE],
  [OWN_CODES.connection, "check the network, then run this again to continue"],
  [OWN_CODES.http, "run this again in a minute to continue"],
]);

/** What to do, by the beginning of a code, the longest first. */
const FAMILY_ADVICE: readonly (readonly [string, string])[] = [
  ["RequestLimitExceeded", "the account calls the API too often: run this again in a minute"],
  ["InternalError", "the platform failed: run this again in a minute to continue"],
  ["LimitExceeded", "a quota is used up: free some of it, or ask Tencent for more"],
];

/** One sentence: what was refused, the code, the request id, and what to do. */
export function explain(refusal: Refusal, terms: Terms): string {
  const { action, about, code, requestId } = refusal;
  const id = requestId === "" ? "" : `, request ${requestId}`;
  return `${action} was refused for ${about} (${code}${id}): ${advice(refusal, terms)}.`;
}

function advice(refusal: Refusal, terms: Terms): string {
  const { action, about, code, message } = refusal;
  if (isPermission(code)) return permissionAdvice(refusal, terms);
  if (isStateError(code)) return STATE_ADVICE;
  if (ROLE_CODES.has(code)) {
    return `open ${SCF_CONSOLE} once and let it create the role SCF_QcsRole, check that ${terms.role}, if it is set, names an existing role, then run this again`;
  }
  if (action === "GetFunctionLogs" && /^(ActionOffline|InvalidAction|UnsupportedOperation)/.test(code)) {
    return `search the log service at https://console.cloud.tencent.com/cls for SCF_FunctionName:"${about}"`;
  }
  if (code.startsWith("ResourceNotFound.Function")) {
    return `${about} is not on SCF in this region: deploy it with ${terms.command} deploy, then run this again`;
  }
  const known = ADVICE.get(code) ?? FAMILY_ADVICE.find(([family]) => code.startsWith(family))?.[1];
  const words = known ?? message.replace(/\s+/g, " ").replace(/[.\s]+$/, "");
  const hasAnswer = code !== OWN_CODES.connection && code !== OWN_CODES.http;
  return hasAnswer || isReading(action) ? words : `it may or may not have taken effect; ${words}`;
}

function isPermission(code: string): boolean {
  const mayBe = /^(?:UnauthorizedOperation|AuthFailure\.UnauthorizedOperation|CamNoAuth)/.test(code);
  return mayBe && !NOT_PERMISSIONS.has(code);
}

/** Whether an action changes nothing. */
function isReading(action: string): boolean {
  return /^(?:Get|List|Describe)/.test(action);
}

/** Most refusals name the missing permission: `not authorized to perform operation (scf:CreateFunction)`. */
function permissionAdvice({ action, message }: Refusal, { policy }: Terms): string {
  const named = /\(([a-z]+:[A-Za-z]+)\)/.exec(message)?.[1] ?? `scf:${action}`;
  const remedy =
    policy === undefined ? "allow it for its user in CAM" : `attach ${policy} to its user in CAM`;
  return `this key has no permission for ${named}: ${remedy}`;
}
