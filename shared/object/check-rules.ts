import type { NamedRule, Rules } from "./rule.ts";
import { faultOf } from "./rule-fault.ts";

/** A rule that cannot work. The message names it. */
export class RuleError extends Error {
  override readonly name = "RuleError";
}

/**
 * Checks a table of rules. The build calls it, so that a bundle never holds a rule that cannot work and no
 * cold start pays for the check.
 *
 * @throws RuleError for the first rule that cannot work
 */
export function checkRules({ all }: Rules): void {
  if (all.length === 0) throw new RuleError("There is no rule, so nothing could be uploaded.");
  for (const rule of all) {
    const fault = faultOf(rule) ?? conflictOf(rule, all);
    if (fault !== undefined) throw new RuleError(`The rule "${rule.name}" ${fault}.`);
  }
}

/** What is wrong with a rule because of another one; the end of a sentence that begins with the rule. */
function conflictOf(rule: NamedRule, all: readonly NamedRule[]): string | undefined {
  const twin = rule.quota && all.find((other) => other !== rule && isStoredAlike(other, rule));
  if (twin) {
    return `has a quota, but its files cannot be told from those of "${twin.name}"; give one of them another prefix`;
  }
  const lax = all.find((other) => isStoredAlike(other, rule) && !isCheckedAlike(other, rule));
  if (lax) {
    return `differs in check or undecided from "${lax.name}", but their files cannot be told apart; give one of them another prefix`;
  }
  const exposed = rule.readableByAll && all.find((other) => !other.readableByAll && isUnder(other, rule));
  return exposed
    ? `is readableByAll, which would expose what "${exposed.name}" stores under its prefix; give one of them another`
    : undefined;
}

function isStoredAlike(one: NamedRule, other: NamedRule): boolean {
  return one.prefix === other.prefix && Object.keys(one.types).some((ext) => Object.hasOwn(other.types, ext));
}

/** Whichever of two rules a stored file is attributed to, it must pass the same check. */
function isCheckedAlike(one: NamedRule, other: NamedRule): boolean {
  return one.check === other.check && (one.undecided ?? "reject") === (other.undecided ?? "reject");
}

function isUnder(inner: NamedRule, outer: NamedRule): boolean {
  return `${inner.prefix}/`.startsWith(`${outer.prefix}/`);
}
