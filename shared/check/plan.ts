import type { StoredFile } from "../life/stored-file.ts";
import { extensionOf } from "../life/upload.ts";
import type { NamedRule } from "../object/rule.ts";
import { checkedAs, type MediaType } from "../wechat/media-check.ts";

/** What a file has to pass once it is what its rule says. */
export type Plan =
  /** Nothing. */
  | { readonly is: "none" }
  /** WeChat's check, as an image or as audio. */
  | { readonly is: "wechat"; readonly type: MediaType }
  /** A check, but there is none for it: WeChat does not accept its format or size, or is not asked at all. */
  | { readonly is: "undecidable" };

/**
 * @param byWeChat whether WeChat is asked: MEDIA_CHECK
 */
export function planFor({ key, size }: StoredFile, rule: NamedRule, byWeChat: boolean): Plan {
  const ext = extensionOf(key);
  // If the rule does not say, do what WeChat's review requires: check images and audio.
  const { check = byWeChat && isMedia(ext, rule) ? "after" : "none" } = rule;
  if (check === "none") return { is: "none" };
  const type = byWeChat ? checkedAs(ext, size) : undefined;
  return type === undefined ? { is: "undecidable" } : { is: "wechat", type };
}

/** Also by the extension: a rule may call `.ogg` by its other name, `application/ogg`. */
function isMedia(ext: string, { types }: NamedRule): boolean {
  const allowed = Object.hasOwn(types, ext) ? (types[ext] ?? []) : [];
  return checkedAs(ext, 0) !== undefined || allowed.some((type) => /^(?:image|audio)\//.test(type));
}
