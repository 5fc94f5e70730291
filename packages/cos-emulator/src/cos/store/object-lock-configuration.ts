import { type CosError, invalidArgument, invalidLockedTime } from "../http/errors.ts";
import { textOf } from "../xml/fields.ts";
import { malformedXml, parseXml, xmlField } from "../xml/parse-xml.ts";

/** A bucket's object lock (https://cloud.tencent.com/document/product/436/55290). */
export interface ObjectLockConfiguration {
  /** The XML, as received. */
  readonly text: string;
  /** For how many days an upload that does not say so itself locks its object; undefined for not at all. */
  readonly days: number | undefined;
}

const MAX_DAYS = 36500;

/** @throws {CosError} MalformedXML, InvalidArgument, InvalidLockedTime */
export function parseObjectLockConfiguration(text: string): ObjectLockConfiguration {
  const root = parseXml(text, "ObjectLockConfiguration", new Set());
  const enabled = textOf(root, "ObjectLockEnabled");
  if (enabled === undefined) throw malformedXml("it has no ObjectLockEnabled");
  if (enabled !== "Enabled")
    throw invalid("ObjectLockEnabled must be Enabled; object lock cannot be disabled");
  const rule = xmlField(root, "Rule");
  if (rule === undefined || rule === "") return { text, days: undefined };
  const retention = xmlField(rule, "DefaultRetention");
  if (retention === undefined) throw malformedXml("its Rule has no DefaultRetention");
  if ((textOf(retention, "Mode") ?? "COMPLIANCE") !== "COMPLIANCE") throw invalid("Mode must be COMPLIANCE");
  const days = textOf(retention, "Days") ?? "";
  if (!/^\d+$/.test(days)) throw invalid("Days must be a whole number");
  if (Number(days) < 1 || Number(days) > MAX_DAYS) throw invalidLockedTime(`Days must be 1 to ${MAX_DAYS}`);
  return { text, days: Number(days) };
}

function invalid(reason: string): CosError {
  return invalidArgument(`the object lock: ${reason}`);
}
