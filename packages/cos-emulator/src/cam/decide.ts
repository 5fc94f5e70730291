import { OPERATORS } from "./operators.ts";
import type { AccessRequest, Condition, Decision, Policy, Statement } from "./policy.ts";
import { matchesResource } from "./resource.ts";
import { matchesWildcard } from "./wildcard.ts";

const ALLOWED: Decision = { allowed: true };

/**
 * Whether `policy` lets `request` through: an explicit deny wins, else one allowing statement must match in
 * action, resource and every condition, else the request is refused.
 * Source: CAM's evaluation logic (https://cloud.tencent.com/document/product/598/10605).
 *
 * A condition on a key that the request lacks does not hold, unless its operator ends in `_if_exist`
 * (https://cloud.tencent.com/document/product/598/10608).
 */
export function decide(policy: Policy, request: AccessRequest): Decision {
  const denial = explicitDenial(policy, request);
  if (denial !== undefined) return { allowed: false, reason: denial };
  let nearest: Mismatch | undefined;
  for (const statement of policy.statements) {
    if (statement.effect !== "allow") continue;
    const found = mismatch(statement, request);
    if (found === undefined) return ALLOWED;
    if (nearest === undefined || found.stage > nearest.stage) nearest = found;
  }
  return { allowed: false, reason: nearest?.reason ?? "the policy has no statement that allows anything" };
}

/** What a statement that denies the request says of it; undefined when none does. */
export function explicitDenial(policy: Policy, request: AccessRequest): string | undefined {
  const denying = policy.statements.find(
    (statement) => statement.effect === "deny" && mismatch(statement, request) === undefined,
  );
  if (denying === undefined) return undefined;
  const keys = new Set(denying.conditions.map(({ key }) => key));
  const given = [...keys].map((key) => `${key} is ${JSON.stringify(request.keys.get(key) ?? null)}`);
  const where = given.length === 0 ? "" : ` where ${given.join(" and ")}`;
  return `a statement denies ${request.action} on ${request.resource}${where}`;
}

/** How far a statement went before it failed, so that the reason comes from the one that came nearest. */
interface Mismatch {
  readonly stage: 0 | 1 | 2;
  readonly reason: string;
}

function mismatch(statement: Statement, request: AccessRequest): Mismatch | undefined {
  if (!statement.actions.some((pattern) => matchesAction(pattern, request.action))) {
    return { stage: 0, reason: `action ${request.action} is not among ${statement.actions.join(", ")}` };
  }
  if (!statement.resources.some((pattern) => matchesResource(pattern, request.resource))) {
    return {
      stage: 1,
      reason: `resource ${request.resource} is not among ${statement.resources.join(", ")}`,
    };
  }
  const failed = statement.conditions.find((condition) => !holds(condition, request.keys));
  return failed && { stage: 2, reason: describe(failed, request.keys.get(failed.key)) };
}

/** `cos:PutObject` and `name/cos:PutObject` are one action: CAM's preset policies write the short form. */
function matchesAction(pattern: string, action: string): boolean {
  return matchesWildcard(withoutName(pattern), withoutName(action));
}

function withoutName(action: string): string {
  return action.startsWith("name/") ? action.slice("name/".length) : action;
}

function holds(condition: Condition, keys: ReadonlyMap<string, string>): boolean {
  const actual = keys.get(condition.key);
  if (actual === undefined) return condition.ifExist;
  const operator = OPERATORS.get(condition.operator);
  if (operator === undefined) return false;
  return condition.values.some((expected) => operator.matches(expected, actual)) !== operator.negated;
}

function describe(condition: Condition, actual: string | undefined): string {
  const name = condition.ifExist ? `${condition.operator}_if_exist` : condition.operator;
  const wanted = condition.values.map((value) => JSON.stringify(value)).join(" or ");
  const given = actual === undefined ? "the request has none" : `the request has ${JSON.stringify(actual)}`;
  return `condition ${name} ${condition.key} wants ${wanted}, ${given}`;
}
