import { XMLParser } from "fast-xml-parser";

/** What COS answers in XML: elements that it may repeat are always lists, and every text stays text. */
const parser = new XMLParser({
  parseTagValue: false,
  // Without it no character by its number either, as a line's end in a key comes.
  htmlEntities: true,
  ignoreAttributes: true,
  isArray: (name) => ["Contents", "Upload", "Error", "Deleted"].includes(name),
});

/** An element of COS's XML. A Map, so that no name can mean a prototype's. */
export type XmlElement = ReadonlyMap<string, unknown>;

/**
 * Reads COS's answer.
 *
 * @param root the name of its outermost element
 * @returns undefined when it is not XML, or another document
 */
export function readXml(body: Buffer, root: string): XmlElement | undefined {
  try {
    const document: unknown = parser.parse(body.toString("utf8"));
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
  return new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
}
