import { expect, test } from "vitest";
import { newObject } from "../../../shared/upload/new-object.ts";
import { RULE as rule } from "../../support/signing.ts";

test("a new object is the file as given, with a key for its rule, extension, caller and time", () => {
  const now = Date.UTC(2026, 10, 23, 8, 0, 0);
  const file = { rule, ext: "jpg", defaultType: "image/jpeg", pinned: { size: 3 }, metadata: {} };
  expect(newObject(file, { user: "ann" }, now)).toEqual({
    ...file,
    key: expect.stringMatching(new RegExp(`^uploads/ann/20261123/${now}_[0-9a-f]{32}\\.jpg$`)),
  });
});
