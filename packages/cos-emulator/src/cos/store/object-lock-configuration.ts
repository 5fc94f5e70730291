import { type CosError, invalidArgument } from "../http/errors.ts";
import { textOf } from "../xml/fields.ts";
import { malformedXml, parseXml, xmlField } from "../xml/parse-xml.ts";

/** That a bucket's objects may be locked (https://cloud.tencent.com/document/product/436/55290). */
export interface ObjectLockConfiguration {
  /** XML, as it came. */
  readonly text: string;
  /** How long a new object is locked that does not say it; undefined for not at all. */
  readonly days: number | undefined;
}

const MAX_DAYS = 36500;

/** @throws {CosError} MalformedXML, InvalidArgument */
export function parseObjectLockConfiguration(text: string): ObjectLockConfiguration {
  const root = parseXml(text, "ObjectLockConfiguration", new Set());
  const enabled = textOf(root, "ObjectLockEnabled");
  if (enabled === undefined) throw malformedXml("it has no ObjectLockEnabled");
  if (enabled !== "Enabled") throw invalid("ObjectLockEnabled is Enabled; it cannot be switched off");
  const rule = xmlField(root, "Rule");
  if (rule === undefined || rule === "") return { text, days: undefined };
  const retention = xmlField(rule, "DefaultRetention");
  if (retention === undefined) throw malformedXml("its Rule has no DefaultRetention");
  if ((textOf(retention, "Mode") ?? "COMPLIANCE") !== "COMPLIANCE") throw invalid("Mode is COMPLIANCE");
  const days = textOf(retention, "Days") ?? "";
  if (!/^[1-9]\d{0,4}$/.test(days) || Number(days) > MAX_DAYS) throw invalid(`Days is 1 to ${MAX_DAYS}`);
  return { text, days: Number(days) };
}

function invalid(reason: string): CosError {
  return invalidArgument(`the object lock: ${reason}`);
}
