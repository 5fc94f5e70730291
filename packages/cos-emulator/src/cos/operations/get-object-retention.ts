import { CosError } from "../http/errors.ts";
import { xmlReply } from "../xml/xml-reply.ts";
import { findObject } from "./lib/find-object.ts";
import type { SignedOperation } from "./operation.ts";

/**
 * GET Object Retention, https://www.tencentcloud.com/document/product/436/58039. We could not find out which code
 * COS has for an object without one; here it is the bucket's.
 */
export const getObjectRetention: SignedOperation = {
  action: "name/cos:GetObjectRetention",
  on: "object",
  run({ service, request }) {
    const { retainUntil } = findObject(service, request);
    if (retainUntil === undefined) {
      throw new CosError("NoSuchObjectLockConfiguration", "The object lock configuration does not exist.", {
        reason: "the object was never locked",
      });
    }
    return xmlReply({
      Retention: { Mode: "COMPLIANCE", RetainUntilDate: new Date(retainUntil).toISOString() },
    });
  },
};
