import { array, instance, parseJson, pipe, safeParse, string, transform, tuple, unknown } from "valibot";

/**
 * A bucket policy, parsed just far enough to add or remove a statement. Everything else is written back unchanged.
 */
export interface PolicyDocument {
  /** The elements other than the statements, in their order. */
  readonly others: readonly (readonly [name: string, value: unknown])[];
  /** `statement`, or `Statement` as the API's samples write it. */
  readonly statementName: string;
  readonly statements: readonly unknown[];
}

/** A bucket without a policy. */
export const NO_POLICY: PolicyDocument = {
  others: [["version", "2.0"]],
  statementName: "statement",
  statements: [],
};

/** The policy cannot be changed without the risk of losing something. */
export class PolicyFormError extends Error {
  override readonly name = "PolicyFormError";
}

/** The policy's elements, in their order. */
const Elements = pipe(
  string(),
  parseJson(undefined, "The bucket's policy is not JSON."),
  instance(Object, "The bucket's policy is not a JSON object."),
  transform((policy: object): [string, unknown][] => Object.entries(policy)),
);
const Statement = tuple([string(), array(unknown())]);

/** @throws PolicyFormError */
export function readPolicyDocument(text: string): PolicyDocument {
  const { success, output, issues } = safeParse(Elements, text);
  if (!success) throw new PolicyFormError(issues[0].message);
  const [found, ...more] = output.filter(([name]) => name.toLowerCase() === "statement");
  const statement = safeParse(Statement, found);
  if (!statement.success || more.length > 0) {
    throw new PolicyFormError("The bucket's policy has no list of statements.");
  }
  const [statementName, statements] = statement.output;
  return { others: output.filter(([name]) => name !== statementName), statementName, statements };
}

/** The policy as indented JSON. */
export function policyText({ others, statementName, statements }: PolicyDocument): string {
  return JSON.stringify(Object.fromEntries([...others, [statementName, statements]]), null, 2);
}
