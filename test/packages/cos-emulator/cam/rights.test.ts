import { expect, test } from "vitest";
import { parsePolicy } from "../../../../packages/cos-emulator/src/cam/parse-policy.ts";
import { decideRights } from "../../../../packages/cos-emulator/src/cam/rights.ts";

function policy(effect: string, action: string) {
  return parsePolicy(
    JSON.stringify({ version: "2.0", statement: [{ effect, action: [action], resource: ["*"] }] }),
  );
}

const PUT = { action: "name/cos:PutObject", resource: "qcs::cos:::b/a", keys: new Map() };
const ALL = policy("allow", "*");
const NO_PUT = policy("allow", "name/cos:GetObject");

test.each([
  ["one policy that allows", [ALL], true],
  ["one that does not", [NO_PUT], false],
  ["a role that allows what its session allows", [ALL, policy("allow", "cos:PutObject")], true],
  ["a session policy that says more than its role", [NO_PUT, ALL], false],
  ["a role that may more than its session", [ALL, NO_PUT], false],
  ["a role that denies what its session allows", [policy("deny", "cos:PutObject"), ALL], false],
] as const)("%s", (_, rights, allowed) => {
  expect(decideRights(rights, PUT).allowed).toBe(allowed);
});

test("the cause is that of the policy that refuses", () => {
  expect(decideRights([ALL, NO_PUT], PUT)).toMatchObject({
    cause: { kind: "action-not-allowed", action: "name/cos:PutObject", allowed: ["name/cos:GetObject"] },
  });
});
