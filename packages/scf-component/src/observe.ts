import { fallback, object, optional, parseJson, pipe, safeParse, string } from "valibot";
import { type CodePackage, isDeployed } from "./code-package.ts";
import { type DeployedCosTrigger, readCosTrigger } from "./cos-trigger.ts";
import { ApiRefusal, isMissing } from "./refusal.ts";
import type { Scf } from "./scf-client.ts";

/** A function as it is on SCF. */
export interface DeployedFunction {
  /** https://cloud.tencent.com/document/api/583/115197 */
  readonly status: string;
  /** Why its creation failed. */
  readonly reasons: readonly { readonly code: string; readonly message: string }[];
  readonly isOutOfBalance: boolean;
  readonly runtime: string;
  readonly type: string;
  readonly description: string;
  readonly handler: string;
  readonly memorySize: number;
  /** Seconds. */
  readonly timeout: number;
  readonly environment: Readonly<Record<string, string>>;
  /** The name of its execution role; empty for none. */
  readonly role: string;
  readonly functionUrl: FunctionUrl | undefined;
  readonly timers: readonly Timer[];
  readonly cosTriggers: readonly DeployedCosTrigger[];
  readonly modified: string;
}

export interface Timer {
  readonly triggerName: string;
  /** A cron expression of seven fields. */
  readonly cron: string;
  /** False when somebody has switched it off in the console. */
  readonly isOpen: boolean;
}

export interface FunctionUrl {
  /** `https://<appid>-<url-id>.<region>.tencentscf.com`; undefined for the first seconds. */
  readonly address: string | undefined;
  /** Whether anyone may call it without a CAM signature. */
  readonly isOpen: boolean;
}

/** The states that end without anyone's doing. */
const TRANSITIONS: ReadonlySet<string> = new Set(["Creating", "Updating", "Publishing", "Deleting"]);

export function isChanging({ status }: DeployedFunction): boolean {
  return TRANSITIONS.has(status);
}

/** Reads a function; undefined when there is none of this name. @throws {ApiRefusal} */
export async function observe(scf: Scf, functionName: string): Promise<DeployedFunction | undefined> {
  try {
    const found = await scf.read("GetFunction", functionName, (client) =>
      client.GetFunction({ FunctionName: functionName, ShowCode: "FALSE" }),
    );
    const triggers = found.Triggers ?? [];
    return {
      status: found.Status ?? "",
      reasons: (found.StatusReasons ?? []).map(({ ErrorCode = "", ErrorMessage = "" }) => ({
        code: ErrorCode,
        message: ErrorMessage,
      })),
      isOutOfBalance: found.AvailableStatus === "InsufficientBalance",
      runtime: found.Runtime ?? "",
      type: found.Type ?? "Event",
      description: found.Description ?? "",
      handler: found.Handler ?? "",
      memorySize: found.MemorySize ?? 0,
      timeout: found.Timeout ?? 0,
      environment: Object.fromEntries(
        (found.Environment?.Variables ?? []).map(({ Key = "", Value = "" }) => [Key, Value]),
      ),
      role: found.Role ?? "",
      functionUrl: triggers
        .filter(({ Type }) => Type === "http")
        .map(({ TriggerDesc = "", Enable }) => readFunctionUrl(TriggerDesc, Enable))[0],
      timers: triggers
        .filter(({ Type }) => Type === "timer")
        .map(({ TriggerName = "", TriggerDesc = "", Enable }) => ({
          triggerName: TriggerName,
          cron: readCron(TriggerDesc),
          isOpen: isEnabled(Enable),
        })),
      cosTriggers: triggers
        .filter(({ Type }) => Type === "cos")
        .map(({ TriggerName = "", TriggerDesc = "", Enable }) =>
          readCosTrigger(TriggerName, TriggerDesc, isEnabled(Enable)),
        ),
      modified: found.ModTime ?? "",
    };
  } catch (error) {
    if (error instanceof ApiRefusal && isMissing(error.code)) return undefined;
    throw error;
  }
}

/** The API has been seen to give `Enable` as 1 and as "OPEN". */
function isEnabled(enable: unknown): boolean {
  return !["0", "CLOSE"].includes(String(enable));
}

function readFunctionUrl(triggerDesc: string, enable: unknown): FunctionUrl {
  const desc = safeParse(FunctionUrlDesc, triggerDesc);
  const { AuthType, NetConfig } = desc.success ? desc.output : {};
  const address = NetConfig?.ExtranetUrl.replace(/\/+$/, "");
  return {
    address: address === "" ? undefined : address,
    isOpen: AuthType === "NONE" && isEnabled(enable),
  };
}

/** The TriggerDesc of a Function URL (https://cloud.tencent.com/document/product/583/96099). */
const FunctionUrlDesc = pipe(
  string(),
  parseJson(),
  object({
    AuthType: optional(fallback(string(), "")),
    NetConfig: optional(fallback(object({ ExtranetUrl: fallback(string(), "") }), { ExtranetUrl: "" })),
  }),
);

const TimerDesc = pipe(string(), parseJson(), object({ cron: string() }));

/** It is sent as the bare expression and comes back as JSON (tencent-component-toolkit, triggers/timer). */
function readCron(triggerDesc: string): string {
  const { success, output } = safeParse(TimerDesc, triggerDesc);
  return success ? output.cron : triggerDesc;
}

/** Whether the deployed code is this code; false when there is none to compare. */
export function hasCode(
  scf: Scf,
  functionName: string,
  deployed: DeployedFunction | undefined,
  code: CodePackage,
): Promise<boolean> {
  if (deployed?.status !== "Active") return Promise.resolve(false);
  return isDeployed(scf, functionName, code);
}
