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

/** What parseXml read, to be written again. */
export function nodeOf(value: unknown): XmlNode {
  if (Array.isArray(value)) return value.map(nodeOf);
  if (typeof value !== "object" || value === null) return String(value);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, nodeOf(item)]));
}
