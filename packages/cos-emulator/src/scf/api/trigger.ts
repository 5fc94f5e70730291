import type { ObjectRule } from "../../cloud/object-events.ts";
import { beijingTime } from "../../cloud-api/time.ts";
import { objectRuleDesc } from "./cos-trigger.ts";
import type { FunctionUrl, FunctionUrlSettings } from "./function-url.ts";

/** What calls a function. */
export type Trigger = {
  readonly name: string;
  readonly qualifier: string;
  readonly addedMs: number;
  readonly modifiedMs: number;
  readonly enabled: boolean;
} & (
  | { readonly type: "http"; readonly settings: FunctionUrlSettings; readonly url: FunctionUrl }
  | { readonly type: "cos"; readonly rule: ObjectRule }
  | { readonly type: "timer" /** As given; it is kept but never fires. */; readonly cron: string }
);

/** A trigger as the API returns it. A Function URL includes its address only when `addressed`. */
export function triggerAnswer(trigger: Trigger, addressed: boolean): Readonly<Record<string, unknown>> {
  return {
    TriggerName: trigger.name,
    Type: trigger.type,
    TriggerDesc: triggerDesc(trigger, addressed),
    Qualifier: trigger.qualifier,
    Enable: trigger.enabled ? 1 : 0,
    AvailableStatus: "Available",
    AddTime: beijingTime(trigger.addedMs),
    ModTime: beijingTime(trigger.modifiedMs),
    CustomArgument: "",
    BindStatus: "on",
  };
}

/** Identifies a function's trigger: those of one bucket all have the same name. */
export function triggerKey(trigger: Trigger): string {
  return trigger.type === "cos" ? `${trigger.name} ${objectRuleDesc(trigger.rule)}` : trigger.name;
}

function triggerDesc(trigger: Trigger, addressed: boolean): string {
  if (trigger.type === "http") return functionUrlDesc(trigger, addressed);
  return trigger.type === "cos" ? objectRuleDesc(trigger.rule) : timerDesc(trigger.cron);
}

function functionUrlDesc(trigger: Trigger & { readonly type: "http" }, addressed: boolean): string {
  const { settings, url } = trigger;
  return JSON.stringify({
    AuthType: settings.authType,
    NetConfig: {
      EnableExtranet: true,
      EnableIntranet: false,
      ...(addressed && { ExtranetUrl: url.url, ExtranetHTTPUrl: url.url }),
    },
    ...(settings.corsConfig && { CorsConfig: Object.fromEntries(settings.corsConfig) }),
  });
}

function timerDesc(cron: string): string {
  return JSON.stringify({ cron });
}
