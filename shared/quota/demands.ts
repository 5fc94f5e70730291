import { errorCode } from "../error-code.ts";
import type { NamedRule } from "../object/rule.ts";
import type { Limits } from "./config.ts";
import type { Claim, Decision, Left } from "./decision.ts";

/** What a request asks of one limit a day: that over all rules, or a rule's own. */
export interface Demand {
  /** The rule whose own limits these are; undefined for those over all rules. */
  readonly rule: string | undefined;
  readonly files: number;
  readonly bytes: number;
  readonly maxFiles: number | undefined;
  readonly maxBytes: number | undefined;
}

/** What has been used of a {@link Demand}'s limits, this request not counted. */
export interface Used {
  readonly files: number;
  readonly bytes: number;
}

/** The demands of a request: first over all rules, then of each rule among the files that has a quota of its own. */
export function demandsOf(claims: readonly Claim[], limits: Limits): Demand[] {
  const rules = new Map<string, NamedRule>(
    claims.flatMap(({ rule }) => (rule.quota === undefined ? [] : [[rule.name, rule]])),
  );
  return [
    sum(claims, undefined, limits.filesPerDay, limits.bytesPerDay),
    ...[...rules.values()].map(({ name, quota }) =>
      sum(
        claims.filter(({ rule }) => rule.name === name),
        name,
        quota?.filesPerDay,
        quota?.bytesPerDay,
      ),
    ),
  ];
}

function sum(
  claims: readonly Claim[],
  rule: string | undefined,
  maxFiles: number | undefined,
  maxBytes: number | undefined,
): Demand {
  return {
    rule,
    files: claims.length,
    bytes: claims.reduce((bytes, claim) => bytes + claim.bytes, 0),
    maxFiles,
    maxBytes,
  };
}

/** Of the limits of several demands the one that has least left. */
export function leftOf(
  demands: readonly Demand[],
  used: readonly Used[],
  requests: number | undefined,
): Left {
  const least = (of: "files" | "bytes", max: "maxFiles" | "maxBytes") => {
    const left = demands.flatMap((demand, i) => {
      const limit = demand[max];
      return limit === undefined ? [] : [Math.max(0, limit - (used[i]?.[of] ?? 0))];
    });
    return left.length === 0 ? undefined : Math.min(...left);
  };
  const [files, bytes] = [least("files", "maxFiles"), least("bytes", "maxBytes")];
  return {
    ...(files !== undefined && { files }),
    ...(bytes !== undefined && { bytes }),
    ...(requests !== undefined && { requests: Math.max(0, requests) }),
  };
}

/** The first of the limits a day that a request would exceed; undefined for none. */
export function exceeded(
  demands: readonly Demand[],
  used: readonly Used[],
):
  | { readonly what: "files" | "bytes"; readonly rule: string | undefined; readonly limit: number }
  | undefined {
  for (const [i, { rule, files, bytes, maxFiles, maxBytes }] of demands.entries()) {
    const { files: usedFiles, bytes: usedBytes } = used[i] ?? { files: 0, bytes: 0 };
    if (maxFiles !== undefined && files > 0 && usedFiles + files > maxFiles) {
      return { what: "files", rule, limit: maxFiles };
    }
    if (maxBytes !== undefined && bytes > 0 && usedBytes + bytes > maxBytes) {
      return { what: "bytes", rule, limit: maxBytes };
    }
  }
  return undefined;
}

/** After a demand was met. */
export function withDemands(demands: readonly Demand[], used: readonly Used[]): Used[] {
  return demands.map(({ files, bytes }, i) => ({
    files: (used[i]?.files ?? 0) + files,
    bytes: (used[i]?.bytes ?? 0) + bytes,
  }));
}

/** What the caller is told when the store cannot be asked. */
export function unknown(error: unknown): Decision {
  return { kind: "unknown", error: codeOf(error) };
}

/**
 * For the log: an error's code, such as ECONNREFUSED, or the word that an answer of Redis begins with, such as NOAUTH, or
 * NOT_REDIS where something else has answered, or its class. The rest of its message may hold a command's arguments, and in a bundle Redis's errors have no class's name.
 */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = errorCode(error);
  if (code !== undefined) return code;
  if (error.message.startsWith("Protocol error, got ")) return "NOT_REDIS";
  return /^[A-Z]{2,16}(?= )/.exec(error.message)?.[0] ?? error.name;
}
