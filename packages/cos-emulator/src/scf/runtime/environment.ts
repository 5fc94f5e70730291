/** Thrown for a variable that SCF would not accept; the message contains its name, but never its value. */
export class EnvironmentError extends Error {
  override readonly name = "EnvironmentError";
}

const NAME = /^[a-zA-Z][a-zA-Z0-9_]*$/;
const RESERVED_PREFIXES = ["SCF_", "QCLOUD_", "TENCENTCLOUD_"];
const MAX_BYTES = 4096;

/**
 * Checks the variables that a user gives a function: names, reserved prefixes, no empty value, 4 KB in all.
 * Sources: https://cloud.tencent.com/document/product/583/30228 and 583/11637 (limits).
 *
 * @throws {EnvironmentError}
 */
export function checkUserEnvironment(variables: Readonly<Record<string, string>>): void {
  let bytes = 0;
  for (const [name, value] of Object.entries(variables)) {
    if (!NAME.test(name)) {
      throw new EnvironmentError(`${JSON.stringify(name)} is not a valid name for an environment variable.`);
    }
    const prefix = RESERVED_PREFIXES.find((reserved) => name.startsWith(reserved));
    if (prefix !== undefined) {
      throw new EnvironmentError(
        `The environment variable ${name} starts with ${prefix}, which is reserved.`,
      );
    }
    if (value === "") throw new EnvironmentError(`The environment variable ${name} is empty.`);
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  if (bytes > MAX_BYTES) {
    throw new EnvironmentError(`The environment variables have ${bytes} bytes; ${MAX_BYTES} is the limit.`);
  }
}

/** A function's name and place on the platform. */
export interface FunctionIdentity {
  readonly name: string;
  readonly region: string;
  readonly appId: string;
  readonly ownerUin: string;
  /** @default "Nodejs20.19" */
  readonly runtime?: string;
}

/** The credential that a function with an execution role gets (https://cloud.tencent.com/document/product/583/32389). */
export interface RoleCredential {
  readonly tmpSecretId: string;
  readonly tmpSecretKey: string;
  readonly token: string;
}

export const NAMESPACE = "default";
export const VERSION = "$LATEST";

/**
 * The variables that the platform itself sets (https://cloud.tencent.com/document/product/583/30228), with a fixed
 * PATH and the platform's time zone, not this machine's. Nothing of the emulator's own environment is passed on.
 */
export function platformEnvironment(
  identity: FunctionIdentity,
  codeDirectory: string,
  role?: RoleCredential,
): Record<string, string> {
  return {
    ...(role !== undefined && {
      TENCENTCLOUD_SECRETID: role.tmpSecretId,
      TENCENTCLOUD_SECRETKEY: role.tmpSecretKey,
      TENCENTCLOUD_SESSIONTOKEN: role.token,
    }),
    PATH: "/usr/local/bin:/usr/bin:/bin",
    TZ: "UTC",
    TENCENTCLOUD_RUNENV: "SCF",
    TENCENTCLOUD_REGION: identity.region,
    TENCENTCLOUD_APPID: identity.appId,
    TENCENTCLOUD_UIN: identity.ownerUin,
    TENCENTCLOUD_TZ: "UTC",
    SCF_RUNTIME: identity.runtime ?? "Nodejs20.19",
    SCF_FUNCTIONNAME: identity.name,
    SCF_FUNCTIONVERSION: VERSION,
    SCF_NAMESPACE: NAMESPACE,
    USER_CODE_ROOT: `${codeDirectory}/`,
  };
}

/** A handler's second argument, as on the platform (https://cloud.tencent.com/document/product/583/67790). */
export function invocationContext(
  identity: FunctionIdentity,
  limits: { readonly memoryMb: number; readonly timeoutSeconds: number },
  requestId: string,
): Readonly<Record<string, unknown>> {
  return {
    callbackWaitsForEmptyEventLoop: true,
    memory_limit_in_mb: limits.memoryMb,
    time_limit_in_ms: limits.timeoutSeconds * 1000,
    request_id: requestId,
    environment: JSON.stringify({ SCF_NAMESPACE: NAMESPACE }),
    environ: `SCF_NAMESPACE=${NAMESPACE}`,
    function_version: VERSION,
    function_name: identity.name,
    namespace: NAMESPACE,
    tencentcloud_region: identity.region,
    tencentcloud_appid: identity.appId,
    tencentcloud_uin: identity.ownerUin,
  };
}
