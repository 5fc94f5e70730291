const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

const LAST_CODE_POINT = 0x10ffff;

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
  return content.replace(/&(?:#(?:x([\da-f]+)|(\d+))|(\w+));/gi, (all, hex, decimal, entity) => {
    if (entity !== undefined) return (Object.hasOwn(ENTITIES, entity) && ENTITIES[entity]) || all;
    const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return point <= LAST_CODE_POINT ? String.fromCodePoint(point) : all;
  });
}
