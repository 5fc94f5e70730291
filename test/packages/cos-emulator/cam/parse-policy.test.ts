import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PolicyError, parsePolicy } from "../../../../packages/cos-emulator/src/cam/parse-policy.ts";

const STATEMENT = {
  effect: "allow",
  action: ["name/cos:PutObject"],
  resource: ["qcs::cos:ap-guangzhou:uid/1250000000:uploads-1250000000/a.jpg"],
};

function policyWith(change: object): string {
  return JSON.stringify({ version: "2.0", statement: [{ ...STATEMENT, ...change }] });
}

function withCondition(condition: unknown): string {
  return policyWith({ condition });
}

test("reads the documented session policy", () => {
  const text = withCondition({
    numeric_less_than_equal: { "cos:content-length": 5242880 },
    string_equal_if_exist: { "cos:content-type": ["image/jpeg", "image/png"] },
  });
  expect(parsePolicy(text)).toEqual({
    version: "2.0",
    statements: [
      {
        effect: "allow",
        actions: ["name/cos:PutObject"],
        resources: ["qcs::cos:ap-guangzhou:uid/1250000000:uploads-1250000000/a.jpg"],
        conditions: [
          {
            operator: "numeric_less_than_equal",
            ifExist: false,
            key: "cos:content-length",
            values: ["5242880"],
          },
          {
            operator: "string_equal",
            ifExist: true,
            key: "cos:content-type",
            values: ["image/jpeg", "image/png"],
          },
        ],
      },
    ],
  });
});

test("action and resource may be single strings or *", () => {
  const [statement] = parsePolicy(policyWith({ action: "*", resource: "*" })).statements;
  expect(statement).toMatchObject({ actions: ["*"], resources: ["*"] });
});

// The examples of https://cloud.tencent.com/document/product/598/10608 and of
// https://www.tencentcloud.com/document/product/598/58419, and conditions that public programs have.
describe("reads what CAM's pages show:", () => {
  const ip = { ip_equal: { "qcs:ip": ["10.217.182.3/24", "111.21.33.72/24"] } };
  const condition = { operator: "string_equal", key: "cos:content-type", values: ["image/png"] };

  test("a single statement without a list", () => {
    const statement = { effect: "allow", action: "cos:PutObject", resource: "*", condition: ip };
    const [read, ...others] = parsePolicy(JSON.stringify({ version: "2.0", statement })).statements;
    expect(others).toEqual([]);
    expect(read).toMatchObject({
      actions: ["cos:PutObject"],
      resources: ["*"],
      conditions: [{ operator: "ip_equal", key: "qcs:ip", values: ip.ip_equal["qcs:ip"] }],
    });
  });

  test.each([
    ["for_any_value:string_equal", false],
    ["for_all_value:string_equal", false],
    ["for_any_value:string_equal_if_exist", true],
  ])("the qualifier of %s", (name, ifExist) => {
    const text = withCondition({ [name]: { "cos:content-type": ["image/png"] } });
    expect(parsePolicy(text).statements[0]?.conditions).toEqual([{ ...condition, ifExist }]);
  });

  test.each([
    "ForAllValues:StringEquals",
    "for_any_value:",
    "for_any_value:for_all_value:string_equal",
    "string_equal:for_any_value",
    "for_some_value:string_equal",
    "_if_exist",
  ])("but %s is no operator", (name) => {
    const text = withCondition({ [name]: { "cos:content-type": "image/png" } });
    expect(() => parsePolicy(text)).toThrow(
      `policy statement[0].condition has the unknown operator "${name}"`,
    );
  });

  // The last is in the tests of cos-java-sdk-v5 (GetSetDelPolicyTest) and cos-cpp-sdk-v5 (bucket_op_test).
  test.each(["qcs:vpc", "vpc:requester_vpc", "cos:x-cos-mime-limit"])("the key %s", (key) => {
    const [statement] = parsePolicy(withCondition({ string_equal: { [key]: "vpc-1" } })).statements;
    expect(statement?.conditions).toMatchObject([{ key, values: ["vpc-1"] }]);
  });
});

describe("refuses a session policy that", () => {
  test.each([
    ["is not JSON", "{", "policy is not JSON"],
    ["is a list", "[]", "policy must be an object"],
    ["is null", "null", "policy must be an object"],
    ["has no version", '{"statement":[]}', 'policy version must be "2.0"'],
    ["has another version", '{"version":"3.0","statement":[]}', 'policy version must be "2.0"'],
    ["has a number as version", '{"version":2.0,"statement":[]}', 'policy version must be "2.0"'],
    ["has no statement", '{"version":"2.0"}', "policy statement must be a statement or a list of them"],
    [
      "has a text instead of statements",
      '{"version":"2.0","statement":"allow"}',
      "policy statement must be a statement or a list of them",
    ],
    [
      "has an empty statement instead of a list",
      '{"version":"2.0","statement":{}}',
      'policy statement[0].effect must be "allow" or "deny"',
    ],
    ["has an empty statement list", '{"version":"2.0","statement":[]}', "policy statement must not be empty"],
    [
      "has upper-case keys",
      '{"Version":"2.0","statement":[]}',
      "policy Version must be written in lower case",
    ],
    ["has an unknown key", '{"version":"2.0","id":"x","statement":[]}', "policy id is not known"],
    [
      "names a principal",
      policyWith({ principal: { qcs: ["*"] } }),
      "policy statement[0].principal is not allowed in a session policy",
    ],
    [
      "has an effect in upper case",
      policyWith({ effect: "Allow" }),
      'policy statement[0].effect must be "allow" or "deny"',
    ],
    [
      "has no effect",
      policyWith({ effect: undefined }),
      'policy statement[0].effect must be "allow" or "deny"',
    ],
    ["has no action", policyWith({ action: undefined }), "policy statement[0].action is missing"],
    [
      "has an empty action list",
      policyWith({ action: [] }),
      "policy statement[0].action must not be an empty list",
    ],
    [
      "has an action without its service",
      policyWith({ action: ["PutObject"] }),
      'policy statement[0].action[0] "PutObject" is not of the form name/cos:PutObject',
    ],
    ["has no resource", policyWith({ resource: undefined }), "policy statement[0].resource is missing"],
    [
      "has a resource of five parts",
      policyWith({ resource: "qcs::cos:r:b/key" }),
      'policy statement[0].resource[0] "qcs::cos:r:b/key" does not have the six parts qcs::service:region:account:resource',
    ],
    [
      "has a bare path as resource",
      policyWith({ resource: "uploads/*" }),
      'policy statement[0].resource[0] "uploads/*" does not have the six parts qcs::service:region:account:resource',
    ],
    [
      "has an empty resource part",
      policyWith({ resource: "qcs::cos:r:uid/1:" }),
      'policy statement[0].resource[0] "qcs::cos:r:uid/1:" has an empty service or resource part',
    ],
    ["has conditions in a list", withCondition([]), "policy statement[0].condition must be an object"],
    [
      "has an unknown operator",
      withCondition({ string_equals: {} }),
      'policy statement[0].condition has the unknown operator "string_equals"',
    ],
    [
      "has an operator in upper case",
      withCondition({ StringEqual: {} }),
      'policy statement[0].condition has the unknown operator "StringEqual"',
    ],
    [
      "has an inherited name as operator",
      withCondition({ constructor: {} }),
      'policy statement[0].condition has the unknown operator "constructor"',
    ],
    [
      "has an unknown condition key",
      withCondition({ string_equal: { "cos:content_type": "a" } }),
      "policy statement[0].condition.string_equal.cos:content_type is not a condition key of COS",
    ],
    [
      "compares a text as a number",
      withCondition({ numeric_equal: { "cos:content-length": "5 MB" } }),
      'policy statement[0].condition.numeric_equal.cos:content-length has a wrong value: "5 MB" is not a number',
    ],
    [
      "compares with NaN",
      withCondition({ numeric_equal: { "cos:content-length": "NaN" } }),
      'policy statement[0].condition.numeric_equal.cos:content-length has a wrong value: "NaN" is not a number',
    ],
    [
      "has a JSON boolean as value",
      withCondition({ bool_equal: { "cos:secure-transport": true } }),
      "policy statement[0].condition.bool_equal.cos:secure-transport must be a string, a number, or a list of them",
    ],
    [
      "has a word as boolean",
      withCondition({ bool_equal: { "cos:secure-transport": "yes" } }),
      'policy statement[0].condition.bool_equal.cos:secure-transport has a wrong value: "yes" is not "true" or "false"',
    ],
    [
      "has a wrong network",
      withCondition({ ip_equal: { "qcs:ip": "10.0.0.0/33" } }),
      'policy statement[0].condition.ip_equal.qcs:ip has a wrong value: "10.0.0.0/33" is not an IP address or network',
    ],
    [
      "has an empty list as value",
      withCondition({ string_equal: { "cos:content-type": [] } }),
      "policy statement[0].condition.string_equal.cos:content-type must not be an empty list",
    ],
  ])("%s", (_, text, message) => {
    expect(() => parsePolicy(text)).toThrow(PolicyError);
    expect(() => parsePolicy(text)).toThrow(message);
  });
});

describe("a bucket policy", () => {
  const principal = { qcs: ["qcs::cam::anyone:anyone"] };

  test("is read with a principal in each statement", () => {
    const { statements } = parsePolicy(policyWith({ principal }), { principal: "required" });
    expect(statements.map(({ principals }) => principals)).toEqual([principal.qcs]);
  });

  test("is read with one principal for all statements", () => {
    const text = JSON.stringify({ version: "2.0", principal, statement: [STATEMENT] });
    const { statements } = parsePolicy(text, { principal: "required" });
    expect(statements.map(({ principals }) => principals)).toEqual([principal.qcs]);
  });

  test("is refused without a principal", () => {
    expect(() => parsePolicy(policyWith({}), { principal: "required" })).toThrow(
      "policy statement[0].principal must be an object",
    );
  });
});

describe("what Tencent's own software sends contrary to CAM's documentation:", () => {
  const OLD = "qcs::cos:ap-guangzhou:uid/1250000000:prefix//1250000000/uploads/a/b:c.jpg";
  const TODAYS = "qcs::cos:ap-guangzhou:uid/1250000000:uploads-1250000000/a/b:c.jpg";
  const lenient = (text: string) => {
    const sentences: string[] = [];
    const policy = parsePolicy(text, { onLeniency: (sentence) => sentences.push(sentence) });
    return { statement: policy.statements[0], sentences };
  };

  test("an outdated resource is refused, with the current form", () => {
    expect(() => parsePolicy(policyWith({ resource: [OLD] }))).toThrow(
      `policy statement[0].resource[0] "${OLD}" has an outdated form; write "${TODAYS}"`,
    );
  });

  test("leniently, it is read as the current form, with a message that names the page", () => {
    const { statement, sentences } = lenient(policyWith({ resource: OLD }));
    expect(statement?.resources).toEqual([TODAYS]);
    expect(sentences).toEqual([expect.stringContaining("/product/598/10606")]);
  });

  test("a resource that only starts like an outdated one is left as it is", () => {
    const other = "qcs::cos:ap-guangzhou:uid/1250000000:prefix/1250000000/uploads/a";
    expect(lenient(policyWith({ resource: other }))).toMatchObject({
      statement: { resources: [other] },
      sentences: [],
    });
  });

  test.each(["prefix//1250000000/*", "prefix//1250000000/uploads", "prefix//*", "prefix//*/uploads/*"])(
    "attack: %s, which would name nothing, is refused instead of making a deny ineffective",
    (old) => {
      const text = policyWith({ effect: "deny", resource: [`qcs::cos:ap-guangzhou:uid/1250000000:${old}`] });
      for (const read of [lenient, parsePolicy])
        expect(() => read(text)).toThrow(/does not name a bucket and a key/);
    },
  );

  test.each([
    ["in the statement", policyWith({ principal: { qcs: "*" } })],
    ["for all statements", JSON.stringify({ ...JSON.parse(policyWith({})), principal: { qcs: ["*"] } })],
  ])("a principal %s is ignored, with a message that names the page", (_, text) => {
    const { statement, sentences } = lenient(text);
    expect(statement).not.toHaveProperty("principals");
    expect(sentences).toEqual([expect.stringContaining("/api/1312/48195")]);
  });

  test("an invalid principal is still refused", () => {
    expect(() => lenient(policyWith({ principal: "*" }))).toThrow(PolicyError);
  });
});

test("any text gives a policy or a PolicyError", () => {
  const key = fc.constantFrom(
    "version",
    "statement",
    "effect",
    "action",
    "resource",
    "condition",
    "__proto__",
  );
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      fc.constantFrom("2.0", "allow", "*", "name/cos:*", 1, null, true),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(key, tie("value"), { maxKeys: 5 }),
    ),
  })).value;
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        json.map((value) => JSON.stringify(value) ?? ""),
      ),
      (text) => {
        try {
          expect(parsePolicy(text).version).toBe("2.0");
        } catch (error) {
          expect(error).toBeInstanceOf(PolicyError);
        }
      },
    ),
  );
});
