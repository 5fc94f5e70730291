import {
  array,
  fallback,
  type GenericSchema,
  optional,
  parseJson,
  pipe,
  record,
  safeParse,
  string,
  transform,
  unknown,
} from "valibot";

/*
 * Other programs wrote this input, and no contract fixes its form: what has the expected form is read, and the rest is
 * ignored.
 */

/** The value of a JSON text; undefined if it is not JSON. */
export const Json = fallback(pipe(string(), parseJson()), undefined);

/** A member that matches the schema; undefined if it is missing or does not match. */
export function maybe<const Schema extends GenericSchema>(schema: Schema) {
  return optional(fallback(optional(schema), undefined));
}

/** The items of a list that match the schema; empty if it is not a list. */
export function matchingItems<const Schema extends GenericSchema>(schema: Schema) {
  return fallback(
    pipe(
      array(unknown()),
      transform((items) =>
        items.flatMap((item) => {
          const { success, output } = safeParse(schema, item);
          return success ? [output] : [];
        }),
      ),
    ),
    [],
  );
}

/** The members of an object that are strings. */
export const TextMembers = pipe(
  record(string(), unknown()),
  transform((members) =>
    Object.fromEntries(
      Object.entries(members).flatMap(([name, item]) =>
        typeof item === "string" ? [[name, item] as const] : [],
      ),
    ),
  ),
);

/** Like {@link TextMembers}, but empty if it is missing or not an object. */
export const Texts = optional(fallback(TextMembers, {}), {});
