import type { CauseOfKind } from "../../../cos-explain/src/index.ts";
import { OPERATORS } from "./operators.ts";
import type { AccessRequest, Condition, Decision, Policy, PolicyCause, Statement } from "./policy.ts";
import { matchesResource } from "./resource.ts";
import { matchesWildcard } from "./wildcard.ts";

const ALLOWED: Decision = { allowed: true };

/**
 * Whether `policy` allows `request`. An explicit deny wins; otherwise an allowing statement must match in action,
 * resource and every condition, or the request is refused.
 * Source: CAM's evaluation logic (https://cloud.tencent.com/document/product/598/10605).
 *
 * A condition on a key that the request lacks does not hold, unless its operator ends in `_if_exist`
 * (https://cloud.tencent.com/document/product/598/10608).
 */
export function decide(policy: Policy, request: AccessRequest): Decision {
  const denial = explicitDenial(policy, request);
  if (denial !== undefined) return { allowed: false, cause: denial };
  let nearest: Mismatch | undefined;
  for (const statement of policy.statements) {
    if (statement.effect !== "allow") continue;
    const found = mismatch(statement, request);
    if (found === undefined) return ALLOWED;
    if (nearest === undefined || found.stage > nearest.stage) nearest = found;
  }
  return { allowed: false, cause: nearest?.cause ?? { kind: "nothing-allowed" } };
}

/**
 * The cause if a statement denies the request; undefined if none does.
 *
 * @param by whose policy it is
 */
export function explicitDenial(
  policy: Policy,
  request: AccessRequest,
  by: CauseOfKind<"denied">["by"] = "session-policy",
): CauseOfKind<"denied"> | undefined {
  const denying = policy.statements.find(
    (statement) => statement.effect === "deny" && mismatch(statement, request) === undefined,
  );
  if (denying === undefined) return undefined;
  const { action, resource, keys } = request;
  const given = denying.conditions.map(({ key }) => [key, keys.get(key) ?? null] as const);
  return { kind: "denied", by, action, resource, keys: Object.fromEntries(given) };
}

/** How far a statement matched before it failed. The cause comes from the one that matched furthest. */
interface Mismatch {
  readonly stage: 0 | 1 | 2;
  readonly cause: PolicyCause;
}

function mismatch(statement: Statement, request: AccessRequest): Mismatch | undefined {
  if (!statement.actions.some((pattern) => matchesAction(pattern, request.action))) {
    const { action } = request;
    return { stage: 0, cause: { kind: "action-not-allowed", action, allowed: statement.actions } };
  }
  if (!statement.resources.some((pattern) => matchesResource(pattern, request.resource))) {
    const { resource } = request;
    return { stage: 1, cause: { kind: "resource-not-allowed", resource, allowed: statement.resources } };
  }
  const failed = statement.conditions.find((condition) => !holds(condition, request.keys));
  return failed && { stage: 2, cause: notMet(failed, request.keys.get(failed.key)) };
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

function notMet({ operator, ifExist, key, values }: Condition, received: string | undefined): PolicyCause {
  return {
    kind: "condition-not-met",
    operator: ifExist ? `${operator}_if_exist` : operator,
    key,
    wanted: values,
    ...(received !== undefined && { received }),
  };
}
