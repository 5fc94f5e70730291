import { type GenericSchema, type InferOutput, is, parseJson, pipe, regex, safeParse, string } from "valibot";

/** The only form of file name that is accepted from an index, so that none can reach outside its folder. */
export const Uuid = pipe(string(), regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/));

/** Whether it is a name of such a file. */
export function isUuid(name: string): boolean {
  return is(Uuid, name);
}

/** Reads JSON that the store wrote; undefined if it is not JSON, or does not match the schema. */
export function readStored<const Schema extends GenericSchema>(
  schema: Schema,
  text: string,
): InferOutput<Schema> | undefined {
  const { success, output } = safeParse(pipe(string(), parseJson(), schema), text);
  return success ? output : undefined;
}
