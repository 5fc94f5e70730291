import { type CosTrigger, type DeployedCosTrigger, isSameTrigger } from "./cos-trigger.ts";
import type { DeployedFunction } from "./observe.ts";
import { isOwn } from "./ownership.ts";
import type { FunctionSpec, Project } from "./project.ts";

/** The function that SCF calls. A built function is always index.js. */
export const HANDLER = "index.main_handler";

/** The name of a function's timer. */
export const TIMER_NAME = "timer";

/** One change to a function. */
export type FunctionChange =
  | { readonly kind: "create" }
  /** A function whose creation failed must be deleted first (https://cloud.tencent.com/document/api/583/115197). */
  | { readonly kind: "recreate"; readonly status: string }
  | { readonly kind: "configure"; readonly differences: readonly string[] }
  | { readonly kind: "code" }
  | { readonly kind: "url" }
  | {
      readonly kind: "timer";
      readonly cron: string;
      /** Whether an existing timer must go first: it has another time, or is switched off. */
      readonly replaces: boolean;
    }
  | { readonly kind: "cos"; readonly trigger: CosTrigger }
  /** Removes a trigger that the project does not ask for. */
  | { readonly kind: "no-cos"; readonly trigger: DeployedCosTrigger };

/** The changes to a function, in the order in which to make them. */
export function planFunction(
  spec: FunctionSpec,
  deployed: DeployedFunction | undefined,
  hasSameCode: boolean,
): FunctionChange[] {
  const triggers: FunctionChange[] = [
    ...(spec.url && deployed?.functionUrl === undefined ? [{ kind: "url" } as const] : []),
    ...planTimer(spec.timer, deployed?.timers ?? []),
    ...planCos(spec.cos, deployed?.cosTriggers ?? []),
  ];
  if (deployed === undefined) return [{ kind: "create" }, ...triggers];
  const { status } = deployed;
  if (["CreateFailed", "DeleteFailed"].includes(status)) return [{ kind: "recreate", status }, ...triggers];
  const differences = configurationDifferences(spec, deployed);
  // After a failed update, the state of the function is unknown, so everything is sent again.
  const isUnsure = status === "UpdateFailed";
  return [
    ...(differences.length > 0 || isUnsure ? [{ kind: "configure", differences } as const] : []),
    ...(!hasSameCode || isUnsure || deployed.handler !== HANDLER ? [{ kind: "code" } as const] : []),
    ...triggers,
  ];
}

function planTimer(cron: string | undefined, timers: DeployedFunction["timers"]): FunctionChange[] {
  if (cron === undefined || timers.some((timer) => timer.isOpen && timer.cron === cron)) return [];
  const replaces = timers.some(({ triggerName }) => triggerName === TIMER_NAME);
  return [{ kind: "timer", cron, replaces }];
}

/** Old triggers go first: COS does not accept a second one for the same event and keys. */
function planCos(wanted: readonly CosTrigger[], there: readonly DeployedCosTrigger[]): FunctionChange[] {
  const isThere = (trigger: CosTrigger) => there.some((one) => isSameTrigger(trigger, one));
  const isWanted = (trigger: DeployedCosTrigger) => wanted.some((one) => isSameTrigger(one, trigger));
  return [
    ...there.flatMap((trigger) => (isWanted(trigger) ? [] : [{ kind: "no-cos", trigger } as const])),
    ...wanted.flatMap((trigger) => (isThere(trigger) ? [] : [{ kind: "cos", trigger } as const])),
  ];
}

/** How a deployed function's configuration differs. Variables are named without their values. */
function configurationDifferences(spec: FunctionSpec, deployed: DeployedFunction): string[] {
  const wanted = new Map(Object.entries(spec.environment));
  const present = new Map(Object.entries(deployed.environment).filter(([name]) => !isPlatforms(name)));
  const added = [...wanted.keys()].filter((name) => !present.has(name)).map((name) => `+${name}`);
  const changed = [...wanted].flatMap(([name, value]) =>
    present.has(name) && present.get(name) !== value ? [`~${name}`] : [],
  );
  const removed = [...present.keys()].filter((name) => !wanted.has(name)).map((name) => `-${name}`);
  const variables = [...added, ...changed, ...removed];
  return [
    ...(spec.memorySize === deployed.memorySize
      ? []
      : [`memory ${deployed.memorySize} to ${spec.memorySize} MB`]),
    ...(spec.timeout === deployed.timeout ? [] : [`timeout ${deployed.timeout} to ${spec.timeout} s`]),
    ...(variables.length > 0 ? [`variables ${variables.join(" ")}`] : []),
    ...(spec.role === deployed.role ? [] : [`role ${deployed.role || "none"} to ${spec.role || "none"}`]),
    ...(deployed.description === spec.description ? [] : ["description"]),
  ];
}

/** Whether the platform added the variable, so that it must not be removed. */
function isPlatforms(name: string): boolean {
  return /^(SCF|QCLOUD|TENCENTCLOUD)_/.test(name);
}

/** Why an existing function must not be changed, a sentence for each problem. */
export function functionProblems(
  spec: FunctionSpec,
  deployed: DeployedFunction | undefined,
  { template, terms, projectName }: Project,
): string[] {
  const { functionName: name } = spec;
  if (deployed === undefined) return [];
  if (!isOwn(deployed, projectName)) {
    return [
      `The function ${name} exists and is not this project's: set ${template.name(["namePrefix"])}, for example to my-, so that this project's function gets another name.`,
    ];
  }
  if (deployed.isOutOfBalance) return [`The account has no balance left and ${name} is stopped: top it up.`];
  if (deployed.runtime !== spec.runtime && deployed.status !== "CreateFailed") {
    return [
      `The function ${name} has the runtime ${deployed.runtime}, which SCF cannot change to ${spec.runtime}: set ${template.name(["runtime"])} to ${deployed.runtime}, or remove the function first with ${terms.command} remove.`,
    ];
  }
  if (spec.url && deployed.functionUrl?.isOpen === false) {
    return [
      `The Function URL of ${name} is switched off or requires CAM signatures, so clients cannot call it: delete it in SCF's console, then run this again to create an open one.`,
    ];
  }
  return [];
}

/** A change in words. */
export function describe(spec: FunctionSpec, change: FunctionChange): string {
  const { runtime, memorySize, timeout, environment } = spec;
  const settings = `${runtime}, ${memorySize} MB, ${timeout} s, variables ${Object.keys(environment).join(" ")}`;
  switch (change.kind) {
    case "create":
      return `create: ${settings}`;
    case "recreate":
      return `delete, since it is ${change.status}, and create: ${settings}`;
    case "configure":
      return `update the configuration: ${change.differences.join(", ") || "all of it"}`;
    case "code":
      return "update the code";
    case "url":
      return "create the Function URL";
    case "timer":
      return `create the timer ${change.cron}`;
    case "cos":
      return `create the trigger ${describeTrigger(change.trigger)}`;
    case "no-cos":
      return `delete the trigger ${describeTrigger(change.trigger)}`;
  }
}

function describeTrigger({ event, prefix, name }: CosTrigger): string {
  return `${event} for ${prefix || "all keys"} of ${name.split(".")[0]}`;
}
