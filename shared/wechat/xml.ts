import { XMLParser, XMLValidator } from "fast-xml-parser";
import { invalidJson } from "../errors.ts";

const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false });

/**
 * The children of the root `xml`, as WeChat writes messages: every text stays text.
 *
 * @throws ServiceError 400
 */
export function readXml(text: string): ReadonlyMap<string, unknown> {
  // A document type could define entities.
  const isPlain = !text.includes("<!DOCTYPE") && XMLValidator.validate(text) === true;
  const { xml }: { xml?: unknown } = isPlain ? Object(parsed(text)) : {};
  if (typeof xml !== "object" || xml === null || Array.isArray(xml)) {
    throw invalidJson("The body is not XML as WeChat sends it.");
  }
  return new Map(Object.entries(xml));
}

/** The parser refuses names such as `constructor`, and more elements in one another than it takes. */
function parsed(text: string): unknown {
  try {
    return parser.parse(text);
  } catch {
    return undefined;
  }
}
