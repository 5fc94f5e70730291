import { ApiError, missingParameter } from "../../cloud-api/api-error.ts";
import { list, members, onlyMembers, textMember } from "../../cloud-api/json.ts";
import type { Parameters } from "../../cloud-api/parameters.ts";
import { NAMESPACE, QUALIFIERS } from "./options.ts";

/*
 * What SCF accepts, according to the API's own description of its parameters (CreateFunction,
 * https://cloud.tencent.com/document/api/583/18586), the quotas (583/11637) and the rules for environment variables
 * (583/30228). The codes are those that the official SDKs list for the API.
 */

const FUNCTION_NAME = /^[A-Za-z][\w-]{0,58}[A-Za-z0-9]$/;
const HANDLER = /^[A-Za-z][\w-]{0,58}[A-Za-z]\.[A-Za-z][\w-]{0,58}[A-Za-z]$/;
const DESCRIPTION = /^[A-Za-z0-9 ,.\n\u4e00-\u9fff]{0,1000}$/;
const VARIABLE_NAME = /^[a-zA-Z][a-zA-Z0-9_]*$/;
const RESERVED_PREFIXES = ["SCF_", "QCLOUD_", "TENCENTCLOUD_"];
const MAX_ENVIRONMENT_BYTES = 4096;
const MAX_TIMEOUT_SECONDS = 900;
const DEFAULT_MEMORY_MB = 128;
const DEFAULT_TIMEOUT_SECONDS = 3;
const DEFAULT_HANDLER = "index.main_handler";

/** The runtimes that the emulator accepts; it runs all of them with its own Node.js. */
const RUNTIMES: ReadonlySet<string> = new Set([
  "Nodejs12.16",
  "Nodejs14.18",
  "Nodejs16.13",
  "Nodejs18.15",
  "Nodejs20.19",
  "Nodejs22.21",
  "Nodejs24.11",
]);

/** @throws {ApiError} */
export function readFunctionName(parameters: Parameters): string {
  const name = parameters.requiredText("FunctionName");
  if (!FUNCTION_NAME.test(name)) {
    throw new ApiError(
      "InvalidParameter.FunctionName",
      "FunctionName must be 2 to 60 letters, digits, - and _, begin with a letter, and end with a letter or digit.",
    );
  }
  return name;
}

/** Only the default namespace and the latest version exist. @throws {ApiError} */
export function checkPlace(parameters: Parameters): void {
  const namespace = parameters.text("Namespace") ?? NAMESPACE;
  if (namespace !== NAMESPACE) {
    throw new ApiError("ResourceNotFound.Namespace", `The namespace ${namespace} does not exist.`);
  }
  const qualifier = parameters.text("Qualifier") ?? "$LATEST";
  if (!QUALIFIERS.has(qualifier)) {
    throw new ApiError("InvalidParameterValue.Qualifier", `There is no version ${qualifier}.`);
  }
}

/** @throws {ApiError} */
export function readRuntime(parameters: Parameters): string {
  const runtime = parameters.text("Runtime");
  if (runtime === undefined) throw new ApiError("MissingParameter.Runtime", "Runtime is missing.");
  if (!RUNTIMES.has(runtime)) {
    throw new ApiError("InvalidParameterValue.Runtime", `The emulator has no runtime ${runtime}.`);
  }
  return runtime;
}

/** @throws {ApiError} */
export function readHandler(parameters: Parameters): string | undefined {
  const handler = parameters.text("Handler");
  if (handler !== undefined && !HANDLER.test(handler)) {
    throw new ApiError("InvalidParameterValue.Handler", "Handler is not of the form file.function.");
  }
  return handler;
}

/** @throws {ApiError} when it is not Event, the only type that is emulated */
export function checkType(parameters: Parameters): void {
  const type = parameters.text("Type") ?? "Event";
  if (type !== "Event") {
    throw new ApiError("InvalidParameterValue.Type", `The emulator has no functions of type ${type}.`);
  }
}

/** What CreateFunction and UpdateFunctionConfiguration both set; undefined if not given. */
export interface ConfigurationChange {
  readonly memorySize: number | undefined;
  readonly timeout: number | undefined;
  readonly description: string | undefined;
  /** The name of an execution role; empty for none. */
  readonly role: string | undefined;
  readonly environment: Readonly<Record<string, string>> | undefined;
}

export const CONFIGURATION_PARAMETERS = [
  "MemorySize",
  "Timeout",
  "Description",
  "Environment",
  "Role",
  "PublicNetConfig",
] as const;

/** Other parameters of CreateFunction and UpdateFunctionConfiguration. */
export const NOT_EMULATED: ReadonlySet<string> = new Set([
  "AsyncRunEnable",
  "AutoCreateClsTopic",
  "AutoDeployClsTopicIndex",
  "CfsConfig",
  "ClsLogsetId",
  "ClsTopicId",
  "CodeSource",
  "DeadLetterConfig",
  "DnsCache",
  "IgnoreSysLog",
  "InitTimeout",
  "InstallDependency",
  "InstanceConcurrencyConfig",
  "IntranetConfig",
  "L5Enable",
  "Layers",
  "ProtocolParams",
  "ProtocolType",
  "Publish",
  "Tags",
  "TraceEnable",
  "VpcConfig",
]);

export const NEW_FUNCTION = {
  memorySize: DEFAULT_MEMORY_MB,
  timeout: DEFAULT_TIMEOUT_SECONDS,
  description: "",
  role: "",
  handler: DEFAULT_HANDLER,
  environment: {},
} as const;

/** @throws {ApiError} */
export function readConfiguration(parameters: Parameters): ConfigurationChange {
  checkPublicNet(parameters.raw("PublicNetConfig"));
  return {
    memorySize: readMemory(parameters),
    timeout: readTimeout(parameters),
    description: readDescription(parameters),
    role: readRole(parameters),
    environment: readEnvironment(parameters.raw("Environment")),
  };
}

function readMemory(parameters: Parameters): number | undefined {
  const megabytes = parameters.integer("MemorySize");
  if (megabytes === undefined || megabytes === 64) return megabytes;
  if (megabytes < 128 || megabytes > 3072 || megabytes % 128 !== 0) {
    throw new ApiError(
      "InvalidParameterValue.MemorySize",
      "MemorySize must be 64, or 128 to 3072 in steps of 128.",
    );
  }
  return megabytes;
}

function readTimeout(parameters: Parameters): number | undefined {
  const seconds = parameters.integer("Timeout");
  if (seconds !== undefined && seconds > MAX_TIMEOUT_SECONDS) {
    throw new ApiError("LimitExceeded.Timeout", `Timeout must be at most ${MAX_TIMEOUT_SECONDS} seconds.`);
  }
  if (seconds !== undefined && seconds < 1) {
    throw new ApiError("InvalidParameterValue", "Timeout must be at least 1 second.");
  }
  return seconds;
}

function readDescription(parameters: Parameters): string | undefined {
  const description = parameters.text("Description");
  if (description !== undefined && !DESCRIPTION.test(description)) {
    throw new ApiError(
      "InvalidParameterValue.Description",
      "Description must be at most 1000 letters, digits, spaces, commas, full stops and line feeds.",
    );
  }
  return description;
}

/** @throws {ApiError} */
export function readRole(parameters: Parameters): string | undefined {
  const role = parameters.text("Role");
  if (role !== undefined && !/^[\w+=,.@-]{0,128}$/.test(role)) {
    throw new ApiError("InvalidParameterValue.Role", "Role must be the name of a role.");
  }
  return role;
}

/** Functions here always reach the network. */
function checkPublicNet(value: unknown): void {
  if (value === undefined) return;
  const status = members(value, "PublicNetConfig").get("PublicNetStatus");
  if (status !== "ENABLE" && status !== "DISABLE") {
    throw new ApiError("InvalidParameterValue.PublicNetConfig", "PublicNetStatus must be ENABLE or DISABLE.");
  }
}

function readEnvironment(value: unknown): Readonly<Record<string, string>> | undefined {
  if (value === undefined) return undefined;
  const environment = members(value, "Environment");
  onlyMembers(environment, ["Variables"], "Environment");
  const variables = new Map<string, string>();
  for (const item of list(environment.get("Variables") ?? [], "Environment.Variables")) {
    const variable = members(item, "Environment.Variables[]");
    onlyMembers(variable, ["Key", "Value"], "Environment.Variables[]");
    const key = textMember(variable, "Key", "Environment.Variables[]") ?? "";
    const text = textMember(variable, "Value", "Environment.Variables[]") ?? "";
    checkVariable(key, text, variables);
    variables.set(key, text);
  }
  const bytes = [...variables].reduce((sum, pair) => sum + Buffer.byteLength(pair.join("")), 0);
  if (bytes > MAX_ENVIRONMENT_BYTES) {
    throw new ApiError(
      "InvalidParameterValue.EnvironmentExceededLimit",
      `The environment has ${bytes} bytes; ${MAX_ENVIRONMENT_BYTES} is the limit.`,
    );
  }
  return Object.fromEntries(variables);
}

function checkVariable(key: string, value: string, others: ReadonlyMap<string, string>): void {
  if (!VARIABLE_NAME.test(key)) {
    throw new ApiError("InvalidParameterValue.Environment", "A variable's name is not well-formed.");
  }
  if (RESERVED_PREFIXES.some((prefix) => key.startsWith(prefix))) {
    throw new ApiError("InvalidParameterValue.EnvironmentSystemProtect", `The name ${key} is reserved.`);
  }
  if (value === "") {
    throw new ApiError("InvalidParameterValue.Environment", `The variable ${key} is empty.`);
  }
  if (others.has(key)) {
    throw new ApiError("InvalidParameterValue.Environment", `The variable ${key} occurs twice.`);
  }
}

/** @throws {ApiError} MissingParameter.Code, or MissingParameter */
export function requiredZip(parameters: Parameters): string {
  const direct = parameters.text("ZipFile");
  if (direct !== undefined) return direct;
  const value = parameters.raw("Code");
  if (value === undefined) throw new ApiError("MissingParameter.Code", "Code is missing.");
  const code = members(value, "Code");
  onlyMembers(code, ["ZipFile"], "Code");
  const zip = textMember(code, "ZipFile", "Code");
  if (zip === undefined) throw missingParameter("Code.ZipFile");
  return zip;
}
