import { parseJson, pipe, record, safeParse, string, unknown } from "valibot";

/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

const RESERVED_PREFIXES = ["SCF_", "QCLOUD_", "TENCENTCLOUD_"];
const MAX_BYTES = 4096;
/** Shorter values are not treated as secrets: they occur in any text by chance. */
const SECRET_MIN_LENGTH = 8;
const SECRET_NAME = /SECRET|KEY|TOKEN|PASSWORD|WEBHOOK/i;
/**
 * The password in a URL's user info (RFC 3986, section 3.2.1): what follows the first colon, or all of it. It extends to
 * the last @, since people also write passwords without percent-encoding them.
 */
const USER_INFO = /^[a-z][a-z0-9+.-]*:\/\/(?:[^:]*:)?(.+)@/is;

/** A variable's value. An empty value counts as unset: SCF does not accept one. */
export function variable(env: Environment, name: string): string | undefined {
  return (Object.hasOwn(env, name) && env[name]) || undefined;
}

/**
 * Where a function gets one of its variables from. Sources that replace one prefix by another, such as `A_ID: B_ID` and
 * `A_KEY: B_KEY`, belong together: all of them come from B_… if one of those is set, and none is filled from A_….
 */
export interface VariableSource {
  /** The variable's name in the function. */
  readonly name: string;
  /** The deployer's variable that provides the value. If none of its group is set, the one called `name` does. */
  readonly preferred: string;
  /** Whether only `preferred` may provide the value. @default false */
  readonly isOnly?: boolean;
}

/** A function's variables: those of its sources that are set. */
export function pick(sources: readonly VariableSource[], env: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(deployersNames(sources, env)).flatMap(([name, from]) => {
      const value = variable(env, from);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** The deployer's variable that each of a function's variables comes from, whether that is set or not. */
export function deployersNames(sources: readonly VariableSource[], env: Environment): Record<string, string> {
  const used = new Set(
    sources.flatMap((source) => (variable(env, source.preferred) === undefined ? [] : [groupOf(source)])),
  );
  return Object.fromEntries(
    sources.map((source) => {
      const isOwn = source.isOnly === true || used.has(groupOf(source));
      return [source.name, isOwn ? source.preferred : source.name];
    }),
  );
}

/** Which prefix is replaced by which; the same for all sources of a group. */
function groupOf({ name, preferred }: VariableSource): string {
  const [words, others] = [name.split("_"), preferred.split("_")];
  while (words.length > 1 && others.length > 1 && words.at(-1) === others.at(-1)) {
    words.pop();
    others.pop();
  }
  return `${words.join("_")}: ${others.join("_")}`;
}

/**
 * What SCF would refuse about a function's variables, a sentence for each problem
 * (https://cloud.tencent.com/document/product/583/30228, and 583/11637 for the limit).
 */
export function environmentProblems(functionName: string, variables: Record<string, string>): string[] {
  const reserved = Object.keys(variables).filter((name) =>
    RESERVED_PREFIXES.some((prefix) => name.startsWith(prefix)),
  );
  const bytes = Object.entries(variables).reduce((sum, pair) => sum + Buffer.byteLength(pair.join("")), 0);
  return [
    ...reserved.map((name) => `${functionName}: the name ${name} is reserved by SCF.`),
    ...(bytes > MAX_BYTES
      ? [`${functionName}: its variables have ${bytes} bytes; SCF allows ${MAX_BYTES}.`]
      : []),
  ];
}

/**
 * The values that no output may show: those of variables whose names suggest a secret; the secrets inside such a
 * variable's JSON, since Serverless Devs stores its key that way; and, in any variable, URLs with a password.
 */
export function secretsOf(env: Environment): string[] {
  return Object.entries(env)
    .flatMap(([name, value = ""]) => [
      ...(SECRET_NAME.test(name) ? [value, ...secretsInJson(value)] : []),
      ...secretsInUrl(value),
    ])
    .filter((secret) => secret.length >= SECRET_MIN_LENGTH);
}

const JsonMembers = pipe(string(), parseJson(), record(string(), unknown()));

function secretsInJson(text: string): string[] {
  const { success, output } = safeParse(JsonMembers, text);
  if (!success) return [];
  return Object.entries(output).flatMap(([name, value]) =>
    SECRET_NAME.test(name) && typeof value === "string" ? [value] : [],
  );
}

function secretsInUrl(value: string): string[] {
  const password = USER_INFO.exec(value)?.[1];
  return password === undefined ? [] : [value, password, percentDecoded(password)];
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
