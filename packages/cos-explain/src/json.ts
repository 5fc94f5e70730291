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
 * What explains a refusal was written by other programs, in forms that nobody promises: what has the known form is
 * read, and the rest is passed over.
 */

/** JSON's value; undefined for what is no JSON. */
export const Json = fallback(pipe(string(), parseJson()), undefined);

/** A member of this form; undefined when there is none, or of another form. */
export function maybe<const Schema extends GenericSchema>(schema: Schema) {
  return optional(fallback(optional(schema), undefined));
}

/** Those items of a list that have this form; none where there is no list. */
export function those<const Schema extends GenericSchema>(schema: Schema) {
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

/** Those members of an object that are texts. */
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

/** As {@link TextMembers}; none where there is no object. */
export const Texts = optional(fallback(TextMembers, {}), {});
