import type { BucketConfig } from "../config.ts";
import { storageUnavailable } from "../errors.ts";
import type { CosCall, CosRequest } from "./client.ts";
import { objectUrl } from "./url.ts";
import { textOf } from "./xml.ts";

/**
 * The most that a copy may take, in milliseconds, within the function's time: COS may have to move gigabytes.
 */
const MAX_COPY_MS = 25_000;

/**
 * PUT Object - Copy (https://cloud.tencent.com/document/product/436/10881), within the bucket.
 *
 * @param headers further ones, such as conditions
 * @param handled the refusals that the caller handles
 * @returns the status; 200 only when the copy is there
 * @throws ServiceError when COS refuses or fails
 */
export async function copyObject(
  from: string,
  to: string,
  headers: Readonly<Record<string, string>>,
  handled: Pick<CosRequest, "accept" | "acceptCode">,
  { bucket, region }: BucketConfig,
  cos: CosCall,
): Promise<number> {
  const url = objectUrl(`${bucket}.cos.${region}.myqcloud.com`, from, {});
  const { status, body } = await cos({
    method: "PUT",
    key: to,
    headers: { ...headers, "x-cos-copy-source": url.slice("https://".length) },
    ...handled,
    timeoutMs: MAX_COPY_MS,
  });
  if (status !== 200) return status;
  // COS begins a 200 before it copies: when that fails, the body of the 200 says so.
  const xml = body.toString("utf8");
  if (textOf(xml, "ETag") !== "" && textOf(xml, "Code") === "") return status;
  throw storageUnavailable("Storage could not copy the file; the copy will be retried.", {
    log: { cosStatus: status, cosCode: textOf(xml, "Code").slice(0, 64) },
  });
}
