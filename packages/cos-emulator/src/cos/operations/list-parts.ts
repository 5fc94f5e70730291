import { etagOf } from "../store/stored-object.ts";
import { listedTime } from "../xml/time.ts";
import { xmlReply } from "../xml/xml-reply.ts";
import { findUpload } from "./lib/find-upload.ts";
import { readEncoding, readLimit, readNumber } from "./lib/list-parameters.ts";
import { appOwnerElement, ownerElement } from "./lib/owner.ts";
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
        EncodingType: "",
        ...element,
        Key: encode(key),
        UploadId: uploadId,
        Owner: appOwnerElement(service.account),
        PartNumberMarker: marker,
        Initiator: ownerElement(service.account),
        Part: parts.map((part) => ({
          PartNumber: part.partNumber,
          LastModified: listedTime(part.lastModified),
          ETag: etagOf(part),
          Size: part.size,
        })),
        ...(isTruncated && last !== undefined ? { NextPartNumberMarker: last.partNumber } : {}),
        StorageClass: attributes.storageClass,
        MaxParts: maxParts,
        IsTruncated: isTruncated,
      },
    });
  },
};
