import type { Grant } from "../sts/session-policy.ts";
import type { CosCall } from "./client.ts";
import { askListing, MAX_LISTED, notAListing } from "./listing.ts";
import { elements, textOf } from "./read-xml.ts";

/** An upload in parts that was begun, and neither completed nor aborted. */
export interface UnfinishedUpload {
  readonly key: string;
  readonly uploadId: string;
}

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
    const query = { uploads: "", prefix, "max-uploads": String(MAX_LISTED), ...marker };
    const { result } = await askListing("ListMultipartUploadsResult", query, cos);
    yield elements(result, "Upload").map((item) => {
      const [key, uploadId] = [textOf(item, "Key"), textOf(item, "UploadId")];
      if (key === "" || uploadId === "") throw notAListing();
      return { key, uploadId };
    });
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
