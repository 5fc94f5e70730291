import Builder from "fast-xml-builder";

const DECLARATION = "<?xml version='1.0' encoding='utf-8' ?>";

// XML 1.0 has no way to write these, not even as references (https://www.w3.org/TR/xml/#charsets).
const NOT_IN_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

const builder = new Builder({ ignoreAttributes: false, attributeNamePrefix: "@" });

export type XmlNode = string | number | boolean | readonly XmlNode[] | { readonly [name: string]: XmlNode };

/**
 * An XML document with one root element. Arrays repeat their element, a name that begins with @ is an attribute's, and
 * characters that XML forbids become U+FFFD.
 */
export function xmlDocument(root: { readonly [name: string]: XmlNode }): string {
  return DECLARATION + builder.build(clean(root));
}

function clean(node: XmlNode): unknown {
  if (typeof node === "string") return node.replace(NOT_IN_XML, "\uFFFD");
  if (typeof node !== "object") return String(node);
  if (isList(node)) return node.map(clean);
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, clean(value)]));
}

function isList(node: object): node is readonly XmlNode[] {
  return Array.isArray(node);
}
