import { custom, fallback, parse, parseJson, pipe, safeParse, string, transform } from "valibot";

const Json = fallback(pipe(string(), parseJson()), undefined);

/** The value of a JSON text; undefined if it is not JSON. */
export function readJson(text: string): unknown {
  return parse(Json, text);
}

const Members = pipe(
  custom<object>((value) => typeof value === "object" && value !== null && !Array.isArray(value)),
  transform((value) => new Map<string, unknown>(Object.entries(value))),
);

/**
 * A JSON object's members, in their order; undefined for any other value. A Map, in which `constructor` is a name like
 * any other. The caller checks each member: the emulator must answer each wrong one with the cloud's own code, and
 * check them in the same order.
 */
export function membersOf(value: unknown): Map<string, unknown> | undefined {
  const { success, output } = safeParse(Members, value);
  return success ? output : undefined;
}
