import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { assertAllowed, assertRefused, type RulesUnderTest, startRules } from "../../dev/testing.ts";
import { builtFunctions } from "../support/functions.ts";

const MiB = 1024 ** 2;

let rules: RulesUnderTest;
beforeAll(async () => {
  rules = await startRules({ functionsDirectory: builtFunctions() });
});
beforeEach(() => rules.reset());
afterAll(() => rules.close());

test("a user who is logged in may upload a photo", async () => {
  await assertAllowed(rules.upload({ rule: "photo", ext: "jpg", size: 1000, as: "ann" }));
});

test("nobody may upload without a login", async () => {
  await assertRefused(rules.upload({ ext: "jpg" }), "TokenMissing");
});

test("an avatar is at most 2 MiB, and storage takes no more than was asked for", async () => {
  await assertAllowed(rules.upload({ rule: "avatar", ext: "png", size: 2 * MiB, as: "ann" }));
  await assertRefused(
    rules.upload({ rule: "avatar", ext: "png", size: 2 * MiB + 1, as: "ann" }),
    "FileTooLarge",
  );
  await assertRefused(
    rules.upload({ rule: "avatar", ext: "png", sends: 2 * MiB + 1, as: "ann" }),
    "AccessDenied",
  );
});

test("a photo cannot be a web page", async () => {
  await assertRefused(
    rules.upload({ rule: "photo", ext: "jpg", type: "text/html", as: "ann" }),
    "TypeNotAllowed",
  );
  await assertRefused(rules.upload({ ext: "html", as: "ann" }), "ExtensionNotAllowed");
});

test("files of two users have different prefixes", async () => {
  const keys = [];
  for (const as of ["ann", "bob", "ann"]) {
    const outcome = await rules.upload({ ext: "jpg", as });
    keys.push(outcome.allowed ? outcome.key.split("/")[1] : outcome.reason);
  }
  expect(keys[0]).toBe(keys[2]);
  expect(keys[0]).not.toBe(keys[1]);
});

test("a failed assertion says who refused and why, or that the file was stored", async () => {
  const refused = rules.upload({ rule: "photo", ext: "jpg" });
  await expect(assertAllowed(refused)).rejects.toThrow(
    /should be allowed\. The function refused it with TokenMissing: \w/,
  );
  await expect(assertRefused(refused, "TypeNotAllowed")).rejects.toThrow("refused it with TokenMissing");
  await expect(assertRefused(rules.upload({ ext: "jpg", as: "ann" }), "TypeNotAllowed")).rejects.toThrow(
    "but was stored",
  );
});
