import { array, object, safeParse, string } from "valibot";

/** A label of an object or of the bucket (https://www.tencentcloud.com/document/product/436/35665). */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** As the store writes them. */
export const StoredTags = array(object({ key: string(), value: string() }));

/** Reads what the store wrote; undefined for anything else. */
export function parseTags(value: unknown): readonly Tag[] | undefined {
  const { success, output } = safeParse(StoredTags, value);
  return success ? output : undefined;
}
