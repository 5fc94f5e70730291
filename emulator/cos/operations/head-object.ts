import { authorize } from "../authorize.ts";
import { findObject } from "../find-object.ts";
import { checkObjectKey } from "../object-key.ts";
import { conditionalStatus, objectHeaders } from "../object-response.ts";
import type { Reply } from "../reply.ts";
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
