import { membersOf, readJson } from "../json/read-json.ts";
import { OPERATORS } from "./operators.ts";
import type { Condition, Policy, Statement } from "./policy.ts";

/** Thrown for a policy that CAM would not accept; the message names the place and what is wrong there. */
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
  /**
   * Called for what CAM's pages forbid although Tencent's own software sends it. It is then read as its author meant
   * it: a forbidden `principal` is ignored, and a resource in the form of {@link OLD_RESOURCE} names the same object as
   * in today's form.
   * @default such a policy is refused
   */
  readonly onLeniency?: (sentence: string) => void;
}

/**
 * The condition keys that COS sets for its requests (https://cloud.tencent.com/document/product/436/71306).
 * Any other name is refused here. In CAM, such a condition would silently never hold.
 */
export const CONDITION_KEYS: ReadonlySet<string> = new Set([
  "qcs:ip",
  // The same under the name that the international page has (https://www.tencentcloud.com/document/product/436/46205).
  "qcs:vpc",
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
  // Not on that page, but in the bucket policies of cos-java-sdk-v5's and cos-cpp-sdk-v5's tests.
  "cos:x-cos-mime-limit",
]);

/** `qcs::cos:<region>:uid/<appid>:prefix//<appid>/<bucket without appid>/<key>`, as qcloud-cos-sts writes it. */
const OLD_RESOURCE = /^(qcs:[^:]*:cos:[^:]*:[^:]*:)prefix\/\/(\d+)\/([^/]+)\/(.*)$/s;
const BEGINS_OLD = /^qcs:[^:]*:cos:[^:]*:[^:]*:prefix\/\//;
const PRINCIPAL_PAGE = "https://cloud.tencent.com/document/api/1312/48195";
const RESOURCE_PAGE = "https://cloud.tencent.com/document/product/598/10606";

/**
 * An operator, possibly after a qualifier for keys with several values
 * (https://cloud.tencent.com/document/product/598/10608). COS's keys have only one, so both qualifiers mean the same.
 */
const OPERATOR = /^(?:for_(?:any|all)_value:)?(\w+?)(_if_exist)?$/;

const SERVICE_ACTION = /^(name\/)?[a-z]+:[A-Za-z*]+$/;
const RESOURCE_PARTS = 6;

/**
 * Parses a policy's JSON text strictly: version "2.0", lower-case element names, nothing unknown.
 * Source: CAM policy syntax (https://cloud.tencent.com/document/product/598/10603 and 598/10604).
 *
 * @throws {PolicyError} naming the first thing that is wrong and where it is
 */
export function parsePolicy(text: string, options: ParsePolicyOptions = {}): Policy {
  const policy = object(parseJson(text), "");
  const { principal: principalRule = "forbidden", onLeniency } = options;
  const isForAll = principalRule === "required" || onLeniency !== undefined;
  onlyKeys(policy, new Set(["version", "statement", ...(isForAll ? ["principal"] : [])]), "");
  if (policy.get("version") !== "2.0") throw new PolicyError("version", 'must be "2.0"');

  const list = listOf(policy.get("statement"));
  if (list === undefined) throw new PolicyError("statement", "must be a statement or a list of them");
  if (list.length === 0) throw new PolicyError("statement", "must not be empty");
  const rules: Rules = { principalRule, onLeniency };
  const forAll = policy.has("principal") ? readPrincipal(policy, "principal", rules) : undefined;
  return {
    version: "2.0",
    statements: list.map((item, index) => parseStatement(item, `statement[${index}]`, rules, forAll)),
  };
}

/** CAM's own examples write a single statement without a list (https://cloud.tencent.com/document/product/598/10608). */
function listOf(statement: unknown): readonly unknown[] | undefined {
  if (Array.isArray(statement)) return statement;
  return membersOf(statement) === undefined ? undefined : [statement];
}

interface Rules {
  readonly principalRule: "forbidden" | "required";
  readonly onLeniency: ParsePolicyOptions["onLeniency"];
}

function parseStatement(
  value: unknown,
  path: string,
  rules: Rules,
  principalsForAll: readonly string[] | undefined,
): Statement {
  const statement = object(value, path);
  onlyKeys(statement, new Set(["principal", "effect", "action", "resource", "condition"]), path);
  const needsOwn = rules.principalRule === "required" && principalsForAll === undefined;
  const ownPrincipals =
    needsOwn || statement.has("principal")
      ? readPrincipal(statement, `${path}.principal`, rules)
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
  const named = resources.map((resource, index) => {
    const at = `${path}.resource[${index}]`;
    checkResource(resource, at);
    return inTodaysForm(resource, at, rules);
  });
  const condition = statement.get("condition");
  return {
    ...(ownPrincipals !== undefined && { principals: ownPrincipals }),
    effect,
    actions,
    resources: named,
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

/** The value of `principal`; undefined if it is to be ignored. */
function readPrincipal(
  owner: Map<string, unknown>,
  path: string,
  { principalRule, onLeniency }: Rules,
): readonly string[] | undefined {
  if (principalRule === "forbidden" && onLeniency === undefined) {
    throw new PolicyError(path, "is not allowed in a session policy");
  }
  const principals = parsePrincipal(owner.get("principal"), path);
  if (principalRule === "required") return principals;
  onLeniency?.(`policy ${path} is not allowed in a session policy and was ignored (${PRINCIPAL_PAGE})`);
  return undefined;
}

/**
 * Rewrites a resource from the old form to today's.
 *
 * @throws {PolicyError} for one in the old form, unless those are allowed; always for one that only begins like it,
 * since unchanged it would name nothing, and a statement that denies it would deny nothing
 */
function inTodaysForm(resource: string, path: string, { onLeniency }: Rules): string {
  const [, before, appId, name, key] = OLD_RESOURCE.exec(resource) ?? [];
  if (before === undefined) {
    if (!BEGINS_OLD.test(resource)) return resource;
    throw new PolicyError(
      path,
      `"${resource}" has an outdated form that does not name a bucket and a key; write "qcs::cos:<region>:uid/<appid>:<bucket>-<appid>/<key>"`,
    );
  }
  const today = `${before}${name}-${appId}/${key}`;
  if (onLeniency === undefined) {
    throw new PolicyError(path, `"${resource}" has an outdated form; write "${today}"`);
  }
  onLeniency(`policy ${path} has an outdated form and was read as "${today}" (${RESOURCE_PAGE})`);
  return today;
}

/** The names under `qcs`. Services and federated identities never call a bucket, so they are left out. */
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
    const [, operator = name, ending] = OPERATOR.exec(name) ?? [];
    const ifExist = ending !== undefined;
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
  const value = readJson(text);
  if (value === undefined) throw new PolicyError("", "is not JSON");
  return value;
}

function object(value: unknown, path: string): Map<string, unknown> {
  const members = membersOf(value);
  if (members === undefined) throw new PolicyError(path, "must be an object");
  return members;
}

function onlyKeys(value: Map<string, unknown>, allowed: ReadonlySet<string>, path: string): void {
  for (const key of value.keys()) {
    if (allowed.has(key)) continue;
    const at = path === "" ? key : `${path}.${key}`;
    if (allowed.has(key.toLowerCase())) throw new PolicyError(at, "must be written in lower case");
    throw new PolicyError(at, key === "principal" ? "is not allowed in a session policy" : "is not known");
  }
}
