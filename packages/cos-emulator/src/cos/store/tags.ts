import { isStringRecord } from "./parse-json.ts";

/** A label of an object or of the bucket (https://www.tencentcloud.com/document/product/436/35665). */
export interface Tag {
  readonly key: string;
  readonly value: string;
}

/** Reads what the store wrote; undefined for anything else. */
export function parseTags(value: unknown): readonly Tag[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const tags = value.map((item: unknown): Tag | undefined => {
    if (!isStringRecord(item)) return undefined;
    const { key, value: text } = item;
    return key === undefined || text === undefined ? undefined : { key, value: text };
  });
  return tags.every((tag) => tag !== undefined) ? tags : undefined;
}
