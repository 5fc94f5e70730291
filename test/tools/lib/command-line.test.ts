import { describe, expect, test } from "vitest";
import { commandLine, parse, UsageError } from "../../../tools/lib/command-line.ts";

class Foreseen extends Error {}

/** Runs a command that takes no arguments and throws this. */
async function run(thrown: Error | undefined, args: readonly string[] = []) {
  let output = "";
  let errors = "";
  const world = {
    env: {},
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
  program.action(() => {
    if (thrown !== undefined) throw thrown;
  });
  const code = await parse(program, args, world, [[Foreseen, 1]]);
  return { code, output, errors };
}

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
