import { checkContentMd5, md5Hex, readContentMd5 } from "./content-md5.ts";
import { CosError } from "./errors.ts";
import type { CosRequest } from "./request.ts";

/**
 * The whole body of a request, as UTF-8. Only an upload must state its length: without one the body is empty, as when
 * cos-c-sdk-v5 creates a bucket.
 *
 * @throws {CosError} XMLSizeLimit (https://cloud.tencent.com/document/product/436/7730), InvalidDigest, BadDigest
 */
export async function readText(request: CosRequest, maxBytes: number): Promise<string> {
  if ((request.contentLength ?? 0) > maxBytes) throw tooLong(maxBytes);
  const announcedMd5 = readContentMd5(request.headers.get("content-md5"));
  const chunks: Buffer[] = [];
  let bytes = 0;
  // The connection is still needed for the answer.
  for await (const chunk of request.body.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLong(maxBytes);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  checkContentMd5(announcedMd5, md5Hex(text));
  return text;
}

function tooLong(maxBytes: number): CosError {
  return new CosError("XMLSizeLimit", "The XML you provided exceeds the maximum allowed size.", {
    reason: `the body has more than ${maxBytes} bytes`,
  });
}
