import { OPERATORS } from "./operators.ts";
import type { Condition, Policy, Statement } from "./policy.ts";

/** Thrown for a policy that CAM would not take; the message names the place and what is wrong there. */
export class PolicyError extends Error {
  override readonly name = "PolicyError";
  /** Such as `statement[0].condition.numeric_equal`. */
  readonly path: string;

  constructor(path: string, problem: string) {
    super(`policy ${path === "" ? "" : `${path} `}${problem}`);
    this.path = path;
  }
}

export interface ParsePolicyOptions {
  /**
   * Session policies must not name a principal (https://cloud.tencent.com/document/api/1312/48195);
   * bucket policies must, in each statement or once for all of them.
   * @default "forbidden"
   */
  readonly principal?: "forbidden" | "required";
}

/**
 * The condition keys that COS gives to its requests (https://cloud.tencent.com/document/product/436/71306).
 * Any other name is refused: CAM would keep such a condition from ever holding, in silence.
 */
export const CONDITION_KEYS: ReadonlySet<string> = new Set([
  "qcs:ip",
  "vpc:requester_vpc",
  "cos:secure-transport",
  "cos:tls-version",
  "cos:host",
  "cos:content-length",
  "cos:content-type",
  "cos:prefix",
  "cos:versionid",
  "cos:response-content-type",
  "cos:x-cos-acl",
  "cos:x-cos-storage-class",
  "cos:x-cos-forbid-overwrite",
]);

const SERVICE_ACTION = /^(name\/)?[a-z]+:[A-Za-z*]+$/;
const RESOURCE_PARTS = 6;

/**
 * Parses a policy's JSON text strictly: version "2.0", lower-case element names, nothing unknown.
 * Source: CAM policy syntax (https://cloud.tencent.com/document/product/598/10603 and 598/10604).
 *
 * @throws {PolicyError} naming the first thing that is wrong and where it stands
 */
export function parsePolicy(text: string, options: ParsePolicyOptions = {}): Policy {
  const principalRule = options.principal ?? "forbidden";
  const policy = object(parseJson(text), "");
  const common = new Set(principalRule === "required" ? ["principal"] : []);
  onlyKeys(policy, new Set(["version", "statement", ...common]), "");
  if (policy.get("version") !== "2.0") throw new PolicyError("version", 'must be "2.0"');

  const list = policy.get("statement");
  if (!Array.isArray(list)) throw new PolicyError("statement", "must be an array");
  if (list.length === 0) throw new PolicyError("statement", "must not be empty");
  const forAll = policy.has("principal") ? parsePrincipal(policy.get("principal"), "principal") : undefined;
  return {
    version: "2.0",
    statements: list.map((item, index) => parseStatement(item, `statement[${index}]`, principalRule, forAll)),
  };
}

function parseStatement(
  value: unknown,
  path: string,
  principalRule: "forbidden" | "required",
  principalsForAll: readonly string[] | undefined,
): Statement {
  const statement = object(value, path);
  onlyKeys(statement, new Set(["principal", "effect", "action", "resource", "condition"]), path);
  if (principalRule === "forbidden" && statement.has("principal")) {
    throw new PolicyError(`${path}.principal`, "is not allowed in a session policy");
  }
  const ownPrincipals =
    principalRule === "required" && (principalsForAll === undefined || statement.has("principal"))
      ? parsePrincipal(statement.get("principal"), `${path}.principal`)
      : principalsForAll;

  const effect = statement.get("effect");
  if (effect !== "allow" && effect !== "deny") {
    throw new PolicyError(`${path}.effect`, 'must be "allow" or "deny"');
  }
  const actions = stringList(statement.get("action"), `${path}.action`);
  actions.forEach((action, index) => {
    if (action !== "*" && !SERVICE_ACTION.test(action)) {
      throw new PolicyError(`${path}.action[${index}]`, `"${action}" is not of the form name/cos:PutObject`);
    }
  });
  const resources = stringList(statement.get("resource"), `${path}.resource`);
  resources.forEach((resource, index) => {
    checkResource(resource, `${path}.resource[${index}]`);
  });
  const condition = statement.get("condition");
  return {
    ...(ownPrincipals !== undefined && { principals: ownPrincipals }),
    effect,
    actions,
    resources,
    conditions: condition === undefined ? [] : parseConditions(condition, `${path}.condition`),
  };
}

function checkResource(resource: string, path: string): void {
  if (resource === "*") return;
  const parts = resource.split(":");
  if (parts.length < RESOURCE_PARTS || parts[0] !== "qcs") {
    throw new PolicyError(
      path,
      `"${resource}" does not have the six parts qcs::service:region:account:resource`,
    );
  }
  const [, , service = "", , , ...rest] = parts;
  if (service === "" || rest.join(":") === "") {
    throw new PolicyError(path, `"${resource}" has an empty service or resource part`);
  }
}

/** The names under `qcs`; services and federated identities are no callers of a bucket. */
function parsePrincipal(value: unknown, path: string): string[] {
  const principal = object(value, path);
  if (principal.size === 0) throw new PolicyError(path, "must not be empty");
  onlyKeys(principal, new Set(["qcs", "service", "federated"]), path);
  const lists = [...principal].map(([kind, names]) => ({
    kind,
    names: stringList(names, `${path}.${kind}`),
  }));
  return lists.flatMap(({ kind, names }) => (kind === "qcs" ? names : []));
}

function parseConditions(value: unknown, path: string): Condition[] {
  const conditions: Condition[] = [];
  for (const [name, keys] of object(value, path)) {
    const ifExist = name.endsWith("_if_exist");
    const operator = ifExist ? name.slice(0, -"_if_exist".length) : name;
    const known = OPERATORS.get(operator);
    if (known === undefined) throw new PolicyError(path, `has the unknown operator "${name}"`);
    for (const [key, expected] of object(keys, `${path}.${name}`)) {
      const at = `${path}.${name}.${key}`;
      if (!CONDITION_KEYS.has(key)) {
        throw new PolicyError(at, "is not a condition key of COS");
      }
      const values = conditionValues(expected, at);
      for (const item of values) {
        const flaw = known.flaw(item);
        if (flaw !== undefined) throw new PolicyError(at, `has a wrong value: ${flaw}`);
      }
      conditions.push({ operator, ifExist, key, values });
    }
  }
  return conditions;
}

function conditionValues(value: unknown, path: string): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (list.length === 0) throw new PolicyError(path, "must not be an empty list");
  return list.map((item) => {
    if (typeof item === "string") return item;
    if (typeof item === "number" && Number.isFinite(item)) return String(item);
    throw new PolicyError(path, "must be a string, a number, or a list of them");
  });
}

function stringList(value: unknown, path: string): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  if (value === undefined) throw new PolicyError(path, "is missing");
  if (list.length === 0) throw new PolicyError(path, "must not be an empty list");
  return list.map((item) => {
    if (typeof item !== "string" || item === "") {
      throw new PolicyError(path, "must be a non-empty string or a list of them");
    }
    return item;
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PolicyError("", "is not JSON");
  }
}

function object(value: unknown, path: string): Map<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new PolicyError(path, "must be an object");
  }
  return new Map(Object.entries(value));
}

function onlyKeys(value: Map<string, unknown>, allowed: ReadonlySet<string>, path: string): void {
  for (const key of value.keys()) {
    if (allowed.has(key)) continue;
    const at = path === "" ? key : `${path}.${key}`;
    if (allowed.has(key.toLowerCase())) throw new PolicyError(at, "must be written in lower case");
    throw new PolicyError(at, key === "principal" ? "is not allowed in a session policy" : "is not known");
  }
}
