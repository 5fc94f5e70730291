import type { Caller } from "../../shared/auth/caller.ts";
import { callersNotToldApart } from "../../shared/errors.ts";

/** A caller who has objects of their own. */
export interface Owner extends Caller {
  readonly user: string;
}

/**
 * Only a caller who can be told apart from others has a prefix of their own. With `UPLOAD_AUTH=none` everybody
 * shares the prefix, and anybody could delete everything.
 *
 * @throws ServiceError 403
 */
export function ownerOf({ user }: Caller): Owner {
  if (user !== undefined && user !== "") return { user };
  throw callersNotToldApart(
    "This service does not tell callers apart (UPLOAD_AUTH=none), so nobody can list or delete objects here.",
  );
}
