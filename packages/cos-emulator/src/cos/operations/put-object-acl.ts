import { OBJECT_ACL, readAcl } from "./lib/acl.ts";
import { changeObject } from "./lib/change-object.ts";
import type { SignedOperation } from "./operation.ts";

/** PUT Object acl, https://cloud.tencent.com/document/product/436/7748: replaces the previous one. */
export const putObjectAcl: SignedOperation = {
  action: "name/cos:PutObjectACL",
  on: "object",
  async run({ service, request }) {
    const acl = await readAcl(service, request, OBJECT_ACL);
    await changeObject(service, request, () => ({ acl }));
    return { status: 200 };
  },
};
