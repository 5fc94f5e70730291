import type { Reply } from "../http/reply.ts";
import { authorize } from "../policy/authorize.ts";
import { findObject } from "./lib/find-object.ts";
import { checkObjectKey } from "./lib/object-key.ts";
import { conditionalStatus, objectHeaders } from "./lib/object-response.ts";
import type { OperationContext } from "./operation.ts";

/** HEAD Object, https://cloud.tencent.com/document/product/436/7745. */
export function headObject({ service, request, authenticate }: OperationContext): Reply {
  checkObjectKey(request.key);
  authorize(service, request, authenticate(), "name/cos:HeadObject", request.key);
  const object = findObject(service, request);
  return {
    status: conditionalStatus(request, object),
    headers: { ...objectHeaders(object), "content-length": String(object.size) },
  };
}
