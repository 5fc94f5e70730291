import { custom, fallback, parse, parseJson, pipe, safeParse, string, transform } from "valibot";

const Json = fallback(pipe(string(), parseJson()), undefined);

/** JSON's value; undefined for what is not JSON. */
export function readJson(text: string): unknown {
  return parse(Json, text);
}

const Members = pipe(
  custom<object>((value) => typeof value === "object" && value !== null && !Array.isArray(value)),
  transform((value) => new Map<string, unknown>(Object.entries(value))),
);

/**
 * A JSON object's members, in their order; undefined for any other value. A Map, in which `constructor` is a name like
 * any other. What each member must be is told by whoever reads them: which code the cloud answers to which wrong
 * member, and in which order, is what the emulator is for.
 */
export function membersOf(value: unknown): Map<string, unknown> | undefined {
  const { success, output } = safeParse(Members, value);
  return success ? output : undefined;
}
