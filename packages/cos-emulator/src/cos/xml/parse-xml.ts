import { XMLParser, XMLValidator } from "fast-xml-parser";
import { CosError } from "../http/errors.ts";

/**
 * Reads an XML document whose root has this name, and ignores attributes. Every value stays a string.
 *
 * @param lists paths such as `DomainConfiguration.DomainRule` that are a list even with one element
 * @param trimValues whether to remove white space around a value
 * @throws {CosError} MalformedXML
 */
export function parseXml(
  text: string,
  root: string,
  lists: ReadonlySet<string>,
  { trimValues = true }: { readonly trimValues?: boolean } = {},
): unknown {
  if (text.includes("<!DOCTYPE")) throw malformedXml("it must not have a document type");
  if (XMLValidator.validate(text) !== true) throw malformedXml("it is not well-formed");
  const parser = new XMLParser({
    ignoreAttributes: true,
    parseTagValue: false,
    trimValues,
    // This also enables character references such as `&#34;`, as which Go writes every quote.
    htmlEntities: true,
    isArray: (_name, path) => lists.has(String(path)),
  });
  const content = xmlField(parsed(parser, text), root);
  if (content === undefined) throw malformedXml(`its root is not ${root}`);
  return content;
}

/** The parser refuses names such as `constructor`, and elements that are nested too deep. */
function parsed(parser: XMLParser, text: string): unknown {
  try {
    return parser.parse(text);
  } catch {
    throw malformedXml("it has a name or a depth that is not allowed");
  }
}

/** The member of this name; undefined if there is none. */
export function xmlField(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

export function malformedXml(reason: string): CosError {
  return new CosError("MalformedXML", "The XML you provided was not well-formed or did not validate.", {
    reason: `the body: ${reason}`,
  });
}
