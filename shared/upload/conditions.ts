import { namesOf } from "../object/media-type.ts";
import type { NamedRule } from "../object/rule.ts";
import type { Condition } from "../sts/session-policy.ts";

/**
 * What an upload may set on its object: nothing that makes it public or moves it to another storage class. Only what
 * is sent is checked, since clients need not send either header
 * (https://cloud.tencent.com/document/product/436/71306).
 */
const ATTRIBUTES = {
  "cos:x-cos-acl": ["default", "private"],
  "cos:x-cos-storage-class": "STANDARD",
};

/** For every request that creates an object. */
export const PLAIN: Condition = { string_equal_if_exist: ATTRIBUTES };

/** The types that platforms add on their own to a body without one: `wx.request` the first, `fetch` the last. */
export const platformsOwn = (): string[] => [
  ...["json", "x-www-form-urlencoded"].flatMap((name) =>
    ["", ";charset=utf-8", "; charset=utf-8"].map((parameter) => `application/${name}${parameter}`),
  ),
  "application/octet-stream",
  "binary/octet-stream",
  "text/plain",
  "text/plain;charset=UTF-8",
];

/** The types that a rule's files may be sent with, listed when they are first needed: they stay the same. */
const typesOf = new WeakMap<NamedRule, readonly string[]>();

/**
 * For a PUT, which must also not have a type that the rule does not allow, such as a page's under a picture's
 * extension. (The Content-Type of a POST is the form's.) A list of good types, not a pattern: COS compares with
 * regard to case and a browser does not, and a browser takes the last of `text/plain, text/html`. By every name that
 * phones and browsers have for a type; with parameters only if the client asked for them by `type=`.
 *
 * @param asked the type that `type=` asked for, if any
 */
export function plainObject(rule: NamedRule, asked?: string): Condition {
  let types = typesOf.get(rule);
  if (types === undefined) {
    types = [...new Set([...platformsOwn(), ...Object.values(rule.types).flat().flatMap(namesOf)])];
    typesOf.set(rule, types);
  }
  const all = asked === undefined || types.includes(asked) ? types : [...types, asked];
  return { string_equal_if_exist: { "cos:content-type": all, ...ATTRIBUTES } };
}
