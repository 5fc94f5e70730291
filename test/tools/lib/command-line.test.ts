import { describe, expect, test } from "vitest";
import { run as doctor } from "../../../tools/doctor/cli.ts";
import { run as explain } from "../../../tools/explain/cli.ts";
import { run as https } from "../../../tools/https/cli.ts";
import { commandLine, parse, UsageError } from "../../../tools/lib/command-line.ts";

class Foreseen extends Error {}

/** Runs a command that takes no arguments and throws this. */
async function run(
  thrown: Error | undefined,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
) {
  let output = "";
  let errors = "";
  const world = {
    env,
    clock: Date.now,
    isTerminal: false,
    write: (text: string) => {
      output += text;
    },
    writeError: (text: string) => {
      errors += text;
    },
  };
  const program = commandLine("npm run example --", "An example.", "Examples follow.", world);
  program.option("--watch").option("--no-triggers").option("--json").option("--cos-port <number>");
  program.action(() => {
    if (thrown !== undefined) throw thrown;
  });
  const code = await parse(program, args, world, [[Foreseen, 1]]);
  return { code, output, errors };
}

test.each([
  ["doctor", doctor],
  ["https", https],
  ["explain", explain],
])("%s --help fits 80 columns", async (_, command) => {
  let help = "";
  await command(["--help"], {
    env: {},
    clock: Date.now,
    isTerminal: false,
    columns: undefined,
    write: (text) => {
      help += text;
    },
    writeError: () => {},
    directory: ".",
    ask: undefined,
    sleep: async () => {},
    isTyped: false,
    readInput: async () => Buffer.from(""),
  });
  expect(help.split("\n").filter((line) => line.length > 80)).toEqual([]);
});

describe("a command line's exit code", () => {
  test("is left to an action that completes", async () => {
    expect(await run(undefined)).toEqual({ code: undefined, output: "", errors: "" });
  });

  test("--help: 0, and the help", async () => {
    const { code, output } = await run(undefined, ["--help"]);
    expect(code).toBe(0);
    expect(output).toContain("Examples follow.");
  });

  test.each([["--unknown"], ["one argument too many"]])("%s: 2, and where to find help", async (arg) => {
    const { code, errors } = await run(undefined, [arg]);
    expect(code).toBe(2);
    expect(errors).toContain("(--help lists the options)");
  });

  // What `npm run example --watch` sets; npm has --json itself, and people set it in .npmrc.
  test.each([
    [{ npm_config_watch: "true" }, "--watch"],
    [{ npm_config_triggers: "" }, "--triggers"],
    [{ npm_config_cos_port: "true" }, "--cos-port"],
    [{ npm_config_json: "true", npm_config_registry: "https://registry.example.com" }, undefined],
  ])("an option that npm took, as %j: 2, and how to pass it on", async (env, option) => {
    const { code, errors } = await run(undefined, [], env);
    expect([code, errors]).toEqual(
      option === undefined
        ? [undefined, ""]
        : [
            2,
            `error: npm has taken ${option} for itself. Write -- before this command's options: npm run example -- ${option} …\n`,
          ],
    );
  });

  test("an unusable argument: 2, and only its message", async () => {
    expect(await run(new UsageError("a.pem cannot be read."))).toMatchObject({
      code: 2,
      errors: "a.pem cannot be read.\n",
    });
  });

  test("an error that the command foresees: its own code, and only its message", async () => {
    expect(await run(new Foreseen("Nothing was changed."))).toMatchObject({
      code: 1,
      errors: "Nothing was changed.\n",
    });
  });

  test("an unforeseen error is thrown on", async () => {
    await expect(run(new TypeError("a fault"))).rejects.toThrow(TypeError);
  });
});
