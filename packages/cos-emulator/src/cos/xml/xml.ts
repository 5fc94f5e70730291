import Builder from "fast-xml-builder";

const DECLARATION = "<?xml version='1.0' encoding='utf-8' ?>";

// XML 1.0 has no way to write these, not even as references (https://www.w3.org/TR/xml/#charsets).
const NOT_IN_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

const builder = new Builder({ preserveOrder: true, ignoreAttributes: false, attributeNamePrefix: "@" });

export type XmlNode =
  | string
  | number
  | boolean
  | readonly XmlNode[]
  | Siblings
  | { readonly [name: string]: XmlNode };

/** Elements whose names alternate. They take the place of the member that has them, whatever its name is. */
export class Siblings {
  readonly elements: readonly { readonly [name: string]: XmlNode }[];

  constructor(elements: readonly { readonly [name: string]: XmlNode }[]) {
    this.elements = elements;
  }
}

/**
 * An XML document with one root element. Arrays repeat their element, a name that begins with @ is an attribute's, and
 * characters that XML forbids become U+FFFD.
 */
export function xmlDocument(root: { readonly [name: string]: XmlNode }): string {
  return DECLARATION + builder.build(elementsOf(root));
}

/** In the order of a document, as the builder takes it. */
function elementsOf(nodes: { readonly [name: string]: XmlNode }): object[] {
  return Object.entries(nodes)
    .filter(([name]) => !name.startsWith("@"))
    .flatMap(([name, node]) => elements(name, node));
}

function elements(name: string, node: XmlNode): object[] {
  if (typeof node !== "object") return [{ [name]: [{ "#text": clean(node) }] }];
  if (isList(node)) return node.flatMap((item) => elements(name, item));
  if (node instanceof Siblings) return node.elements.flatMap(elementsOf);
  const attributes = Object.entries(node).filter(([key]) => key.startsWith("@"));
  return [{ [name]: elementsOf(node), ":@": Object.fromEntries(attributes) }];
}

function clean(text: string | number | boolean): string {
  return String(text).replace(NOT_IN_XML, "\uFFFD");
}

function isList(node: object): node is readonly XmlNode[] {
  return Array.isArray(node);
}
