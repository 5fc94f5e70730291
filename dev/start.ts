import { checkEmulator, exitCodeOf, explainStart } from "../packages/cos-emulator/src/index.ts";
import { brokenSource } from "../tools/lib/broken-source.ts";

// `npm start`: builds the functions and runs them in the emulator. Everything that can be refused is refused before the
// build.
const { DEV_DEFAULTS, readCommandLine } = await parts();
const commandLine = readCommandLine(process.argv.slice(2), process.env);
if ("exitCode" in commandLine) process.exit(commandLine.exitCode);

try {
  await checkEmulator({ ...DEV_DEFAULTS, ...commandLine.options });
} catch (error) {
  console.error(explainStart(error));
  process.exit(exitCodeOf(error));
}

await import("../tools/build/main.ts");
await import("./main.ts");

/** They import the table of rules, which people edit, and which may not even be readable. */
async function parts() {
  try {
    return { ...(await import("./cli.ts")), ...(await import("./emulator.ts")) };
  } catch (error) {
    const reason = brokenSource(error);
    if (reason === undefined) throw error;
    console.error(reason);
    process.exit(1);
  }
}
