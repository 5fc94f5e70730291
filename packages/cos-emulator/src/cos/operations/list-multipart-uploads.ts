import { listUploads } from "../store/list-uploads.ts";
import { listedTime } from "../xml/time.ts";
import { xmlReply } from "../xml/xml-reply.ts";
import { readDelimiter, readEncoding, readLimit } from "./lib/list-parameters.ts";
import { ownerElement } from "./lib/owner.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * List Multipart Uploads, https://cloud.tencent.com/document/product/436/7736. As for every listing, the caller needs
 * permission for its prefix: so permission for one key allows listing the uploads to that key.
 */
export const listMultipartUploads: SignedOperation = {
  action: "name/cos:ListMultipartUploads",
  on: "prefix",
  run({ service, request }) {
    const { query } = request;
    const prefix = query.get("prefix") ?? "";

    const delimiter = readDelimiter(query);
    const keyMarker = query.get("key-marker") ?? "";
    const uploadIdMarker = query.get("upload-id-marker") ?? "";
    const maxUploads = readLimit(query, "max-uploads");
    const { encode, element } = readEncoding(query);
    const { uploads, commonPrefixes, next } = listUploads(service.store.uploads.ordered, {
      prefix,
      delimiter,
      keyMarker,
      uploadIdMarker,
      maxUploads,
    });
    const owner = ownerElement(service.account);
    return xmlReply({
      ListMultipartUploadsResult: {
        Bucket: service.bucket.name,
        ...element,
        KeyMarker: encode(keyMarker),
        UploadIdMarker: uploadIdMarker,
        ...(next === undefined
          ? {}
          : { NextKeyMarker: encode(next.keyMarker), NextUploadIdMarker: next.uploadIdMarker }),
        MaxUploads: maxUploads,
        Prefix: encode(prefix),
        ...(delimiter === "" ? {} : { Delimiter: encode(delimiter) }),
        IsTruncated: next !== undefined,
        Upload: uploads.map(({ key, uploadId, initiated, attributes }) => ({
          Key: encode(key),
          UploadId: uploadId,
          Initiator: owner,
          Owner: owner,
          StorageClass: attributes.storageClass,
          Initiated: listedTime(initiated),
        })),
        CommonPrefixes: commonPrefixes.map((common) => ({ Prefix: encode(common) })),
      },
    });
  },
};
