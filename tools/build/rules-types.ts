import type { Rules } from "../../shared/object/rule.ts";

/**
 * The rules as types for those who write a client: what `upload({ rule })` of cos-uploader may say. The text of a
 * declaration file, which any project can have.
 */
export function rulesTypes({ all }: Rules): string {
  const rules = all.map(({ name, types }) => {
    const lines = Object.entries(types).map(
      ([ext, list]) => `    readonly ${key(ext)}: ${list.map((type) => JSON.stringify(type)).join(" | ")};`,
    );
    return `  readonly ${key(name)}: {\n${lines.join("\n")}\n  };`;
  });
  return [
    "/** Written by `npm run build`, from shared/object/rules.ts: what may be uploaded, as cos-uploader checks it. */",
    `interface CosUploaderRules {\n${rules.join("\n")}\n}\n`,
  ].join("\n");
}

function key(name: string): string {
  return /^[a-z]\w*$/i.test(name) ? name : JSON.stringify(name);
}
