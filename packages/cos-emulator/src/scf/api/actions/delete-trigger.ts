import { ApiError } from "../../../cloud-api/api-error.ts";
import type { ApiAction } from "../../../cloud-api/listener.ts";
import type { Parameters } from "../../../cloud-api/parameters.ts";
import { objectRuleDesc, readObjectRule } from "../cos-trigger.ts";
import { functionResource } from "../resource.ts";
import type { ScfFunction } from "../scf-function.ts";
import type { ScfService } from "../scf-service.ts";
import { type Trigger, triggerKey } from "../trigger.ts";
import { readTriggerName } from "./create-trigger.ts";

/** https://cloud.tencent.com/document/api/583/18588 */
export function deleteTrigger(scf: ScfService): ApiAction {
  return {
    parameters: new Set(["FunctionName", "Namespace", "TriggerName", "Type", "TriggerDesc", "Qualifier"]),
    resource: functionResource(scf),
    async run({ parameters }) {
      const found = scf.named(parameters);
      const trigger = namedTrigger(found, parameters);
      found.triggers.delete(triggerKey(trigger));
      if (trigger.type === "http") await trigger.url.close();
      return {};
    },
  };
}

/**
 * The trigger that a call names with its type. Those of type cos share the name of their bucket, so TriggerDesc must
 * say which one it is (https://cloud.tencent.com/document/api/583/18588).
 *
 * @throws {ApiError} ResourceNotFound.Trigger
 */
export function namedTrigger(found: ScfFunction, parameters: Parameters): Trigger {
  const type = parameters.requiredText("Type");
  const name = readTriggerName(parameters, type);
  const rule = type === "cos" ? readObjectRule(name, parameters.requiredText("TriggerDesc")) : undefined;
  const key = rule === undefined ? name : `${name} ${objectRuleDesc(rule)}`;
  const trigger = found.triggers.get(key);
  if (trigger === undefined || trigger.type !== type) {
    throw new ApiError("ResourceNotFound.Trigger", `The trigger ${name} does not exist.`);
  }
  return trigger;
}
