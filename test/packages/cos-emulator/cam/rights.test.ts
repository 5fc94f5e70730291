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
  ["allows what the only policy allows", [ALL], true],
  ["refuses what the only policy does not allow", [NO_PUT], false],
  ["allows what both role and session allow", [ALL, policy("allow", "cos:PutObject")], true],
  ["refuses what only the session policy allows", [NO_PUT, ALL], false],
  ["refuses what only the role allows", [ALL, NO_PUT], false],
  [
    "refuses what the role denies, even if the session allows it",
    [policy("deny", "cos:PutObject"), ALL],
    false,
  ],
] as const)("%s", (_, rights, allowed) => {
  expect(decideRights(rights, PUT).allowed).toBe(allowed);
});

test("the cause is from the policy that refuses", () => {
  expect(decideRights([ALL, NO_PUT], PUT)).toMatchObject({
    cause: { kind: "action-not-allowed", action: "name/cos:PutObject", allowed: ["name/cos:GetObject"] },
  });
});
