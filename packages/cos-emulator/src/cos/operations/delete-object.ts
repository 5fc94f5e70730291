import { checkVersion } from "./lib/find-object.ts";
import type { SignedOperation } from "./operation.ts";

/** DELETE Object, https://cloud.tencent.com/document/product/436/7743: 204, whether the object existed or not. */
export const deleteObject: SignedOperation = {
  action: "name/cos:DeleteObject",
  on: "object",
  async run({ service, request }) {
    checkVersion(request);
    await service.store.delete(request.key);
    return { status: 204 };
  },
};
