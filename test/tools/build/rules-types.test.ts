import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { defineRules } from "../../../shared/object/rule.ts";
import { rules } from "../../../shared/object/rules.ts";
import { rulesTypes } from "../../../tools/build/rules-types.ts";

test("the sample's types are those of the rules; npm run build writes them", async () => {
  const file = new URL("../../../miniprogram/rules.d.ts", import.meta.url);
  expect(await readFile(file, "utf8")).toBe(rulesTypes(rules));
});

test("every name can be used in a type", () => {
  const types: Record<string, [string, ...string[]]> = {
    "3gp": ["video/3gpp"],
    csv: ["text/csv", "text/plain"],
  };
  expect(rulesTypes(defineRules({ "my-rule": { types, maxBytes: 1, prefix: "a" } }))).toContain(
    [
      "interface CosUploaderRules {",
      '  readonly "my-rule": {',
      '    readonly "3gp": "video/3gpp";',
      '    readonly csv: "text/csv" | "text/plain";',
      "  };",
      "}",
    ].join("\n"),
  );
});
