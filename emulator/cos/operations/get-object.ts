import { authorize } from "../authorize.ts";
import { findObject } from "../find-object.ts";
import { checkObjectKey } from "../object-key.ts";
import { conditionalStatus, objectHeaders, overriddenHeaders } from "../object-response.ts";
import { contentRange, readRange } from "../range.ts";
import type { Reply } from "../reply.ts";
import type { OperationContext } from "./operation.ts";

/** GET Object with single ranges and the response-* overrides, https://cloud.tencent.com/document/product/436/7753. */
export async function getObject({ service, request, authenticate }: OperationContext): Promise<Reply> {
  checkObjectKey(request.key);
  authorize(service, request, authenticate(), "name/cos:GetObject", request.key);
  for (;;) {
    const object = findObject(service, request);
    const status = conditionalStatus(request, object);
    if (status === 304) return { status, headers: objectHeaders(object) };
    const range = readRange(request.headers.get("range"), object.size);
    const body = await service.store.read(object, range);
    // The object was replaced or deleted between the two steps: look again.
    if (body === undefined) continue;
    return {
      status: range === undefined ? 200 : 206,
      headers: {
        ...objectHeaders(object),
        ...overriddenHeaders(request),
        "content-length": String(range === undefined ? object.size : range.last - range.first + 1),
        ...(range === undefined ? {} : { "content-range": contentRange(range, object.size) }),
      },
      body,
    };
  }
}
