import { changeObject } from "./lib/change-object.ts";
import type { SignedOperation } from "./operation.ts";

/** DELETE Object tagging, https://cloud.tencent.com/document/product/436/35711: 204, whether there were any or not. */
export const deleteObjectTagging: SignedOperation = {
  action: "name/cos:DeleteObjectTagging",
  on: "object",
  async run({ service, request }) {
    await changeObject(service, request, () => ({ tags: [] }));
    return { status: 204 };
  },
};
