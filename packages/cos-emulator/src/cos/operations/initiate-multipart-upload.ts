import type { Reply } from "../http/reply.ts";
import { authorize } from "../policy/authorize.ts";
import { xmlDocument } from "../xml/xml.ts";
import { checkObjectKey } from "./lib/object-key.ts";
import { fileAlreadyExists, forbidsOverwrite } from "./lib/overwrite.ts";
import { readAttributes } from "./lib/upload-attributes.ts";
import type { OperationContext } from "./operation.ts";

/**
 * Initiate Multipart Upload, https://cloud.tencent.com/document/product/436/7746. Its headers say what the object will
 * have. x-cos-forbid-overwrite counts for the request that carries it: here, and again when the upload is completed.
 */
export async function initiateMultipartUpload({
  service,
  request,
  authenticate,
}: OperationContext): Promise<Reply> {
  const { key } = request;
  checkObjectKey(key);
  authorize(service, request, authenticate(), "name/cos:InitiateMultipartUpload", key);
  const attributes = readAttributes(request.headers);
  if (forbidsOverwrite(request) && service.store.get(key) !== undefined) throw fileAlreadyExists();
  const { uploadId } = await service.store.uploads.begin(key, attributes, service.clock());
  return {
    status: 200,
    headers: { "content-type": "application/xml" },
    body: xmlDocument({
      InitiateMultipartUploadResult: { Bucket: service.bucket.name, Key: key, UploadId: uploadId },
    }),
  };
}
