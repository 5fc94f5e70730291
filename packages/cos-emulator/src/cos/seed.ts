import { createReadStream } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { lookup } from "mrmime";
import type { Clock } from "../cloud/clock.ts";
import { MAX_OBJECT_BYTES } from "./handler.ts";
import { checkObjectKey } from "./operations/lib/object-key.ts";
import type { ObjectStore } from "./store/object-store.ts";

/** The type that COS gives an upload without one, and so that of a file with an unknown extension. */
const UNKNOWN_TYPE = "application/octet-stream";

/**
 * Puts every file of a folder and its subfolders into the bucket, under its path in the folder with `/` between the
 * names, with its extension's type. Rules, policies and the log are bypassed: this is what was stored before. Symbolic
 * links are skipped.
 *
 * @returns the keys, sorted
 * @throws {Error} for a folder that cannot be read
 * @throws {CosError} for a path that is not an object key; then nothing is stored
 */
export async function seed(store: ObjectStore, folder: string, clock: Clock): Promise<readonly string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ file, key: relative(folder, file).split(sep).join("/") }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  for (const { key } of files) checkObjectKey(key);
  for (const { file, key } of files) {
    const contentType = lookup(file) ?? UNKNOWN_TYPE;
    const draft = await store.receive(createReadStream(file), MAX_OBJECT_BYTES);
    const attributes = { contentType, storageClass: "STANDARD", headers: {} };
    await draft.commit(key, attributes, { lastModified: clock(), ifAbsent: false });
  }
  return files.map(({ key }) => key);
}
