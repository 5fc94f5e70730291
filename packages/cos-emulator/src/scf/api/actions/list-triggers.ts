import type { ApiAction, ApiResult } from "../../../cloud-api/listener.ts";
import type { ScfOptions } from "../options.ts";
import { inOrder } from "../order.ts";
import { functionResource } from "../resource.ts";
import type { ScfFunction } from "../scf-function.ts";
import type { ScfService } from "../scf-service.ts";
import { type Trigger, triggerAnswer } from "../trigger.ts";

const DEFAULT_LIMIT = 20;

export function listTriggers(scf: ScfService): ApiAction {
  return {
    parameters: new Set(["FunctionName", "Namespace", "Offset", "Limit", "OrderBy", "Order"]),
    notEmulated: new Set(["Filters"]),
    resource: functionResource(scf),
    run({ parameters }) {
      const triggers = inOrder([...scf.named(parameters).triggers.values()], parameters, {
        mod_time: ({ modifiedMs }) => modifiedMs,
        add_time: ({ addedMs }) => addedMs,
      }).map((trigger) => answerOf(trigger, scf.options));
      const offset = parameters.integer("Offset") ?? 0;
      const limit = parameters.integer("Limit") ?? DEFAULT_LIMIT;
      return { TotalCount: triggers.length, Triggers: triggers.slice(offset, offset + limit) };
    },
  };
}

/** A function's triggers as the API returns them. */
export function triggersAnswer(found: ScfFunction, options: ScfOptions): ApiResult[] {
  return [...found.triggers.values()].map((trigger) => answerOf(trigger, options));
}

function answerOf(trigger: Trigger, { clock, transitionMs }: ScfOptions): ApiResult {
  return triggerAnswer(trigger, clock() >= trigger.addedMs + transitionMs);
}
