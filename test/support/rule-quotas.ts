import { vi } from "vitest";
import type { Rule } from "../../shared/object/rule.ts";
import { rules } from "../../shared/object/rules.ts";

const { all } = rules;

/**
 * Until the file's end, each rule of this repository has this quota, or none. With one, a service made from the source
 * would have to load quota.js, which only a build has.
 */
export function setRuleQuotas(quota?: Rule["quota"]): void {
  const changed = all.map(({ quota: _, ...rule }) => ({ ...rule, ...(quota && { quota }) }));
  vi.spyOn(rules, "all", "get").mockReturnValue(changed);
}
