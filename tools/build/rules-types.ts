import type { Rules } from "../../shared/object/rule.ts";

/**
 * Writes the rules as types for the authors of clients: they limit `upload({ rule })` of cos-uploader. The result is the
 * text of a declaration file for any project.
 */
export function rulesTypes({ all }: Rules): string {
  const rules = all.map(({ name, types }) => {
    const lines = Object.entries(types).map(([ext, list]) => property(key(ext), list));
    return `  readonly ${key(name)}: {\n${lines.join("\n")}\n  };`;
  });
  return [
    "/** `npm run build` writes this from shared/object/rules.ts. cos-uploader's types use it to check what may be uploaded. */",
    `interface CosUploaderRules {\n${rules.join("\n")}\n}\n`,
  ].join("\n");
}

/** biome.json's `lineWidth`. */
const LINE_WIDTH = 110;

/** As Biome formats it. */
function property(name: string, list: readonly string[]): string {
  const types = list.map((type) => JSON.stringify(type));
  const line = `    readonly ${name}: ${types.join(" | ")};`;
  if (line.length <= LINE_WIDTH || types.length === 1) return line;
  return `    readonly ${name}:${types.map((type) => `\n      | ${type}`).join("")};`;
}

function key(name: string): string {
  return /^[a-z]\w*$/i.test(name) ? name : JSON.stringify(name);
}
