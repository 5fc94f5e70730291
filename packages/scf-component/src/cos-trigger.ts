import { fallback, object, optional, parseJson, pipe, safeParse, string } from "valibot";
import type { CosProps } from "./cos-props.ts";

/** One trigger of type cos. */
export interface CosTrigger {
  /** The bucket's address, by which SCF names its triggers. */
  readonly name: string;
  readonly event: string;
  readonly prefix: string;
}

/** One that a function has. */
export interface DeployedCosTrigger extends CosTrigger {
  readonly suffix: string;
  /** As SCF tells it, which is how it is named for deletion. */
  readonly desc: string;
  /** Whether it is on; somebody may have closed it in the console. */
  readonly isOpen: boolean;
}

/**
 * @param region of the functions, in which the bucket must be too (https://cloud.tencent.com/document/product/583/9707)
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

/** Whether what is there is what is wanted, and on. */
export function isSameTrigger(wanted: CosTrigger, there: DeployedCosTrigger): boolean {
  return (
    there.isOpen &&
    there.suffix === "" &&
    there.name === wanted.name &&
    there.event === wanted.event &&
    there.prefix === wanted.prefix
  );
}
