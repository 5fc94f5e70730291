import { matchesWildcard } from "./wildcard.ts";

/** `qcs:project:service:region:account:` precede the resource itself, which may contain colons. */
const LEADING_PARTS = 5;
const ACCOUNT = 4;

/**
 * Whether a policy's resource, `*` or six-part with wildcards inside the parts, covers the requested one. An
 * empty project, region or account in the pattern means any
 * (https://cloud.tencent.com/document/product/598/10606). An APPID is written out: STS takes `uid/*`, but COS then
 * refuses every request (https://github.com/apache/fluss/issues/3983).
 */
export function matchesResource(pattern: string, resource: string): boolean {
  if (pattern === "*") return true;
  const wanted = split(pattern);
  const given = split(resource);
  return wanted.every((part, index) => {
    const asked = given[index] ?? "";
    if (index === ACCOUNT && part.startsWith("uid/")) return part === asked;
    return part === "" || matchesWildcard(part, asked);
  });
}

function split(resource: string): string[] {
  const parts = resource.split(":");
  return [...parts.slice(0, LEADING_PARTS), parts.slice(LEADING_PARTS).join(":")];
}
