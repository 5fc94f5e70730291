import { xmlReply } from "../xml/xml-reply.ts";
import { encryptionHeaders } from "./lib/encryption.ts";
import { checkOverwrite } from "./lib/overwrite.ts";
import { readAttributes } from "./lib/upload-attributes.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * Initiate Multipart Upload, https://cloud.tencent.com/document/product/436/7746. Its headers set the object's
 * attributes. x-cos-forbid-overwrite applies to the request that has it: here, and again when the upload is completed.
 */
export const initiateMultipartUpload: SignedOperation = {
  action: "name/cos:InitiateMultipartUpload",
  on: "object",
  async run({ service, request }) {
    const { key } = request;
    const attributes = readAttributes({ service, request }, request.headers, key);
    checkOverwrite(service, request, key);
    const { uploadId } = await service.store.uploads.begin(key, attributes, service.clock());
    return xmlReply(
      { InitiateMultipartUploadResult: { Bucket: service.bucket.name, Key: key, UploadId: uploadId } },
      { headers: encryptionHeaders(attributes) },
    );
  },
};
