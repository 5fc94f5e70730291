import type { Account, Bucket } from "../cloud/account.ts";
import { OBJECT_EVENTS, type ObjectRule } from "../cloud/object-events.ts";

/** A trigger of type `cos` of a function that exists from the start. */
export interface CosTriggerDefinition {
  readonly type: "cos";
  /** Such as `cos:ObjectCreated:*` (https://cloud.tencent.com/document/product/583/9707). */
  readonly event: string;
  /** What keys must begin with. @default all */
  readonly prefix?: string;
  /** What keys must end with. @default all */
  readonly suffix?: string;
  /** @default the default bucket */
  readonly bucket?: Bucket;
}

/** Thrown for a trigger that SCF would not accept. */
export class TriggerError extends Error {
  override readonly name = "TriggerError";
}

/** @throws {TriggerError} for an unknown event */
export function ruleOf(
  { event, prefix = "", suffix = "", bucket }: CosTriggerDefinition,
  first: Bucket,
): ObjectRule {
  if (!OBJECT_EVENTS.has(event)) {
    throw new TriggerError(
      `${JSON.stringify(event)} is not a COS event: use one of ${[...OBJECT_EVENTS].join(", ")}`,
    );
  }
  return { bucket: bucket ?? first, event, prefix, suffix };
}

/** The queue into which COS puts a function's events. */
export function eventQueueOf(
  functionName: string,
  qualifier: string,
  region: string,
  { appId }: Pick<Account, "appId">,
): string {
  return `qcs:0:scf:${region}:appid/${appId}:default.${functionName}.${qualifier}`;
}
