import type { Rules } from "../../shared/object/rule.ts";

/**
 * Writes the rules as types for the authors of clients: they limit `upload({ rule })` of cos-uploader. The result is the
 * text of a declaration file for any project.
 */
export function rulesTypes({ all }: Rules): string {
  const rules = all.map(({ name, types }) => {
    const lines = Object.entries(types).map(
      ([ext, list]) => `    readonly ${key(ext)}: ${list.map((type) => JSON.stringify(type)).join(" | ")};`,
    );
    return `  readonly ${key(name)}: {\n${lines.join("\n")}\n  };`;
  });
  return [
    "/** `npm run build` writes this from shared/object/rules.ts. cos-uploader's types use it to check what may be uploaded. */",
    `interface CosUploaderRules {\n${rules.join("\n")}\n}\n`,
  ].join("\n");
}

function key(name: string): string {
  return /^[a-z]\w*$/i.test(name) ? name : JSON.stringify(name);
}
