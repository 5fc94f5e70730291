import { checkLength, tooLarge } from "../http/content-length.ts";
import { checkContentMd5, readContentMd5 } from "../http/content-md5.ts";
import { CosError } from "../http/errors.ts";
import type { Query } from "../http/query.ts";
import type { Reply } from "../http/reply.ts";
import { authorize } from "../policy/authorize.ts";
import { MAX_PART_NUMBER } from "../store/part-list.ts";
import { TooManyBytes } from "../store/receive-file.ts";
import { etagOf } from "../store/stored-object.ts";
import { findUpload, whenGone } from "./lib/find-upload.ts";
import { checkObjectKey } from "./lib/object-key.ts";
import { refuseUnsupported } from "./lib/upload-attributes.ts";
import type { OperationContext } from "./operation.ts";

/**
 * Upload Part, https://cloud.tencent.com/document/product/436/7750. Parts come in any order; one that comes again takes
 * the place of the one before. A part may be as large as an object of one PUT; that it is not too small shows when the
 * upload is completed.
 */
export async function uploadPart({ service, request, authenticate }: OperationContext): Promise<Reply> {
  checkObjectKey(request.key);
  authorize(service, request, authenticate(), "name/cos:UploadPart", request.key);
  const { uploads } = service.store;
  const maxBytes = service.maxObjectBytes;
  const partNumber = readPartNumber(request.query);
  checkLength(request, maxBytes);
  refuseUnsupported(request.headers);
  const announcedMd5 = readContentMd5(request.headers.get("content-md5"));
  const { uploadId } = findUpload(service, request);

  const draft = await uploads.receivePart(uploadId, request.body, maxBytes).catch((error: unknown) => {
    throw error instanceof TooManyBytes ? tooLarge(maxBytes) : whenGone(error);
  });
  try {
    checkContentMd5(announcedMd5, draft.md5);
    const part = await draft.commit(partNumber, service.clock());
    return { status: 200, headers: { etag: etagOf(part) }, bytes: part.size };
  } catch (error) {
    await draft.discard();
    throw whenGone(error);
  }
}

function readPartNumber(query: Query): number {
  const text = query.get("partNumber") ?? "";
  const partNumber = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (partNumber >= 1 && partNumber <= MAX_PART_NUMBER) return partNumber;
  throw new CosError("InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive.", {
    reason: `partNumber is ${JSON.stringify(text.slice(0, 20))}`,
  });
}
