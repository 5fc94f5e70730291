/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

const RESERVED_PREFIXES = ["SCF_", "QCLOUD_", "TENCENTCLOUD_"];
const MAX_BYTES = 4096;
/** Short values stand in every text by chance, and are no secrets. */
const SECRET_MIN_LENGTH = 8;
const SECRET_NAME = /SECRET|KEY|TOKEN|PASSWORD|WEBHOOK/;

/** A variable's value; undefined also when it is empty, which SCF does not take and which means to be left out. */
export function variable(env: Environment, name: string): string | undefined {
  return (Object.hasOwn(env, name) && env[name]) || undefined;
}

/** The named variables that are set. */
export function pick(names: readonly string[], env: Environment): Record<string, string> {
  const picked = new Map<string, string>();
  for (const name of names) {
    const value = variable(env, name);
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
      ? [`${functionName}: its variables have ${bytes} bytes; SCF takes ${MAX_BYTES}.`]
      : []),
  ];
}

/** The values that no output may show. */
export function secretsOf(env: Environment): string[] {
  return Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && SECRET_NAME.test(name) && value.length >= SECRET_MIN_LENGTH ? [value] : [],
  );
}
