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

test("a value has at most 1000 characters", () => {
  const given = (length: number) => new Map([["response-content-disposition", ["a".repeat(length)]]]);
  expect(readOverrides(given(1000), rules)["response-content-disposition"]).toHaveLength(1000);
  const refused = expect.objectContaining({ status: 400, code: "InvalidParameter" });
  expect(() => readOverrides(given(1001), rules)).toThrow(refused);
});
