import type { IncomingHttpHeaders } from "node:http";
import { type ServiceError, storageUnavailable } from "../errors.ts";
import type { CosCall } from "./client.ts";
import { MAX_ANSWER_BYTES, readXml, type XmlElement } from "./read-xml.ts";

/** The most that COS lists at once. */
export const MAX_LISTED = 1000;

/**
 * One page of a listing of the bucket.
 *
 * @param root the element that holds it
 * @throws ServiceError when COS refuses, fails, or answers with something other than that
 */
export async function askListing(
  root: string,
  query: Readonly<Record<string, string>>,
  cos: CosCall,
): Promise<{ readonly result: XmlElement; readonly headers: IncomingHttpHeaders }> {
  const { body, headers } = await cos({ method: "GET", key: "", query, maxAnswerBytes: MAX_ANSWER_BYTES });
  const result = readXml(body, root);
  if (result === undefined) throw notAListing();
  return { result, headers };
}

export function notAListing(): ServiceError {
  return storageUnavailable("Storage failed; try again in a moment.", { log: { cosError: "no listing" } });
}
