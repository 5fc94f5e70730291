import { describe, expect, test } from "vitest";
import { commandLine, parse, UsageError } from "../../../tools/lib/command-line.ts";

class Foreseen extends Error {}

/** Runs a command that takes no argument and throws this. */
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

describe("what a command line ends with", () => {
  test("an action that comes to its end says it itself", async () => {
    expect(await run(undefined)).toEqual({ code: undefined, output: "", errors: "" });
  });

  test("--help: 0, and the help", async () => {
    const { code, output } = await run(undefined, ["--help"]);
    expect(code).toBe(0);
    expect(output).toContain("Examples follow.");
  });

  test.each([["--unknown"], ["an argument too many"]])("%s: 2, and where help is", async (arg) => {
    const { code, errors } = await run(undefined, [arg]);
    expect(code).toBe(2);
    expect(errors).toContain("(--help lists the options)");
  });

  test("something named that cannot be used: 2, and its message alone", async () => {
    expect(await run(new UsageError("a.pem cannot be read."))).toMatchObject({
      code: 2,
      errors: "a.pem cannot be read.\n",
    });
  });

  test("an error that the command foresees: the code that it says, and the message alone", async () => {
    expect(await run(new Foreseen("Nothing was changed."))).toMatchObject({
      code: 1,
      errors: "Nothing was changed.\n",
    });
  });

  test("an error that nobody foresaw is thrown on", async () => {
    await expect(run(new TypeError("a fault"))).rejects.toThrow(TypeError);
  });
});
