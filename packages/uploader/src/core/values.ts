/** These functions check values from outside, whose type is `unknown`. */

export function fieldOf(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

export function textOf(value: unknown, name: string): string {
  const field = fieldOf(value, name);
  return typeof field === "string" ? field : "";
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

export function isTexts(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.keys(value).every((name) => typeof value[name] === "string");
}

/** Calls a method that may be missing. */
export function invoke(target: unknown, name: string, values: readonly unknown[]): unknown {
  const method = fieldOf(target, name);
  return typeof method === "function" ? method.apply(target, values) : undefined;
}

/** Calls a method that may be missing or throw, where the upload does not depend on it. */
export function tryTo(target: unknown, name: string, values: readonly unknown[]): void {
  try {
    invoke(target, name, values);
  } catch {
    // The upload continues, or was already given up.
  }
}
