import { RuleError } from "../../shared/object/check-rules.ts";
import { brokenSource } from "../lib/broken-source.ts";

try {
  // Imported here, since the table of rules, which people edit, may not even be readable.
  const { buildAll } = await import("./build.ts");
  await buildAll();
} catch (error) {
  const reason =
    error instanceof RuleError ? `shared/object/rules.ts: ${error.message}` : brokenSource(error);
  if (reason === undefined) throw error;
  console.error(reason);
  process.exit(1);
}
