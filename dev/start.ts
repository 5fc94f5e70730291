import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { checkEmulator, exitCodeOf, explainStart } from "../packages/cos-emulator/src/index.ts";
import { readCommandLine } from "./cli.ts";
import { DEV_DEFAULTS } from "./emulator.ts";

// `npm start`: builds the functions and runs them in the emulator. Everything that can be refused is refused before the
// build.
const commandLine = readCommandLine(process.argv.slice(2), process.env);
if ("exitCode" in commandLine) process.exit(commandLine.exitCode);

try {
  await checkEmulator({ ...DEV_DEFAULTS, ...commandLine.options });
} catch (error) {
  console.error(explainStart(error));
  process.exit(exitCodeOf(error));
}

const build = fileURLToPath(new URL("../tools/build/main.ts", import.meta.url));
const building = spawn(process.execPath, ["--import", "tsx", build], { stdio: "inherit" });
const [code] = await once(building, "exit");
if (code !== 0) process.exit(typeof code === "number" ? code : 1);

await import("./main.ts");
