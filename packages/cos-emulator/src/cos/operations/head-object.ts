import { checkCustomerKey } from "./lib/encryption.ts";
import { findObject } from "./lib/find-object.ts";
import { conditionalStatus, objectHeaders } from "./lib/object-response.ts";
import { followSymlink, rightToTarget } from "./lib/symlink.ts";
import type { SignedOperation } from "./operation.ts";

/** HEAD Object, https://cloud.tencent.com/document/product/436/7745. */
export const headObject: SignedOperation = {
  action: "name/cos:HeadObject",
  on: "object",
  alsoNeeds: ({ service, request }) =>
    rightToTarget(service, request.key, request.query, "name/cos:HeadObject"),
  run({ service, request }) {
    const object = followSymlink(service, findObject(service, request));
    checkCustomerKey({ service, request }, object);
    return {
      status: conditionalStatus(request, object),
      headers: { ...objectHeaders(service, object), "content-length": String(object.size) },
    };
  },
};
