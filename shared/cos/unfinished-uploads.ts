import { storageUnavailable } from "../errors.ts";
import type { Grant } from "../sts/session-policy.ts";
import type { CosCall } from "./client.ts";
import { elements, readXml, textOf } from "./read-xml.ts";

/** An upload in parts that was begun, and neither completed nor aborted. */
export interface UnfinishedUpload {
  readonly key: string;
  readonly uploadId: string;
}

/** The most that COS lists at once. */
const MAX_LISTED = 1000;

/** A thousand of the longest keys, each with what is said of its upload. */
const MAX_ANSWER_BYTES = 4 * 1024 ** 2;

/** To list and abort the uploads under a prefix, which has a slash at its end. */
export function unfinishedGrant(prefix: string): Grant {
  return {
    key: prefix.replace(/\/$/, ""),
    isPrefix: true,
    permissions: [{ actions: ["ListMultipartUploads", "AbortMultipartUpload"] }],
  };
}

/**
 * The uploads under a prefix, by List Multipart Uploads (https://cloud.tencent.com/document/product/436/7736),
 * a page at a time.
 *
 * @throws ServiceError when COS refuses, fails, or answers with something other than a listing
 */
export async function* unfinishedUploads(
  prefix: string,
  cos: CosCall,
): AsyncGenerator<readonly UnfinishedUpload[]> {
  for (let marker: Record<string, string> = {}; ; ) {
    const { body } = await cos({
      method: "GET",
      key: "",
      query: { uploads: "", prefix, "max-uploads": String(MAX_LISTED), ...marker },
      maxAnswerBytes: MAX_ANSWER_BYTES,
    });
    const result = readXml(body, "ListMultipartUploadsResult");
    if (result === undefined) {
      throw storageUnavailable("Storage failed; try again in a moment.", { log: { cosError: "no listing" } });
    }
    yield elements(result, "Upload").map((item) => ({
      key: textOf(item, "Key"),
      uploadId: textOf(item, "UploadId"),
    }));
    const next = textOf(result, "NextKeyMarker");
    if (textOf(result, "IsTruncated") !== "true" || next === "") return;
    marker = { "key-marker": next, "upload-id-marker": textOf(result, "NextUploadIdMarker") };
  }
}

/**
 * Abort Multipart Upload (https://cloud.tencent.com/document/product/436/7740). An upload that has already
 * ended, either way, is left as it is.
 *
 * @throws ServiceError when COS refuses or fails
 */
export async function abortUnfinished({ key, uploadId }: UnfinishedUpload, cos: CosCall): Promise<void> {
  await cos({ method: "DELETE", key, query: { uploadId }, accept: [404] });
}
