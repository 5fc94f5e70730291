import { createHmac, randomInt } from "node:crypto";
import type { Caller } from "../auth/authorize.ts";
import type { FileToUpload } from "../upload/file.ts";
import type { NamedRule } from "./rule.ts";

/** A file with the object key that was chosen for it. */
export interface NewObject extends FileToUpload {
  /** `<prefix>/[<user>/]<date>/<timestamp>_<random>.<ext>`: ASCII that needs no encoding in a URL. */
  readonly key: string;
}

/**
 * Chooses a new key for a file. Nothing of it comes from the request but an extension that a rule lists.
 *
 * @param now Unix time in milliseconds; for people who look through the bucket, nothing relies on it.
 */
export function newObject(file: FileToUpload, caller: Caller, now: number): NewObject {
  const date = new Date(now).toISOString().slice(0, 10).replaceAll("-", "");
  const name = `${now}_${random128()}.${file.ext}`;
  return Object.assign({}, file, { key: `${ownPrefix(file.rule.prefix, caller)}/${date}/${name}` });
}

/**
 * 128 random bits in hex: nobody can guess a key, or meet one by chance. Of four parts, since randomInt takes what
 * Node.js has drawn ahead from OpenSSL, and `randomBytes(16)` asks for it each time.
 */
function random128(): string {
  const part = () =>
    randomInt(2 ** 32)
      .toString(16)
      .padStart(8, "0");
  return part() + part() + part() + part();
}

/** Where a caller's own objects of a rule are: `<prefix>/<user>`, or `<prefix>` when callers are not told apart. */
export function ownPrefix(prefix: string, caller: Caller): string {
  return caller.user === undefined ? prefix : `${prefix}/${caller.user}`;
}

/**
 * Whether a key is one of the caller's own: of the form that {@link newObject} makes, with any name at its
 * end. Without users that are told apart, every key of that form is.
 */
export function isOwnKey(key: string, { prefix }: NamedRule, caller: Caller): boolean {
  const own = `${ownPrefix(prefix, caller)}/`;
  return key.startsWith(own) && /^\d{8}\/[^/]+$/.test(key.slice(own.length));
}

/**
 * The part of a key that stands for a user: always the same for one `sub`, and without the secret it
 * tells nothing, not even to someone who can guess the `sub`.
 */
export function userSegment(sub: string, secret: string): string {
  return createHmac("sha256", secret).update(`cos-direct-upload user\n${sub}`).digest("hex").slice(0, 32);
}
