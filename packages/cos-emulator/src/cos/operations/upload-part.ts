import { bodyOf } from "../http/body.ts";
import { checkLength, tooLarge } from "../http/content-length.ts";
import { checkContentMd5, readContentMd5 } from "../http/content-md5.ts";
import { CosError } from "../http/errors.ts";
import type { Query } from "../http/query.ts";
import { MAX_PART_NUMBER } from "../store/part-list.ts";
import { crc64Header, etagOf } from "../store/stored-object.ts";
import { checkPartKey, encryptionHeaders } from "./lib/encryption.ts";
import { findUpload, unlessGone } from "./lib/find-upload.ts";
import { keptOrDiscarded, received } from "./lib/received.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * Upload Part, https://cloud.tencent.com/document/product/436/7750. Parts come in any order; a part that is sent again
 * replaces the previous one. A part may be as large as an object in one PUT; whether it is too small is checked when
 * the upload is completed.
 */
export const uploadPart: SignedOperation = {
  action: "name/cos:UploadPart",
  on: "object",
  async run({ service, request }) {
    const { uploads } = service.store;
    const maxBytes = service.maxObjectBytes;
    const partNumber = readPartNumber(request.query);
    checkLength(request, maxBytes);
    const announcedMd5 = readContentMd5(request.headers.get("content-md5"));
    const { uploadId, attributes } = findUpload(service, request);
    checkPartKey({ service, request }, attributes);

    const part = await unlessGone(async () => {
      const draft = await received(
        uploads.receivePart(uploadId, bodyOf(request), maxBytes),
        tooLarge(maxBytes),
      );
      return keptOrDiscarded(draft, async () => {
        checkContentMd5(announcedMd5, draft.md5);
        return draft.commit(partNumber, service.clock());
      });
    });
    return {
      status: 200,
      headers: { etag: etagOf(part), ...crc64Header(part), ...encryptionHeaders(attributes) },
      bytes: part.size,
    };
  },
};

/** @throws {CosError} InvalidArgument */
export function readPartNumber(query: Query): number {
  const text = query.get("partNumber") ?? "";
  const partNumber = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (partNumber >= 1 && partNumber <= MAX_PART_NUMBER) return partNumber;
  throw new CosError("InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive.", {
    reason: `partNumber is ${JSON.stringify(text.slice(0, 20))}`,
  });
}
