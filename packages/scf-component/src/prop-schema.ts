import {
  boolean,
  check,
  custom,
  type ErrorMessage,
  type GenericSchema,
  nullish,
  number,
  type ObjectEntries,
  picklist,
  pipe,
  regex,
  type StrictObjectIssue,
  strictObject,
  string,
  transform,
  union,
} from "valibot";

/*
 * The parts of the props' schema. Serverless Devs has already resolved the props; `${env(…)}` becomes text even where a
 * number is needed. Each message follows the prop's name. None contains a value, which might be a misplaced secret.
 */

/** A variable's name. */
export const VARIABLE = /^[A-Za-z][A-Za-z0-9_]*$/;

export const Mapping = custom<object>(
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "must be a mapping.",
);

/** A mapping that has no settings but these; a missing one is read as undefined. */
export function settings<const Entries extends ObjectEntries>(entries: Entries) {
  const names = Object.keys(entries);
  const missing = Object.fromEntries(names.map((name) => [name, undefined]));
  const message: ErrorMessage<StrictObjectIssue> = ({ path }) =>
    `has no setting ${String(path?.at(-1)?.key)}; the settings are ${names.join(" ")}.`;
  return pipe(
    Mapping,
    transform((given) => ({ ...missing, ...given })),
    strictObject(entries, message),
  );
}

/** Undefined when it is missing or null, as a YAML key without a value is. */
export function optionally<const Schema extends GenericSchema>(schema: Schema) {
  return pipe(
    nullish(schema),
    transform((value) => value ?? undefined),
  );
}

/** Undefined when it is missing or empty. */
export const Text = pipe(
  nullish(string("must be text."), ""),
  transform((text) => text || undefined),
);

export function flag(byDefault: boolean) {
  const OfText = pipe(
    picklist(["true", "false"]),
    transform((text) => text === "true"),
  );
  return nullish(union([boolean(), OfText], "must be true or false."), byDefault);
}

export function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}.`;
  const OfText = pipe(string(), regex(/^\d{1,9}$/), transform(Number));
  return pipe(
    union([number(), OfText], message),
    check((value) => Number.isInteger(value) && value >= min && value <= max, message),
  );
}
