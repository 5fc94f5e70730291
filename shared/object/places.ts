import type { Rules } from "./rule.ts";

/**
 * Prefixes that are this project's own: no rule may store under them, no caller may read them, and no trigger is for
 * them.
 */
export const PLACES = {
  /** What is known about uploads, in small objects beside them. */
  life: "life",
  /** Files that were refused and kept, each under its whole key. */
  rejected: "rejected",
  /** Files that wait for a check before they get their key, each under its whole key. */
  pending: "pending",
} as const;

/** Whether a rule's prefix would lie in one of the {@link PLACES}. */
export function isOwnPlace(prefix: string): boolean {
  const [first = ""] = prefix.split("/", 1);
  return Object.values<string>(PLACES).includes(first);
}

/** What keys begin with that a trigger must be for, so that it is called for every upload, and once: `uploads/`. */
export function triggerPrefixes({ all }: Rules): string[] {
  const prefixes = [...new Set(all.map(({ prefix }) => `${prefix}/`))];
  return prefixes.filter((inner) => !prefixes.some((outer) => outer !== inner && inner.startsWith(outer)));
}
