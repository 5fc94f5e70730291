import type { IncomingHttpHeaders } from "node:http";
import type { CosAnswer, CosCall } from "../cos/client.ts";
import { storageUnavailable } from "../errors.ts";

/**
 * COS's codes for an object that it has but does not return: archived, or encrypted with a key that only its uploader
 * has (https://cloud.tencent.com/document/product/436/7730). An unsigned header or form field can ask for either, and
 * nobody could then look into the file. We could not find out which of its codes for SSE-C COS uses.
 */
export const WITHHELD = /^(?:InvalidObjectState|sse)/i;

/**
 * Whether an object is in an archive and not restored, by the headers of its HEAD
 * (https://cloud.tencent.com/document/product/436/7745). COS then returns it to nobody.
 */
export function isArchived(headers: IncomingHttpHeaders): boolean {
  const storageClass = String(headers["x-cos-storage-class"] ?? "");
  const isRestored = /ongoing-request="false"/.test(String(headers["x-cos-restore"] ?? ""));
  return /^(?:MAZ_)?(?:DEEP_)?ARCHIVE$/i.test(storageClass) && !isRestored;
}

/** What COS answers to a HEAD of an object that it returns only to whoever has its key; the answer has no code. */
export const WITHHELD_HEAD = 400;

/**
 * HEAD of an object; undefined for one that COS returns only to whoever has its key.
 *
 * @throws ServiceError when COS refuses for another reason, or fails
 */
export async function headOf(key: string, cos: CosCall): Promise<CosAnswer | undefined> {
  const head = await cos({ method: "HEAD", key, accept: [WITHHELD_HEAD, 404] });
  if (head.status !== WITHHELD_HEAD) return head;
  // Only the answer to a GET has a code.
  const headers = { range: "bytes=0-0" };
  const { status } = await cos({ method: "GET", key, headers, acceptCode: WITHHELD });
  if (status >= 400) return undefined;
  throw storageUnavailable("Storage failed; try again in a moment.", { log: { cosError: "HEAD 400" } });
}
