import type { Reply } from "../http/reply.ts";
import { authorize } from "../policy/authorize.ts";
import { findUpload, whenGone } from "./lib/find-upload.ts";
import { checkObjectKey } from "./lib/object-key.ts";
import type { OperationContext } from "./operation.ts";

/** Abort Multipart Upload, https://cloud.tencent.com/document/product/436/7740: 204, and the parts are gone. */
export async function abortMultipartUpload({
  service,
  request,
  authenticate,
}: OperationContext): Promise<Reply> {
  checkObjectKey(request.key);
  authorize(service, request, authenticate(), "name/cos:AbortMultipartUpload", request.key);
  const { uploadId } = findUpload(service, request);
  await service.store.uploads
    .end(uploadId, async () => undefined)
    .catch((error: unknown) => {
      throw whenGone(error);
    });
  return { status: 204 };
}
