import { ApiError } from "../../../cloud-api/api-error.ts";
import type { ApiAction } from "../../../cloud-api/listener.ts";
import type { Parameters } from "../../../cloud-api/parameters.ts";
import { functionResource } from "../resource.ts";
import type { ScfFunction } from "../scf-function.ts";
import type { ScfService } from "../scf-service.ts";
import type { Trigger } from "../trigger.ts";
import { readTriggerName } from "./create-trigger.ts";

/** https://cloud.tencent.com/document/api/583/18588 */
export function deleteTrigger(scf: ScfService): ApiAction {
  return {
    parameters: new Set(["FunctionName", "Namespace", "TriggerName", "Type", "TriggerDesc", "Qualifier"]),
    resource: functionResource(scf),
    async run({ parameters }) {
      const found = scf.named(parameters);
      const trigger = namedTrigger(found, parameters);
      found.triggers.delete(trigger.name);
      if (trigger.type === "http") await trigger.url.close();
      return {};
    },
  };
}

/** The trigger that a call names with its type. @throws {ApiError} ResourceNotFound.Trigger */
export function namedTrigger(found: ScfFunction, parameters: Parameters): Trigger {
  const name = readTriggerName(parameters);
  const trigger = found.triggers.get(name);
  if (trigger === undefined || trigger.type !== parameters.requiredText("Type")) {
    throw new ApiError("ResourceNotFound.Trigger", `The trigger ${name} does not exist.`);
  }
  return trigger;
}
