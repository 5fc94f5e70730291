/**
 * A bucket policy as COS gave it, so far understood that a statement can be put in or taken out. Everything else in it
 * goes back as it came.
 */
export interface PolicyDocument {
  /** The elements besides the statements, in their order. */
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

/** The policy is not one that can be changed without the risk of losing something. */
export class PolicyFormError extends Error {
  override readonly name = "PolicyFormError";
}

/** @throws PolicyFormError */
export function readPolicyDocument(text: string): PolicyDocument {
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw new PolicyFormError("The bucket's policy is not JSON.");
  }
  const elements = typeof policy === "object" && policy !== null ? Object.entries(policy) : [];
  const [found, ...more] = elements.filter(([name]) => name.toLowerCase() === "statement");
  if (found === undefined || more.length > 0 || !Array.isArray(found[1])) {
    throw new PolicyFormError("The bucket's policy has no list of statements.");
  }
  const [statementName, statements] = found;
  return { others: elements.filter(([name]) => name !== statementName), statementName, statements };
}

/** The policy's JSON, on lines of their own. */
export function policyText({ others, statementName, statements }: PolicyDocument): string {
  return JSON.stringify(Object.fromEntries([...others, [statementName, statements]]), null, 2);
}
