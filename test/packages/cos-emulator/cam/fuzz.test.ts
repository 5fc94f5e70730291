import fc from "fast-check";
import { expect, test } from "vitest";
import { decide } from "../../../../packages/cos-emulator/src/cam/decide.ts";
import { OPERATORS } from "../../../../packages/cos-emulator/src/cam/operators.ts";
import type {
  AccessRequest,
  Condition,
  Policy,
  Statement,
} from "../../../../packages/cos-emulator/src/cam/policy.ts";
import { matchesWildcard } from "../../../../packages/cos-emulator/src/cam/wildcard.ts";

const value = fc.constantFrom(
  "5",
  "10",
  "true",
  "false",
  "a",
  "a*",
  "127.0.0.1",
  "10.0.0.0/8",
  "",
  "image/jpeg",
);
const key = fc.constantFrom("cos:content-length", "cos:content-type", "cos:secure-transport", "qcs:ip");
const condition: fc.Arbitrary<Condition> = fc.record({
  operator: fc.constantFrom(...OPERATORS.keys()),
  ifExist: fc.boolean(),
  key,
  values: fc.array(value, { minLength: 1, maxLength: 2 }),
});
const action = fc.constantFrom("name/cos:PutObject", "name/cos:GetObject", "name/cos:*", "*");
const object = fc.constantFrom("a.jpg", "b/c.jpg", "*", "b/*");
const resource = object.map((name) => `qcs::cos:ap-guangzhou:uid/1250000000:uploads-1250000000/${name}`);
const statement = (effect: fc.Arbitrary<Statement["effect"]>): fc.Arbitrary<Statement> =>
  fc.record({
    effect,
    actions: fc.array(action, { minLength: 1, maxLength: 2 }),
    resources: fc.array(resource, { minLength: 1, maxLength: 2 }),
    conditions: fc.array(condition, { maxLength: 2 }),
  });
const policy: fc.Arbitrary<Policy> = fc.record({
  version: fc.constant("2.0"),
  statements: fc.array(statement(fc.constantFrom("allow", "allow", "deny")), { maxLength: 4 }),
});
const request: fc.Arbitrary<AccessRequest> = fc.record({
  action: fc.constantFrom("name/cos:PutObject", "name/cos:GetObject", "name/cos:DeleteObject"),
  resource: fc
    .constantFrom("a.jpg", "b/c.jpg", "d.jpg")
    .map((name) => `qcs::cos:ap-guangzhou:uid/1250000000:uploads-1250000000/${name}`),
  keys: fc.array(fc.tuple(key, value), { maxLength: 4 }).map((pairs) => new Map(pairs)),
});

const isAllowed = (statements: readonly Statement[], asked: AccessRequest) =>
  decide({ version: "2.0", statements }, asked).allowed;

test("one more condition never allows more", () => {
  fc.assert(
    fc.property(policy, request, condition, ({ statements }, asked, more) => {
      const narrowed = statements.map((each) =>
        each.effect === "allow" ? { ...each, conditions: [...each.conditions, more] } : each,
      );
      if (isAllowed(narrowed, asked)) expect(isAllowed(statements, asked)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test("one more deny statement never allows more", () => {
  fc.assert(
    fc.property(policy, request, statement(fc.constant("deny")), ({ statements }, asked, denial) => {
      if (isAllowed([...statements, denial], asked)) expect(isAllowed(statements, asked)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test("refuses what no statement allows, whatever the order of the statements", () => {
  fc.assert(
    fc.property(policy, request, ({ statements }, asked) => {
      const allowed = isAllowed(statements, asked);
      expect(isAllowed(statements.toReversed(), asked)).toBe(allowed);
      expect(
        isAllowed(
          statements.filter(({ effect }) => effect === "deny"),
          asked,
        ),
      ).toBe(false);
      if (allowed) expect(statements.some((each) => isAllowed([each], asked))).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test("a wildcard matches exactly what the equivalent regular expression matches", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", ".", "\n"), maxLength: 12 });
  const pattern = fc.string({ unit: fc.constantFrom("a", "b", ".", "*"), maxLength: 8 });
  fc.assert(
    fc.property(pattern, letters, (given, asked) => {
      const source = given.replaceAll(".", "\\.").replaceAll("*", ".*");
      expect(matchesWildcard(given, asked)).toBe(new RegExp(`^${source}$`, "s").test(asked));
    }),
    { numRuns: 2000 },
  );
});
