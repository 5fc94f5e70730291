import type { Caller } from "../auth/caller.ts";
import { newKey } from "../object/object-key.ts";
import { finalKey, isPending, pendingKey } from "../object/places.ts";
import type { Claim } from "../quota/decision.ts";
import type { FileToUpload } from "./file.ts";

/** A file with the object key that was chosen for it. */
export interface NewObject extends FileToUpload {
  /** Made by {@link newKey}; under `pending/` for a rule with `check: "before"`. */
  readonly key: string;
}

/**
 * Chooses a new key for a file.
 *
 * @param now Unix time in milliseconds
 */
export function newObject<T extends FileToUpload>(file: T, caller: Caller, now: number): T & NewObject {
  const key = newKey(file.rule, file.ext, caller, now);
  return { key: file.rule.check === "before" ? pendingKey(key) : key, ...file };
}

/** For the answer about a file that waits for its check: the key that it gets when it passes. */
export function acceptedKey(key: string): { readonly acceptedKey?: string } {
  return isPending(key) ? { acceptedKey: finalKey(key) } : {};
}

/**
 * What a quota counts of it: its exact size, where that was asked for. A signature for an empty file is as good for a copy of
 * another object (SECURITY.md), which has no body either, and so counts like one without a size.
 */
export function claimOf({ key, rule, pinned }: Pick<NewObject, "key" | "rule" | "pinned">): Claim {
  return { key, rule, bytes: pinned.size || rule.maxBytes };
}
