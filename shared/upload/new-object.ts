import type { Caller } from "../auth/caller.ts";
import { newKey } from "../object/object-key.ts";
import type { FileToUpload } from "./file.ts";

/** A file with the object key that was chosen for it. */
export interface NewObject extends FileToUpload {
  /** Made by {@link newKey}. */
  readonly key: string;
}

/**
 * Chooses a new key for a file.
 *
 * @param now Unix time in milliseconds
 */
export function newObject<T extends FileToUpload>(file: T, caller: Caller, now: number): T & NewObject {
  return { ...file, key: newKey(file.rule, file.ext, caller, now) };
}
