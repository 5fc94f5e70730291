import { etagOf } from "../store/stored-object.ts";
import { xmlReply } from "../xml/xml-reply.ts";
import { findUpload } from "./lib/find-upload.ts";
import { readEncoding, readLimit, readNumber } from "./lib/list-parameters.ts";
import { ownerElement } from "./lib/owner.ts";
import type { SignedOperation } from "./operation.ts";

/** List Parts, https://cloud.tencent.com/document/product/436/7747. */
export const listParts: SignedOperation = {
  action: "name/cos:ListParts",
  on: "object",
  run({ service, request }) {
    const { key, query } = request;
    const maxParts = readLimit(query, "max-parts");
    const marker = readNumber(query, "part-number-marker") ?? 0;
    const { encode, element } = readEncoding(query);
    const { uploadId, attributes } = findUpload(service, request);

    const { parts, isTruncated } = service.store.uploads.partsAfter(uploadId, marker, maxParts);
    const last = parts.at(-1);
    return xmlReply({
      ListPartsResult: {
        Bucket: service.bucket.name,
        ...element,
        Key: encode(key),
        UploadId: uploadId,
        Owner: ownerElement(service.account),
        Initiator: ownerElement(service.account),
        StorageClass: attributes.storageClass,
        PartNumberMarker: marker,
        ...(isTruncated && last !== undefined ? { NextPartNumberMarker: last.partNumber } : {}),
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
  },
};
