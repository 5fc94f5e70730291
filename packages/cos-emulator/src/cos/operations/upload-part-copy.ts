import { tooLarge } from "../http/content-length.ts";
import { CosError, invalidArgument } from "../http/errors.ts";
import type { ByteRange } from "../http/range.ts";
import type { Reply } from "../http/reply.ts";
import type { CosRequest } from "../http/request.ts";
import { etagOf, type StoredObject } from "../store/stored-object.ts";
import { isoSeconds } from "../xml/time.ts";
import { chunkedXmlReply } from "../xml/xml-reply.ts";
import { findCopySource, rightToSource } from "./lib/copy-source.ts";
import { checkPartKey, encryptionHeaders } from "./lib/encryption.ts";
import { findUpload, unlessGone } from "./lib/find-upload.ts";
import { keptOrDiscarded, received } from "./lib/received.ts";
import type { SignedOperation } from "./operation.ts";
import { readPartNumber } from "./upload-part.ts";

/** https://cloud.tencent.com/document/product/436/8287 */
const MAX_BYTES = 5 * 1024 ** 3;

/** Upload Part - Copy, https://cloud.tencent.com/document/product/436/8287: a part from an existing object. */
export const uploadPartCopy: SignedOperation = {
  action: "name/cos:UploadPartCopy",
  // The scope that Tencent's SDKs for JavaScript ask for.
  orAction: "name/cos:PutObject",
  on: "object",
  alsoNeeds: rightToSource,
  async run({ service, request }): Promise<Reply> {
    const { store } = service;
    const { uploads } = store;
    const partNumber = readPartNumber(request.query);
    const { uploadId, attributes } = findUpload(service, request);
    checkPartKey({ service, request }, attributes);
    for (;;) {
      const { source, store: from } = findCopySource({ service, request });
      const bytes = await from.read(source, readSourceRange(request, source));
      // The source was replaced or deleted between the two steps: look again.
      if (bytes === undefined) continue;
      const part = await unlessGone(async () => {
        const draft = await received(uploads.receivePart(uploadId, bytes, MAX_BYTES), tooLarge(MAX_BYTES));
        return keptOrDiscarded(draft, () => draft.commit(partNumber, service.clock()));
      });
      return chunkedXmlReply(
        { CopyPartResult: { ETag: etagOf(part), LastModified: isoSeconds(part.lastModified) } },
        { bytes: part.size, headers: encryptionHeaders(attributes) },
      );
    }
  },
};

/**
 * Reads x-cos-copy-source-range, `bytes=first-last`, both within the source. cos-python-sdk-v5 sends an empty one for
 * the whole source.
 *
 * @throws {CosError} InvalidArgument for another form, InvalidRange beyond the end
 */
function readSourceRange(request: CosRequest, { size }: StoredObject): ByteRange | undefined {
  const header = request.headers.get("x-cos-copy-source-range");
  if (header === undefined || header === "") return undefined;
  const match = /^bytes=(\d{1,40})-(\d{1,40})$/i.exec(header);
  const range = { first: Number(match?.[1]), last: Number(match?.[2]) };
  if (match === null || range.first > range.last) {
    throw invalidArgument("x-cos-copy-source-range is not bytes=first-last");
  }
  if (range.last < size) return range;
  throw new CosError("InvalidRange", "The requested range is not satisfiable", {
    reason: `the source has ${size} bytes`,
  });
}
