import { ApiError } from "../../../cloud-api/api-error.ts";
import type { ApiAction } from "../../../cloud-api/listener.ts";
import type { Parameters } from "../../../cloud-api/parameters.ts";
import { checkObjectRule, readObjectRule } from "../cos-trigger.ts";
import { openFunctionUrl, readFunctionUrlSettings } from "../function-url.ts";
import { functionResource } from "../resource.ts";
import type { ScfFunction } from "../scf-function.ts";
import type { ScfService } from "../scf-service.ts";
import { type Trigger, triggerAnswer, triggerKey } from "../trigger.ts";

/** A function's triggers of one type (https://cloud.tencent.com/document/product/583/11637). */
const MAX_OF_ONE_TYPE = 10;
const TRIGGER_NAME = /^[\w-]{1,100}$/;
const COS_TRIGGER_NAME = /^[\w.-]{1,128}$/;
/** Seven fields: second, minute, hour, day, month, weekday, year (https://cloud.tencent.com/document/product/583/9708). */
const CRON = /^\S+(?: \S+){6}$/;

/** https://cloud.tencent.com/document/api/583/18589 */
export function createTrigger(scf: ScfService): ApiAction {
  return {
    parameters: new Set([
      "FunctionName",
      "Namespace",
      "TriggerName",
      "Type",
      "TriggerDesc",
      "Qualifier",
      "Enable",
    ]),
    notEmulated: new Set(["CustomArgument", "Description"]),
    resource: functionResource(scf),
    async run({ parameters }) {
      const found = scf.named(parameters);
      const type = parameters.requiredText("Type");
      const name = readTriggerName(parameters, type);
      const enabled = readEnable(parameters) ?? true;
      found.requireActive("FailedOperation.CreateTrigger");
      checkFree(found, name, type);
      const common = {
        name,
        qualifier: parameters.text("Qualifier") ?? "$LATEST",
        addedMs: scf.options.clock(),
        modifiedMs: scf.options.clock(),
        enabled,
      };
      const desc = parameters.text("TriggerDesc") ?? "";
      const trigger = await makeTrigger(scf, found, type, desc, common);
      found.triggers.set(triggerKey(trigger), trigger);
      return { TriggerInfo: triggerAnswer(trigger, false) };
    },
  };
}

async function makeTrigger(
  scf: ScfService,
  found: ScfFunction,
  type: string,
  desc: string,
  common: Pick<Trigger, "name" | "qualifier" | "addedMs" | "modifiedMs" | "enabled">,
): Promise<Trigger> {
  if (type === "timer") return { ...common, type, cron: readCron(desc) };
  if (type === "cos") {
    const rule = readObjectRule(common.name, desc);
    const trigger: Trigger = { ...common, type, rule };
    if (found.triggers.has(triggerKey(trigger))) {
      throw new ApiError("ResourceInUse.Trigger", "The function already has this COS trigger.");
    }
    checkObjectRule(rule, scf.options);
    return trigger;
  }
  if (type !== "http") {
    throw new ApiError(
      "InvalidParameterValue.Type",
      "The emulator has only triggers of type cos, http and timer.",
    );
  }
  const settings = readFunctionUrlSettings(desc);
  return { ...common, type, settings, url: await openFunctionUrl(scf.listenerOf(found)) };
}

/** Whether to enable the trigger; undefined when the call does not say. @throws {ApiError} */
export function readEnable(parameters: Parameters): boolean | undefined {
  const enable = parameters.text("Enable");
  if (enable === undefined) return undefined;
  if (enable !== "OPEN" && enable !== "CLOSE") {
    throw new ApiError("InvalidParameterValue.Enable", "Enable must be OPEN or CLOSE.");
  }
  return enable === "OPEN";
}

/** A COS trigger may have its bucket's address as its name. @throws {ApiError} InvalidParameterValue.TriggerName */
export function readTriggerName(parameters: Parameters, type: string): string {
  const name = parameters.requiredText("TriggerName");
  const isOfCos = type === "cos";
  if (!(isOfCos ? COS_TRIGGER_NAME : TRIGGER_NAME).test(name)) {
    throw new ApiError(
      "InvalidParameterValue.TriggerName",
      `TriggerName must be ${isOfCos ? "1 to 128 letters, digits, -, _ and ." : "1 to 100 letters, digits, - and _."}`,
    );
  }
  return name;
}

function checkFree(found: ScfFunction, name: string, type: string): void {
  if (found.triggers.has(name)) {
    throw new ApiError("ResourceInUse.TriggerName", `The trigger ${name} already exists.`);
  }
  const same = [...found.triggers.values()].filter((trigger) => trigger.type === type).length;
  // A Function URL is bound one to one to a version (https://cloud.tencent.com/document/product/583/96099).
  if (type === "http" && same > 0) {
    throw new ApiError("ResourceInUse.Trigger", "The function already has a Function URL.");
  }
  if (same >= MAX_OF_ONE_TYPE) {
    throw new ApiError(
      "LimitExceeded.Trigger",
      `A function has at most ${MAX_OF_ONE_TYPE} triggers of one type.`,
    );
  }
}

/** Accepts the expression itself, or the JSON with it that the API returns. */
export function readCron(desc: string): string {
  const cron = /^\{"cron":"([^"\\]*)"\}$/.exec(desc)?.[1] ?? desc;
  if (!CRON.test(cron)) {
    throw new ApiError("InvalidParameterValue.TriggerDesc", "A timer's TriggerDesc must have seven fields.");
  }
  return cron;
}
