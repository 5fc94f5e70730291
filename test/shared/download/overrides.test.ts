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

test("attack: a rule with allowExecutable does not make every object readable as a page", () => {
  expect(() => asked("text/html")).toThrow(ServiceError);
});
