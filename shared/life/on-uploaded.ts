import type { Invocation } from "../entry/invocation.ts";
import type { StoredFile } from "./stored-file.ts";

/**
 * What to do with a file:
 *
 * - `undefined` leaves it to the check that its rule asks for; without one it is accepted;
 * - `reject` gives a reason, a code such as `NotAnInvoice`;
 * - `accept` says that the team has checked it itself, and that no other check is needed;
 * - `wait` leaves it to COS's own audit, whose callback `wechat-push` reads; after a day without one it is
 *   `undecided`.
 */
export type Wish =
  | { readonly reject: string }
  | { readonly accept: true }
  | { readonly wait: true }
  | undefined;

/**
 * Called for every file that is stored and is what its rule says, before it is accepted. This is the one place to plug in
 * your own: write it to a database, look at it, reject it.
 *
 * It may be called more than once for one upload, and uploads may come in any order: `key` and `etag` tell them apart.
 * When it throws, the file stays `stored`, and the call is repeated: by SCF a minute later, twice, and then by the timer of
 * `uploaded`.
 */
export async function onUploaded(_file: StoredFile, _invocation: Invocation): Promise<Wish> {
  return undefined;
}

/**
 * Called for every file that is rejected, because it does not match its rule, by a check, or by `onUploaded`
 * itself. It is called before the file is removed, or moved to `rejected/` if its rule says `keepRejected`.
 *
 * When it throws, the file is still there, and the call is repeated: by SCF twice, and then by the timer of
 * `uploaded`. So it too may be called more than once for one upload.
 *
 * @param _reason a code, such as `WrongContent`
 */
export async function onRejected(
  _file: StoredFile,
  _reason: string,
  _invocation: Invocation,
): Promise<void> {}
