import { fallback, object, optional, parseJson, pipe, safeParse, string } from "valibot";
import type { CosProps } from "./cos-props.ts";

/** One trigger of the type `cos`. */
export interface CosTrigger {
  /** The bucket's address: SCF names a bucket's triggers after it. */
  readonly name: string;
  readonly event: string;
  readonly prefix: string;
}

/** A trigger that a function has on SCF. */
export interface DeployedCosTrigger extends CosTrigger {
  readonly suffix: string;
  /** The description, exactly as SCF returned it; deleting the trigger requires it. */
  readonly desc: string;
  /** False when somebody has switched it off in the console. */
  readonly isOpen: boolean;
}

/**
 * The triggers that a function should have.
 *
 * @param region the functions' region; the bucket must be in it too (https://cloud.tencent.com/document/product/583/9707)
 * @returns none while the bucket is not known
 */
export function cosTriggers(cos: CosProps | undefined, region: string): CosTrigger[] {
  if (cos?.bucket === undefined) return [];
  const { bucket, event, prefixes } = cos;
  return prefixes.map((prefix) => ({
    name: `${bucket}.cos.${region}.myqcloud.com`,
    event,
    prefix,
  }));
}

/** The TriggerDesc of CreateTrigger (https://cloud.tencent.com/document/product/583/39901). */
export function cosTriggerDesc({ event, prefix }: CosTrigger): string {
  return JSON.stringify({ event, filter: { Prefix: prefix, Suffix: "" } });
}

const Text = optional(fallback(string(), ""), "");
const Desc = pipe(
  string(),
  parseJson(),
  object({
    event: Text,
    filter: optional(fallback(object({ Prefix: Text, Suffix: Text }), { Prefix: "", Suffix: "" }), {}),
  }),
);

export function readCosTrigger(name: string, desc: string, isOpen: boolean): DeployedCosTrigger {
  const { success, output } = safeParse(Desc, desc);
  const { event, filter } = success ? output : { event: "", filter: { Prefix: "", Suffix: "" } };
  return { name, event, prefix: filter.Prefix, suffix: filter.Suffix, desc, isOpen };
}

/** Whether a deployed trigger is the wanted one, and switched on. */
export function isSameTrigger(wanted: CosTrigger, there: DeployedCosTrigger): boolean {
  return (
    there.isOpen &&
    there.suffix === "" &&
    there.name === wanted.name &&
    there.event === wanted.event &&
    there.prefix === wanted.prefix
  );
}
