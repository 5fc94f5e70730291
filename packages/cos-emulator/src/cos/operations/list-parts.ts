import type { Reply } from "../http/reply.ts";
import { authorize } from "../policy/authorize.ts";
import { etagOf } from "../store/stored-object.ts";
import { xmlDocument } from "../xml/xml.ts";
import { findUpload } from "./lib/find-upload.ts";
import { readEncoding, readLimit, readNumber } from "./lib/list-parameters.ts";
import { checkObjectKey } from "./lib/object-key.ts";
import { ownerElement } from "./lib/owner.ts";
import type { OperationContext } from "./operation.ts";

/** List Parts, https://cloud.tencent.com/document/product/436/7747. */
export function listParts({ service, request, authenticate }: OperationContext): Reply {
  const { key, query } = request;
  checkObjectKey(key);
  authorize(service, request, authenticate(), "name/cos:ListParts", key);
  const maxParts = readLimit(query, "max-parts");
  const marker = readNumber(query, "part-number-marker") ?? 0;
  const { encode, element } = readEncoding(query);
  const { uploadId, attributes } = findUpload(service, request);

  const after = service.store.uploads.parts(uploadId).filter(({ partNumber }) => partNumber > marker);
  const parts = after.slice(0, maxParts);
  const last = parts.at(-1);
  const isTruncated = last !== undefined && after.length > parts.length;
  const body = xmlDocument({
    ListPartsResult: {
      Bucket: service.bucket.name,
      ...element,
      Key: encode(key),
      UploadId: uploadId,
      Owner: ownerElement(service.account),
      Initiator: ownerElement(service.account),
      StorageClass: attributes.storageClass,
      PartNumberMarker: marker,
      ...(isTruncated ? { NextPartNumberMarker: last.partNumber } : {}),
      MaxParts: maxParts,
      IsTruncated: isTruncated,
      Part: parts.map((part) => ({
        PartNumber: part.partNumber,
        LastModified: new Date(part.lastModified).toISOString(),
        ETag: etagOf(part),
        Size: part.size,
      })),
    },
  });
  return { status: 200, headers: { "content-type": "application/xml" }, body };
}
