import { type CommandLine, emulatorCommand, readArguments } from "../packages/cos-emulator/src/index.ts";
import { optionNames } from "../tools/lib/command-line.ts";
import { keptByNpm } from "../tools/lib/kept-by-npm.ts";
import { DEV_DEFAULTS, type DevOptions } from "./emulator.ts";

/** Reads the arguments that follow `npm start --`. */
export function readCommandLine(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): CommandLine<Partial<DevOptions>> {
  const program = emulatorCommand(
    {
      name: "npm start --",
      description: "Run the functions with an emulated STS and COS on this machine.",
      role: "a CAM role and its policy file, repeatable; cos-upload, scf-execution and others are built in",
      env: "a variable for the functions, repeatable; KEY= removes it",
    },
    DEV_DEFAULTS,
  )
    .option("--keyless", "the functions use a role instead of a permanent key", DEV_DEFAULTS.keyless)
    .option("--no-triggers", "COS calls no function after an upload")
    .option("--watch", "rebuild a function when its source is saved", DEV_DEFAULTS.watch)
    .option("--media-check", "WeChat checks images and audio; users must log in", DEV_DEFAULTS.mediaCheck);
  const kept = keptByNpm(program.name(), optionNames(program), env);
  if (kept !== undefined) {
    process.stderr.write(`error: ${kept}\n`);
    return { exitCode: 2 };
  }
  const read = readArguments(program, args);
  if ("exitCode" in read) return read;
  const { functionsDirectory = DEV_DEFAULTS.functionsDirectory, ...options } = read.options;
  const { keyless, triggers, mediaCheck, watch } =
    program.opts<Pick<DevOptions, "keyless" | "triggers" | "mediaCheck" | "watch">>();
  return { options: { ...options, functionsDirectory, keyless, triggers, mediaCheck, watch } };
}
