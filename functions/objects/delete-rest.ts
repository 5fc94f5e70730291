import { atOnce } from "../../shared/at-once.ts";
import { DELETE } from "../../shared/cos/delete-objects.ts";
import { abortUnfinished, unfinishedGrant, unfinishedUploads } from "../../shared/cos/unfinished-uploads.ts";
import type { Invocation } from "../../shared/entry/invocation.ts";
import { open } from "../../shared/life/open.ts";
import { userPlace } from "../../shared/object/places.ts";
import { uploadPrefixes } from "./own-objects.ts";
import type { Owner } from "./owner.ts";
import type { ObjectsService } from "./service.ts";

/** How many are aborted in the same time. */
const AT_ONCE = 10;

/** What is left of the time when another page of a thousand is begun, in milliseconds. */
const ENOUGH_MS = 4000;

/**
 * Deletes what is kept of a caller besides their objects: the parts of unfinished uploads, which no listing of
 * objects shows, and then the caller's openid.
 *
 * @returns whether all is done; if not, the same call continues where this one stopped
 * @throws ServiceError when COS or STS fails
 */
export async function deleteRest(
  owner: Owner,
  service: ObjectsService,
  invocation: Invocation,
): Promise<boolean> {
  const prefixes = uploadPrefixes(service.rules, owner);
  const known = userPlace(owner.user);
  const grants = [
    ...prefixes.map(unfinishedGrant),
    { key: known, permissions: [DELETE], credentialStaysHere: true },
  ];
  const cos = await open(grants, service, invocation);
  let aborted = 0;
  for (const prefix of prefixes) {
    for await (const uploads of unfinishedUploads(prefix, cos)) {
      if (aborted > 0 && invocation.remainingMs() < ENOUGH_MS) return false;
      await atOnce(AT_ONCE, uploads, (upload) => abortUnfinished(upload, cos));
      aborted += uploads.length;
      invocation.note({ aborted });
    }
  }
  // The next login stores it again.
  await cos({ method: "DELETE", key: known, accept: [404] });
  return true;
}
