import { textOf } from "../xml/fields.ts";
import { parseXml, xmlField } from "../xml/parse-xml.ts";

/** Where a bucket's access log goes (https://cloud.tencent.com/document/product/436/17054). */
export interface LoggingConfiguration {
  /** The XML, as received. */
  readonly text: string;
  /** False if the configuration has no LoggingEnabled, which switches logging off. */
  readonly isEnabled: boolean;
  readonly targetBucket: string | undefined;
}

/** @throws {CosError} MalformedXML */
export function parseLoggingConfiguration(text: string): LoggingConfiguration {
  const enabled = xmlField(parseXml(text, "BucketLoggingStatus", new Set()), "LoggingEnabled");
  return { text, isEnabled: enabled !== undefined, targetBucket: textOf(enabled, "TargetBucket") };
}
