import { atOnce } from "../../shared/at-once.ts";
import type { ListedObject } from "../../shared/cos/list-objects.ts";
import type { Invocation } from "../../shared/entry/invocation.ts";
import { storedIn } from "../../shared/life/stored-file.ts";
import { WITHHELD_HEAD } from "../../shared/life/withheld.ts";
import { metaIn, nameIn } from "../../shared/object/metadata.ts";
import type { Permission } from "../../shared/sts/session-policy.ts";
import type { OwnObjects } from "./own-objects.ts";
import type { ObjectsService } from "./service.ts";

/** What looking at single objects takes. */
export const HEAD: Permission = { actions: ["HeadObject"] };

/** The most objects that one request looks at; each takes a request of its own. */
export const MAX_DETAILED = 100;

/** How many are looked at in the same time. */
const AT_ONCE = 10;

/** An object with what COS's listing does not contain; `name` and `meta` as in the webhook. */
export type DetailedObject = ListedObject & (Details | Unreadable);

interface Details {
  /** The Content-Type that it was stored with, which the uploader chose. */
  readonly type: string;
  /** The file's own name, as `name=` said it; absent when there is none. */
  readonly name?: string | undefined;
  /** The values that the client gave it. */
  readonly meta: Readonly<Record<string, string>>;
}

/** What there is to say of an object that COS lists, but describes only to whoever has the key that it is encrypted with. */
interface Unreadable {
  readonly unreadable: true;
}

/**
 * Looks at each of these objects. An object that was deleted since it was listed is left out; one that was
 * overwritten is described as it is now.
 *
 * @param objects at most {@link MAX_DETAILED}
 * @throws ServiceError when COS refuses or fails for any of them: an answer that lacks one would say that it is
 *   gone
 */
export async function withDetails(
  objects: readonly ListedObject[],
  own: OwnObjects,
  { cos }: ObjectsService,
  invocation: Invocation,
): Promise<DetailedObject[]> {
  const looked = await atOnce(AT_ONCE, objects, async ({ key, ...listed }): Promise<DetailedObject[]> => {
    const question = { method: "HEAD", key, accept: [WITHHELD_HEAD, 404] } as const;
    const { status, headers } = await cos.call(question, own.credentialFor(key), invocation);
    if (status === 404) return [];
    // The listing has just shown that COS takes our requests: this is about the object.
    if (status === WITHHELD_HEAD) return [{ key, ...listed, unreadable: true }];
    const { size, type, etag, storedAt } = storedIn(headers);
    const lastModified = timeOf(storedAt, listed);
    const name = nameIn(headers["content-disposition"]);
    return [
      { key, size, lastModified, etag, type, ...(name !== undefined && { name }), meta: metaIn(headers) },
    ];
  });
  return looked.flat();
}

/** A HEAD has whole seconds, in another form: keep the listed time, unless the object has changed since. */
function timeOf(storedAt: number, { lastModified }: Pick<ListedObject, "lastModified">): string {
  const isAnother = Number.isFinite(storedAt) && storedAt !== Math.floor(Date.parse(lastModified) / 1000);
  return isAnother ? new Date(storedAt * 1000).toISOString() : lastModified;
}
