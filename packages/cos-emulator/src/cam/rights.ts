import { decide } from "./decide.ts";
import type { AccessRequest, Decision, Policy } from "./policy.ts";

/**
 * What a temporary key may do: what every one of these policies allows. A role's key has its role's policy, and its
 * session policy if it was given one; a federated user's has its session policy. The type requires at least one, so
 * nobody can create a key without a policy by mistake.
 * Source: AssumeRole's Policy, https://cloud.tencent.com/document/api/1312/48197
 */
export type Rights = readonly [Policy, ...Policy[]];

/** Whether every policy allows `request`; the cause is that of the first one that does not. */
export function decideRights(rights: Rights, request: AccessRequest): Decision {
  for (const policy of rights) {
    const decision = decide(policy, request);
    if (!decision.allowed) return decision;
  }
  return { allowed: true };
}
