import { percentDecode } from "../../http/query.ts";
import type { Tag } from "../../store/tags.ts";
import { checkTags } from "./tagging.ts";

/**
 * Reads x-cos-tagging: `key=value&…`, both percent-encoded (https://cloud.tencent.com/document/product/436/7749;
 * 436/7738 for a new bucket).
 *
 * @throws {CosError} InvalidTag
 */
export function readTagHeader(header: string | undefined, maxTags: number): readonly Tag[] {
  if (header === undefined || header === "") return [];
  const tags = header.split("&").map((pair): Tag => {
    const equals = pair.indexOf("=");
    return equals < 0
      ? { key: percentDecode(pair), value: "" }
      : { key: percentDecode(pair.slice(0, equals)), value: percentDecode(pair.slice(equals + 1)) };
  });
  checkTags(tags, maxTags);
  return tags;
}
