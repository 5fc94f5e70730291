#!/usr/bin/env node
import { type CommandLineOptions, emulatorCommand, readArguments } from "./cli/command-line.ts";
import { functionsOf, NoFunctionsError, PLACE_NAMES } from "./cli/functions-of.ts";
import { runEmulator } from "./cli/run.ts";
import { logLine } from "./cli/terminal-log.ts";
import { addresses } from "./cli/welcome.ts";
import { DEFAULTS, startEmulator } from "./emulator.ts";

const COMMAND_DEFAULTS: CommandLineOptions = {
  ...DEFAULTS,
  port: 3000,
  cosPort: 9000,
  dataDirectory: ".cos-emulator",
  functionsDirectory: undefined,
  environment: {},
};

const program = emulatorCommand(
  {
    name: "cos-emulator",
    description: "Tencent Cloud COS, STS, SCF and WeChat's API on this machine, as strict as the real ones.",
    role: "a CAM role and the file of its policy, repeatable",
    env: `a variable for the functions, repeatable; a value may name {${PLACE_NAMES.join("}, {")}}`,
  },
  COMMAND_DEFAULTS,
);
const commandLine = readArguments(program, process.argv.slice(2));
if ("exitCode" in commandLine) process.exit(commandLine.exitCode);

const { functionsDirectory, environment, ...options } = commandLine.options;
await runEmulator({
  start: () =>
    startEmulator({
      ...options,
      log: (line) => console.log(logLine(line)),
      functions: async (places) =>
        functionsDirectory === undefined ? [] : functionsOf(functionsDirectory, environment, places),
    }),
  welcome: (emulator) => ["", ...addresses(emulator), "", `ready ${emulator.url}`],
  explain: (error) => (error instanceof NoFunctionsError ? error.message : undefined),
});
