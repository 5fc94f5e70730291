import { matchesWildcard } from "./wildcard.ts";

/** `qcs:project:service:region:account:` precede the resource itself, which may contain colons. */
const LEADING_PARTS = 5;

/**
 * Whether a policy's resource, `*` or six-part with wildcards inside the parts, covers the requested one. An
 * empty project, region or account in the pattern means any
 * (https://cloud.tencent.com/document/product/598/10606).
 */
export function matchesResource(pattern: string, resource: string): boolean {
  if (pattern === "*") return true;
  const wanted = split(pattern);
  const given = split(resource);
  return wanted.every((part, index) => part === "" || matchesWildcard(part, given[index] ?? ""));
}

function split(resource: string): string[] {
  const parts = resource.split(":");
  return [...parts.slice(0, LEADING_PARTS), parts.slice(LEADING_PARTS).join(":")];
}
