import type { Reply } from "../http/reply.ts";
import { authorize } from "../policy/authorize.ts";
import { listUploads } from "../store/list-uploads.ts";
import { xmlDocument } from "../xml/xml.ts";
import { readEncoding, readLimit } from "./lib/list-parameters.ts";
import { ownerElement } from "./lib/owner.ts";
import type { OperationContext } from "./operation.ts";

/**
 * List Multipart Uploads, https://cloud.tencent.com/document/product/436/7736. As for every listing, the resource that
 * the caller must have a right to is its prefix: so a right to one key is a right to list the uploads to that key.
 */
export function listMultipartUploads({ service, request, authenticate }: OperationContext): Reply {
  const { query } = request;
  const prefix = query.get("prefix") ?? "";
  authorize(service, request, authenticate(), "name/cos:ListMultipartUploads", prefix);

  const delimiter = query.get("delimiter") ?? "";
  const keyMarker = query.get("key-marker") ?? "";
  const uploadIdMarker = query.get("upload-id-marker") ?? "";
  const maxUploads = readLimit(query, "max-uploads");
  const { encode, element } = readEncoding(query);
  const { uploads, commonPrefixes, next } = listUploads(service.store.uploads.all(), {
    prefix,
    delimiter,
    keyMarker,
    uploadIdMarker,
    maxUploads,
  });
  const owner = ownerElement(service.account);
  const body = xmlDocument({
    ListMultipartUploadsResult: {
      Bucket: service.bucket.name,
      ...element,
      KeyMarker: encode(keyMarker),
      UploadIdMarker: uploadIdMarker,
      ...(next === undefined
        ? {}
        : { NextKeyMarker: encode(next.keyMarker), NextUploadIdMarker: next.uploadIdMarker }),
      MaxUploads: maxUploads,
      IsTruncated: next !== undefined,
      Prefix: encode(prefix),
      ...(delimiter === "" ? {} : { Delimiter: encode(delimiter) }),
      Upload: uploads.map(({ key, uploadId, initiated, attributes }) => ({
        Key: encode(key),
        UploadId: uploadId,
        StorageClass: attributes.storageClass,
        Initiator: owner,
        Owner: owner,
        Initiated: new Date(initiated).toISOString(),
      })),
      CommonPrefixes: commonPrefixes.map((common) => ({ Prefix: encode(common) })),
    },
  });
  return { status: 200, headers: { "content-type": "application/xml" }, body };
}
