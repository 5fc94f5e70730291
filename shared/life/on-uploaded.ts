import type { Invocation } from "../entry/invocation.ts";
import type { StoredFile } from "./stored-file.ts";

/** What to do with a file: `undefined` accepts it; `reject` gives a reason, a code such as `NotAnInvoice`. */
export type Wish = { readonly reject: string } | undefined;

/**
 * Called for every file that is stored and is what its rule says, before it is accepted. This is the one place to plug in
 * your own: write it to a database, look at it, reject it.
 *
 * It may be called more than once for one upload, and uploads may come in any order: `key` and `etag` tell them apart.
 * When it throws, the file stays `stored`, and SCF calls again a minute later, twice.
 */
export async function onUploaded(_file: StoredFile, _invocation: Invocation): Promise<Wish> {
  return undefined;
}
