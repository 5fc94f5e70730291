import { xmlField } from "./parse-xml.ts";
import type { XmlNode } from "./xml.ts";

/** The text of the child with this name; undefined if there is none, if it is empty and if it has elements. */
export function textOf(node: unknown, name: string): string | undefined {
  const value = xmlField(node, name);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** All children with this name: none, one or several. */
export function listOf(node: unknown, name: string): readonly unknown[] {
  const value = xmlField(node, name);
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** An element's children as parseXml read them, to be written again. */
export function childrenOf(node: unknown): { readonly [name: string]: XmlNode } {
  if (typeof node !== "object" || node === null) return {};
  return Object.fromEntries(Object.entries(node).map(([name, item]) => [name, nodeOf(item)]));
}

function nodeOf(value: unknown): XmlNode {
  if (Array.isArray(value)) return value.map(nodeOf);
  return typeof value === "object" ? childrenOf(value) : String(value);
}
