import { object, parseJson, pipe, regex, safeParse, string } from "valibot";
import type { CosCall } from "../cos/client.ts";
import type { StoredFile } from "../life/stored-file.ts";
import { userPlace } from "../object/places.ts";
import type { Grant } from "../sts/session-policy.ts";

const User = pipe(string(), parseJson(), object({ openid: pipe(string(), regex(/^[\w-]{1,128}$/)) }));

/** What a temporary credential must allow in order to read a user's openid, or to write it. */
export function userGrant(user: string, action: "GetObject" | "PutObject"): Grant {
  return { key: userPlace(user), permissions: [{ actions: [action] }], credentialStaysHere: true };
}

/**
 * Stores a user's openid: a check must name the uploader, and an object key names them only by a value that
 * cannot be reversed. `login` calls this.
 *
 * @param user the user's part of object keys
 * @throws ServiceError when COS fails
 */
export async function keepOpenid(user: string, openid: string, cos: CosCall): Promise<void> {
  await cos({
    method: "PUT",
    key: userPlace(user),
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ openid }),
  });
}

/**
 * The openid of whoever uploaded a file; undefined when `login` has not written it. If you have another login,
 * read it here from where yours keeps it.
 *
 * @throws ServiceError when COS fails
 */
export async function openidOf({ user }: StoredFile, cos: CosCall): Promise<string | undefined> {
  if (user === undefined) return undefined;
  const answer = await cos({ method: "GET", key: userPlace(user), accept: [404] });
  if (answer.status === 404) return undefined;
  const { success, output } = safeParse(User, answer.body.toString("utf8"));
  return success ? output.openid : undefined;
}
