import { XMLParser } from "fast-xml-parser";

/** What COS says of a thousand of the longest keys, in which every character is written as six, such as `&quot;`. */
export const MAX_ANSWER_BYTES = 6 * 1024 ** 2;

/** What COS answers in XML: elements that it may repeat are always lists, and every text stays as it is. */
const parser = new XMLParser({
  parseTagValue: false,
  // A key may begin or end with a space.
  trimValues: false,
  // Without it no character by its number either, as a line's end in a key comes.
  htmlEntities: true,
  isArray: (name) => ["Contents", "Upload", "Error", "Grant"].includes(name),
});

/** An element of COS's XML. A Map, so that no name can mean a prototype's. */
export type XmlElement = ReadonlyMap<string, unknown>;

/**
 * Reads COS's answer.
 *
 * @param root the name of its outermost element
 * @returns undefined when it is not XML, is cut off, or is another document
 */
export function readXml(body: Buffer, root: string): XmlElement | undefined {
  try {
    const xml = body.toString("utf8");
    // Of a document that is cut off, the parser takes what there is, which would mean nothing more to list, or no error.
    // Its validator adds a third to the time of reading a long list.
    if (!new RegExp(`<(?:/${root}|${root}(?: [^<>]*)?/)>\\s*$`).test(xml)) return undefined;
    const document: unknown = parser.parse(xml);
    const element = fields(document).get(root);
    return element === undefined ? undefined : fields(element);
  } catch {
    return undefined;
  }
}

/** The elements of a name that may come many times or not at all. */
export function elements(parent: XmlElement, name: string): XmlElement[] {
  const list: unknown = parent.get(name);
  return Array.isArray(list) ? list.map(fields) : [];
}

/** An element that COS does not repeat; empty when there is none. */
export function elementOf(parent: XmlElement, name: string): XmlElement {
  return fields(parent.get(name));
}

/** The text of an element; empty when there is none. */
export function textOf(parent: XmlElement, name: string): string {
  const text = parent.get(name);
  return typeof text === "string" ? text : "";
}

/** A text as it stands in XML. */
export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function fields(value: unknown): XmlElement {
  return new Map(Object.entries(value ?? {}));
}
