import { expect, test } from "vitest";
import { readOverrides } from "../../../shared/download/overrides.ts";
import { ServiceError } from "../../../shared/errors.ts";
import { defineRules } from "../../../shared/object/rule.ts";

const rules = defineRules({
  photo: { types: { jpg: ["image/jpeg"] }, maxBytes: 10, prefix: "uploads" },
  site: { types: { html: ["text/html"] }, maxBytes: 10, prefix: "sites", allowExecutable: true },
});
const asked = (type: string) => readOverrides(new Map([["response-content-type", [type]]]), rules);

test("an object may be read as a type that a rule names", () => {
  expect(asked("image/jpg")).toEqual({ "response-content-type": "image/jpg" });
});

test("attack: an object is not read as a page because a rule with allowExecutable takes pages", () => {
  expect(() => asked("text/html")).toThrow(ServiceError);
});
