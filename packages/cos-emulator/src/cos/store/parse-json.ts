/** Reads JSON whose fields are still to be checked; undefined for what is no JSON or no object. */
export function parseFields<T>(text: string): { readonly [Name in keyof T]?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isStringRecord(value: unknown): value is Record<string, string> {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every((item) => typeof item === "string")
  );
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The only form of a file's name that is taken from an index, so that none can reach outside of its folder. */
export function isUuid(value: unknown): value is string {
  return typeof value === "string" && UUID.test(value);
}
