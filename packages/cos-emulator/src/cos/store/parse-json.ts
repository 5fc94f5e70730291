import { type GenericSchema, type InferOutput, parseJson, pipe, regex, safeParse, string } from "valibot";

/** The only form of a file's name that is taken from an index, so that none can reach outside of its folder. */
export const Uuid = pipe(string(), regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/));

/** Reads JSON that the store wrote; undefined for what is no JSON, or not of this form. */
export function readStored<const Schema extends GenericSchema>(
  schema: Schema,
  text: string,
): InferOutput<Schema> | undefined {
  const { success, output } = safeParse(pipe(string(), parseJson(), schema), text);
  return success ? output : undefined;
}
