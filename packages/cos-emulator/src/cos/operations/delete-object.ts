import type { Reply } from "../http/reply.ts";
import { authorize } from "../policy/authorize.ts";
import { checkVersion } from "./lib/find-object.ts";
import { checkObjectKey } from "./lib/object-key.ts";
import type { OperationContext } from "./operation.ts";

/** DELETE Object, https://cloud.tencent.com/document/product/436/7743: 204, whether the object existed or not. */
export async function deleteObject({ service, request, authenticate }: OperationContext): Promise<Reply> {
  checkObjectKey(request.key);
  authorize(service, request, authenticate(), "name/cos:DeleteObject", request.key);
  checkVersion(request);
  await service.store.delete(request.key);
  return { status: 204 };
}
