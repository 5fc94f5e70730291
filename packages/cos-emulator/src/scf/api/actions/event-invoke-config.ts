import { ApiError, missingParameter } from "../../../cloud-api/api-error.ts";
import { list, members, onlyMembers } from "../../../cloud-api/json.ts";
import type { ApiAction } from "../../../cloud-api/listener.ts";
import type { EventInvokeConfig } from "../../runtime/async-invoker.ts";
import { functionResource } from "../resource.ts";
import type { ScfService } from "../scf-service.ts";

/** We could not find out the limits of the retries and of an event's lifetime: any whole number is accepted. */
export function updateFunctionEventInvokeConfig(scf: ScfService): ApiAction {
  return {
    parameters: new Set(["FunctionName", "Namespace", "AsyncTriggerConfig"]),
    resource: functionResource(scf),
    run({ parameters }) {
      const found = scf.named(parameters);
      found.eventInvokeConfig = readConfig(parameters.raw("AsyncTriggerConfig"));
      return {};
    },
  };
}

/** https://www.tencentcloud.com/document/product/583/39921 */
export function getFunctionEventInvokeConfig(scf: ScfService): ApiAction {
  return {
    parameters: new Set(["FunctionName", "Namespace", "Qualifier"]),
    resource: functionResource(scf),
    run({ parameters }) {
      const { retries, ttlSeconds } = scf.named(parameters).eventInvokeConfig;
      return { AsyncTriggerConfig: { RetryConfig: [{ RetryNum: retries }], MsgTTL: ttlSeconds } };
    },
  };
}

/** https://www.tencentcloud.com/document/product/583/39920, whose example keeps an event for 3600 seconds. */
function readConfig(value: unknown): EventInvokeConfig {
  const name = "AsyncTriggerConfig";
  if (value === undefined) throw missingParameter(name);
  const config = members(value, name);
  onlyMembers(config, ["RetryConfig", "MsgTTL"], name);
  const retry = list(config.get("RetryConfig") ?? [], `${name}.RetryConfig`);
  if (retry.length !== 1) {
    throw new ApiError("InvalidParameterValue", `${name}.RetryConfig must have one member, with RetryNum.`);
  }
  const first = members(retry[0], `${name}.RetryConfig.0`);
  onlyMembers(first, ["RetryNum"], `${name}.RetryConfig.0`);
  return {
    retries: wholeNumber(first.get("RetryNum"), `${name}.RetryConfig.0.RetryNum`, 0),
    ttlSeconds: wholeNumber(config.get("MsgTTL"), `${name}.MsgTTL`, 1),
  };
}

function wholeNumber(value: unknown, name: string, least: number): number {
  if (value === undefined || value === null) throw missingParameter(name);
  if (typeof value !== "number" || !Number.isSafeInteger(value)) {
    throw new ApiError("InvalidParameter", `The value of the parameter \`${name}\` is not an integer.`);
  }
  if (value < least) throw new ApiError("InvalidParameterValue", `${name} must be at least ${least}.`);
  return value;
}
