import { textOf } from "../xml/fields.ts";
import { malformedXml, parseXml } from "../xml/parse-xml.ts";

/** Whether a bucket has global acceleration (https://cloud.tencent.com/document/product/436/38869). */
export interface AccelerateConfiguration {
  /** The XML, as received. */
  readonly text: string;
  readonly isEnabled: boolean;
}

/** @throws {CosError} MalformedXML */
export function parseAccelerateConfiguration(text: string): AccelerateConfiguration {
  const status = textOf(parseXml(text, "AccelerateConfiguration", new Set()), "Status");
  if (status !== "Enabled" && status !== "Suspended")
    throw malformedXml("Status must be Enabled or Suspended");
  return { text, isEnabled: status === "Enabled" };
}
