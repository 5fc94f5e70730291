import { createInterface } from "node:readline/promises";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { answerOf, NotDone } from "../../../tools/lib/consent.ts";

function terminal(): { input: PassThrough; answer: Promise<string> } {
  const input = new PassThrough();
  const answer = answerOf(createInterface({ input, output: new PassThrough(), terminal: true }), "Go on? ");
  return { input, answer };
}

test("the entered line is the answer", async () => {
  const { input, answer } = terminal();
  input.write("y\r");
  expect(await answer).toBe("y");
});

test.each([
  ["Ctrl-C", "\u0003"],
  ["Ctrl-D", "\u0004"],
])("%s: nothing was changed", async (_, key) => {
  const { input, answer } = terminal();
  input.write(key);
  await expect(answer).rejects.toThrow(NotDone);
});

test("a closed terminal: nothing was changed", async () => {
  const { input, answer } = terminal();
  input.end();
  await expect(answer).rejects.toThrow("Nothing was changed.");
});
