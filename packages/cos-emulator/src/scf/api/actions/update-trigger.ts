import type { ApiAction } from "../../../cloud-api/listener.ts";
import { readFunctionUrlSettings } from "../function-url.ts";
import { functionResource } from "../resource.ts";
import type { ScfService } from "../scf-service.ts";
import { type Trigger, triggerKey } from "../trigger.ts";
import { readCron, readEnable } from "./create-trigger.ts";
import { namedTrigger } from "./delete-trigger.ts";

/** Opens or closes a trigger, or changes its TriggerDesc; whatever is not given stays unchanged. */
export function updateTrigger(scf: ScfService): ApiAction {
  return {
    parameters: new Set([
      "FunctionName",
      "Namespace",
      "TriggerName",
      "Type",
      "Enable",
      "TriggerDesc",
      "Qualifier",
    ]),
    notEmulated: new Set(["CustomArgument", "Description"]),
    resource: functionResource(scf),
    run({ parameters }) {
      const found = scf.named(parameters);
      const trigger = namedTrigger(found, parameters);
      const desc = parameters.text("TriggerDesc");
      const changed: Trigger = {
        ...(desc === undefined ? trigger : described(trigger, desc)),
        enabled: readEnable(parameters) ?? trigger.enabled,
        modifiedMs: scf.options.clock(),
      };
      found.triggers.set(triggerKey(changed), changed);
      return {};
    },
  };
}

function described(trigger: Trigger, desc: string): Trigger {
  // A COS trigger is identified by its TriggerDesc, which therefore cannot change.
  if (trigger.type === "cos") return trigger;
  return trigger.type === "timer"
    ? { ...trigger, cron: readCron(desc) }
    : { ...trigger, settings: readFunctionUrlSettings(desc) };
}
