import { build } from "esbuild";

/**
 * Checks the table of rules as it is saved under `root` now; the one that this process has loaded may be older.
 *
 * @throws RuleError for the first rule that cannot work; it is not of the class that this process has loaded
 * @throws esbuild's error when it does not build
 */
export async function checkSavedRules(root: string): Promise<void> {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { checkRules } from "./shared/object/check-rules.ts";
        import { rules } from "./shared/object/rules.ts";
        checkRules(rules);`,
      resolveDir: root,
    },
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    format: "esm",
    write: false,
    logLevel: "silent",
  });
  const code = Buffer.from(outputFiles[0]?.text ?? "").toString("base64");
  await import(`data:text/javascript;base64,${code}`);
}
