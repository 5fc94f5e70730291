/** A field of something that came from outside and may be no object; undefined where there is none. */
export function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

/**
 * Whether somebody gave a value. `null` and an empty text are how serializers write that there is none: of PHP, Java and
 * jQuery, and of axios until 1.1.2 (https://github.com/axios/axios/pull/5108).
 */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}
