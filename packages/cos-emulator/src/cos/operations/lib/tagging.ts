import { CosError } from "../../http/errors.ts";
import type { Reply } from "../../http/reply.ts";
import type { Tag } from "../../store/tags.ts";
import { malformedXml, parseXml, xmlField } from "../../xml/parse-xml.ts";
import { xmlReply } from "../../xml/xml-reply.ts";

/** https://www.tencentcloud.com/document/product/436/35665 */
export const MAX_OBJECT_TAGS = 10;
/** https://cloud.tencent.com/document/product/436/34838 */
export const MAX_BUCKET_TAGS = 50;

/** In UTF-8 (https://cloud.tencent.com/document/api/436/42997). */
const MAX_KEY_BYTES = 127;
const MAX_VALUE_BYTES = 255;

/** Letters of any script, digits, spaces and these signs. */
const CHARACTERS = /^[\p{L}\p{N} +\-_=/.:@]*$/u;

/**
 * Reads the body of PUT Bucket tagging or PUT Object tagging (https://cloud.tencent.com/document/product/436/35709).
 *
 * @throws {CosError} MalformedXML, InvalidTag
 */
export function parseTagging(text: string, maxTags: number): readonly Tag[] {
  const set = xmlField(parseXml(text, "Tagging", new Set(["Tagging.TagSet.Tag"])), "TagSet");
  if (set === undefined) throw malformedXml("it has no TagSet");
  const list = xmlField(set, "Tag") ?? [];
  if (!Array.isArray(list)) throw malformedXml("TagSet has no Tag");
  const tags = list.map((item: unknown): Tag => {
    const key = xmlField(item, "Key");
    const value = xmlField(item, "Value");
    if (typeof key !== "string" || typeof value !== "string") throw malformedXml("a Tag needs Key and Value");
    return { key, value };
  });
  checkTags(tags, maxTags);
  return tags;
}

/** @throws {CosError} InvalidTag, which is S3's code; we could not find COS's own */
export function checkTags(tags: readonly Tag[], maxTags: number): void {
  if (tags.length > maxTags) throw invalid(`there are ${tags.length}, but only ${maxTags} are allowed`);
  if (new Set(tags.map(({ key }) => key)).size < tags.length) throw invalid("a key occurs twice");
  for (const { key, value } of tags) {
    if (key === "" || Buffer.byteLength(key) > MAX_KEY_BYTES) {
      throw invalid(`a key must have 1 to ${MAX_KEY_BYTES} bytes`);
    }
    if (Buffer.byteLength(value) > MAX_VALUE_BYTES)
      throw invalid(`a value must not have more than ${MAX_VALUE_BYTES} bytes`);
    if (!CHARACTERS.test(key) || !CHARACTERS.test(value)) {
      throw invalid("keys and values may only contain letters, digits, spaces and + - _ = / . : @");
    }
  }
}

export function taggingReply(tags: readonly Tag[]): Reply {
  return xmlReply({
    Tagging: { TagSet: { Tag: tags.map(({ key, value }) => ({ Key: key, Value: value })) } },
  });
}

function invalid(reason: string): CosError {
  return new CosError("InvalidTag", "The tag you specified is not valid.", { reason: `the tags: ${reason}` });
}
