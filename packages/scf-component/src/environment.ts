import { parseJson, pipe, record, safeParse, string, unknown } from "valibot";

/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

const RESERVED_PREFIXES = ["SCF_", "QCLOUD_", "TENCENTCLOUD_"];
const MAX_BYTES = 4096;
/** Short values occur in any text by chance, and are no secrets. */
const SECRET_MIN_LENGTH = 8;
const SECRET_NAME = /SECRET|KEY|TOKEN|PASSWORD|WEBHOOK/i;
/**
 * What stands before the host of a URL (RFC 3986, 3.2.1): the password behind the first colon, or all of it. Up to the
 * last @, since a password that was not percent-encoded is one too.
 */
const USER_INFO = /^[a-z][a-z0-9+.-]*:\/\/(?:[^:]*:)?(.+)@/is;

/** A variable's value; undefined also when it is empty, which SCF does not take and which means to be left out. */
export function variable(env: Environment, name: string): string | undefined {
  return (Object.hasOwn(env, name) && env[name]) || undefined;
}

/** Where a function's variable comes from. */
export interface VariableSource {
  /** As the function knows it. */
  readonly name: string;
  /** The variable whose value it gets, where that is set; else it gets that of its own name. */
  readonly preferred: string;
  /** Whether it never gets that of its own name. @default false */
  readonly isOnly?: boolean;
}

/** The variables that are set. */
export function pick(sources: readonly VariableSource[], env: Environment): Record<string, string> {
  const picked = new Map<string, string>();
  for (const { name, preferred, isOnly = false } of sources) {
    const value = variable(env, preferred) ?? (isOnly ? undefined : variable(env, name));
    if (value !== undefined) picked.set(name, value);
  }
  return Object.fromEntries(picked);
}

/**
 * What SCF would refuse about a function's variables (https://cloud.tencent.com/document/product/583/30228 and the
 * limit in 583/11637), each in a sentence.
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
 * The values that no output may show: those of variables that are called secrets, the secrets in the JSON that such a
 * variable may hold, as the key of Serverless Devs does, and URLs with a password, in whatever variable.
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
