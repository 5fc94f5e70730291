import type { ApiAction, ApiResult } from "../../../cloud-api/listener.ts";
import type { ScfOptions } from "../options.ts";
import { functionResource } from "../resource.ts";
import type { ScfFunction } from "../scf-function.ts";
import type { ScfService } from "../scf-service.ts";
import { triggerAnswer } from "../trigger.ts";

const DEFAULT_LIMIT = 20;

export function listTriggers(scf: ScfService): ApiAction {
  return {
    parameters: new Set(["FunctionName", "Namespace", "Offset", "Limit"]),
    resource: functionResource(scf),
    run({ parameters }) {
      const triggers = triggersAnswer(scf.named(parameters), scf.options);
      const offset = parameters.integer("Offset") ?? 0;
      const limit = parameters.integer("Limit") ?? DEFAULT_LIMIT;
      return { TotalCount: triggers.length, Triggers: triggers.slice(offset, offset + limit) };
    },
  };
}

/** A function's triggers as the API returns them. */
export function triggersAnswer(found: ScfFunction, options: ScfOptions): ApiResult[] {
  const isAddressed = (addedMs: number) => options.clock() >= addedMs + options.transitionMs;
  return [...found.triggers.values()].map((trigger) => triggerAnswer(trigger, isAddressed(trigger.addedMs)));
}
