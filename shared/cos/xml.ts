const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/**
 * The text of each element of a name in XML that COS wrote, which has neither comments nor CDATA. A parser costs a
 * function 30 KB, and COS's answers to what we ask are flat.
 */
export function elementsOf(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^]*?)</${name}>`, "g"))].map(([, content = ""]) => content);
}

/** The text of the first element of a name, without XML's escapes; empty when there is none. */
export function textOf(xml: string, name: string): string {
  const [content = ""] = elementsOf(xml, name);
  return content.replace(/&(?:#(x?)([\da-f]+)|(\w+));/gi, (all, hex, code, entity) => {
    if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, hex ? 16 : 10));
    return (Object.hasOwn(ENTITIES, entity) && ENTITIES[entity]) || all;
  });
}
